import type { Place, Room } from "../conventions/convention.ts";
import { GuestError, quote } from "../errors.ts";
import { PAGE_SIZE, toOffset } from "../pointer.ts";
import { blockCallName, compileBlockCall, isAbsent } from "./block_call.ts";
import type { Frame } from "./frame.ts";
import type { Realm } from "./realm.ts";
import type { Store, StoreOptions } from "./store.ts";
import { compileGetter } from "./values.ts";

/** Blocks that the guest's allocator hands out, each exactly as large as it has to be. */
export function allocatorStore(
  place: Place & { kind: "allocator" },
  realm: Realm,
  { symbol, terminated, free, align }: StoreOptions,
): Store {
  const { memory } = realm;
  const compile = (call: typeof place.allocate, purpose: "allocate" | "free" | "locate") =>
    compileBlockCall(call, realm, { purpose, symbol, align });
  const allocate = compile(place.allocate, "allocate");
  const locate = place.pointer && compile(place.pointer.export, "locate");
  const pin = place.pin === undefined ? undefined : compile(place.pin, "free");
  const unpin = place.unpin === undefined ? undefined : compile(place.unpin, "free");
  const release = free === undefined || isAbsent(free, realm, symbol)
    ? undefined
    : compile(free, "free");
  const holds = release !== undefined || unpin !== undefined;
  const teller = place.pointer?.export ?? blockCallName(place.allocate, symbol);
  const makeRoom = place.room === undefined ? undefined : compileRoom(place.room, realm);

  function outOfMemory(byteLength: number): GuestError {
    return new GuestError(
      "out-of-memory",
      `Cannot allocate ${byteLength} bytes for ${quote(symbol)}: ` +
        `${quote(teller)} returned 0, expected a pointer`,
      { export: symbol },
    );
  }

  const hasNoEmpty = place.empty === "none";

  function acquire(frame: Frame, index: number, byteLength: number): number {
    if (hasNoEmpty && byteLength === 0) {
      frame.sizes[index] = 0;
      // As Rust has it: a pointer to nothing is no null pointer, and it is aligned.
      return frame.pointers[index] = align;
    }
    if (makeRoom !== undefined) makeRoom(frame, byteLength);
    frame.blockByteLength = byteLength;
    const returned = allocate(frame);
    const pointer = toOffset((locate === undefined ? returned : locate(frame)) as number | bigint);
    if (pointer === 0 && byteLength > 0) throw outOfMemory(byteLength);
    memory.check("write", pointer, byteLength);
    frame.pointers[index] = pointer;
    frame.sizes[index] = byteLength;
    if (pin !== undefined) {
      frame.blockPointer = pointer;
      pin(frame);
    }
    frame.held[index] = holds;
    return pointer;
  }

  return {
    outOfMemory,
    put(frame, index, content, value) {
      const byteLength = content.measure(value);
      frame.blockCodeUnits = frame.codeUnits[index] = content.codeUnits(value, byteLength);
      if (terminated === "always") {
        content.refuseNul(value);
        const pointer = acquire(frame, index, byteLength + content.unit);
        content.write(value, pointer, byteLength);
        memory.clear(pointer + byteLength, content.unit);
      } else {
        content.write(value, acquire(frame, index, byteLength), byteLength);
      }
      frame.byteLengths[index] = byteLength;
    },
    take(frame, index, byteLength) {
      frame.blockCodeUnits = frame.codeUnits[index] = byteLength;
      acquire(frame, index, byteLength);
      frame.byteLengths[index] = byteLength;
    },
    capacityAt: (frame, index) => frame.sizes[index]!,
    ...(holds && {
      release(frame: Frame, index: number) {
        if (!frame.held[index]) return;
        frame.held[index] = false;
        frame.blockPointer = frame.pointers[index]!;
        frame.blockByteLength = frame.sizes[index]!;
        frame.blockCodeUnits = frame.codeUnits[index]!;
        if (unpin !== undefined) unpin(frame);
        // What an allocator gave for nothing need not be a block of its own.
        if (release !== undefined && frame.blockPointer !== 0) release(frame);
      },
    }),
  };
}

/** Compiles growing memory for a guest that takes what is above an address without asking. */
function compileRoom(
  { above, perByte, plus = 0 }: Room,
  realm: Realm,
): (frame: Frame, byteLength: number) => void {
  const { memory } = realm;
  const address = compileGetter(above, realm);
  return (frame, byteLength) => {
    const end = toOffset(address(frame)) + byteLength * perByte + plus;
    const { size } = memory;
    if (end > size) memory.grow(Math.ceil((end - size) / PAGE_SIZE));
  };
}
