import type { Place } from "../conventions/convention.ts";
import { GuestError, quote } from "../errors.ts";
import { NUMERIC_TYPES, type NumericType, TYPED_ARRAYS } from "../numbers.ts";
import { allocatorStore } from "./allocator.ts";
import { compileBlockCall } from "./block_call.ts";
import type { Frame } from "./frame.ts";
import type { Realm } from "./realm.ts";
import type { Store, StoreOptions } from "./store.ts";

/** The object of a typed array: its buffer, where the elements begin, and their length in bytes. */
const OBJECT_SIZE = 12;

/** AssemblyScript's class id of ArrayBuffer. */
const ARRAY_BUFFER = 1;

/**
 * AssemblyScript's typed arrays: the elements go into an ArrayBuffer of the guest's, and what is
 * passed is an object that points at it. Both are pinned until the call ends.
 */
export function managedArrayStore(
  place: Place & { kind: "managedArray" },
  realm: Realm,
  options: StoreOptions,
): Store {
  const { memory } = realm;
  const { symbol, align, beside, element = "u8" } = options;
  const elements = allocatorStore(
    {
      kind: "allocator",
      allocate: { export: "__new", pass: ["byteLength", ARRAY_BUFFER] },
      pin: "__pin",
      unpin: "__unpin",
    },
    realm,
    options,
  );
  const id = classId(place, element, realm, symbol);
  const makeObject = compileBlockCall({ export: "__new", pass: ["byteLength", id] }, realm, {
    purpose: "allocate",
    symbol,
    align,
  });
  const keep = { purpose: "free", symbol, align } as const;
  const pin = compileBlockCall("__pin", realm, keep);
  const unpin = compileBlockCall("__unpin", realm, keep);

  /** Makes the object that is passed; the elements lie in a block beside it. */
  function wrap(frame: Frame, index: number): void {
    const buffer = frame.pointers[beside]!;
    const byteLength = frame.byteLengths[beside]!;
    frame.blockByteLength = OBJECT_SIZE;
    const object = memory.check("write", makeObject(frame) as number, OBJECT_SIZE);
    frame.blockPointer = object;
    pin(frame);
    frame.pointers[index] = object;
    frame.held[index] = true;
    frame.byteLengths[index] = byteLength;
    frame.sizes[index] = OBJECT_SIZE;
    frame.codeUnits[index] = byteLength / NUMERIC_TYPES[element].byteLength;
    memory.write("u32", object, buffer);
    memory.write("u32", object + 4, buffer);
    memory.write("u32", object + 8, byteLength);
  }

  return {
    put(frame, index, content, value) {
      elements.put(frame, beside, content, value);
      wrap(frame, index);
    },
    take(frame, index, byteLength) {
      elements.take(frame, beside, byteLength);
      wrap(frame, index);
    },
    release(frame, index) {
      if (frame.held[index]) {
        frame.held[index] = false;
        frame.blockPointer = frame.pointers[index]!;
        unpin(frame);
      }
      elements.release!(frame, beside);
    },
    capacityAt: (frame, index) => frame.sizes[index]!,
  };
}

/** The class id of a typed array: what the convention was told, or what an export tells. */
function classId(
  { classIds = {} }: Place & { kind: "managedArray" },
  element: NumericType,
  realm: Realm,
  symbol: string,
): number {
  const { name } = TYPED_ARRAYS[element];
  const known = classIds[name];
  if (known !== undefined) return known;
  const wanted = `${name}_ID`.toLowerCase();
  const teller = Object.keys(realm.exports).find((key) => key.toLowerCase() === wanted);
  const told = teller === undefined ? undefined : realm.exports[teller];
  if (told instanceof WebAssembly.Global) return Number(told.value);
  throw new GuestError(
    "signature",
    `Cannot pass a ${name} to ${quote(symbol)}: the guest does not tell its class id, expected ` +
      `an export "${name}_ID" = idof<${name}>(), or classIds: { ${name}: … } of the convention`,
    { export: symbol },
  );
}
