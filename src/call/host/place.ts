import type { CoreValue } from "../../abi/core_value.ts";
import { checkNumeric, NUMERIC_TYPES, type NumericType } from "../../base/numeric_types.ts";
import { quote } from "../../base/show.ts";
import type { ValueType } from "../../binary/types.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Realm } from "../../instance/realm.ts";
import type { GuestMemory } from "../../memory/guest_memory.ts";
import { toOffset } from "../../memory/pointer.ts";
import type { HostRecipe, HostTextRecipe, Word } from "../../plan/host_plan.ts";
import { compileStore } from "../blocks/stores.ts";
import { compileContent, type Content } from "../content.ts";
import { managedEngine } from "../managed/engine.ts";
import { pack, pointerOf } from "../values.ts";
import type { LowerReturn } from "./host_steps.ts";

/** What is put into a block of the guest's. */
type Target = Exclude<HostTextRecipe["target"], { kind: "output" }>;

/** Compiles getting a block for the answer from the guest, and telling it where that is. */
export function compilePlace(
  recipe: HostTextRecipe,
  target: Target,
  { name, parameters, type }: HostRecipe,
  realm: Realm,
): LowerReturn {
  const { memory } = realm;
  const plain = compileContent(memory, recipe.content, recipe.encoding);
  const isPrefixed = target.kind === "pointer" && target.length in NUMERIC_TYPES;
  const content = isPrefixed
    ? prefixed(plain, target.length as NumericType, recipe.unit, memory, name)
    : plain;
  const block = parameters.length;
  const { place: open, content: kind } = recipe;
  const place = open.kind === "managedArray" && kind !== "string"
    ? managedEngine(realm).settlePlace(open, kind, realm, name, "from import")
    : open;
  const store = compileStore(place, realm, {
    symbol: name,
    terminated: recipe.terminated,
    align: isPrefixed ? NUMERIC_TYPES[target.length as NumericType].byteLength : content.unit,
    beside: block + 1,
    element: typeof recipe.content === "object" ? recipe.content.element : undefined,
  });
  // The guest keeps what it gets; where references are counted, one of them is for the guest.
  const isPinned = open.kind === "managedArray" && open.runtime !== "arc";
  const counts = recipe.unit === "codeUnits";
  const { check, assign } = compileAssign(target, type?.results, realm);
  return (frame, value) => {
    // What the guest can not be told of is not allocated either.
    check?.(frame);
    if (value === null) return assign(frame, 0, 0);
    store.put(frame, block, content, value);
    const length = counts ? frame.codeUnits[block]! : frame.byteLengths[block]!;
    const pointer = frame.pointers[block]!;
    if (isPinned) store.release!(frame, block);
    return assign(frame, pointer, length);
  };
}

/** Content with its length before it, in what the guest counts in. */
function prefixed(
  content: Content,
  prefix: NumericType,
  unit: HostTextRecipe["unit"],
  memory: GuestMemory,
  name: string,
): Content {
  const action = `return a length from import ${quote(name)}`;
  const { byteLength: head, range } = NUMERIC_TYPES[prefix];
  const lengthOf = (value: unknown, byteLength: number) => {
    const length = unit === "codeUnits" ? content.codeUnits(value, byteLength) : byteLength;
    return typeof range?.[0] === "bigint" ? BigInt(length) : length;
  };
  return {
    ...content,
    measure(value) {
      const byteLength = content.measure(value);
      checkNumeric(prefix, lengthOf(value, byteLength), action);
      return head + byteLength;
    },
    write(value, pointer, room) {
      const written = content.write(value, pointer + head, room - head);
      if (written < 0) return written;
      memory.write(prefix, pointer, lengthOf(value, written) as never);
      return head + written;
    },
    ...(content.refuseChanged && {
      refuseChanged: (value: unknown, byteLength: number, symbol: string) =>
        content.refuseChanged!(value, byteLength - head, symbol),
    }),
  };
}

/** Compiled core results, or what is written where the guest said. */
interface Assign {
  /** Throws where the guest's own addresses are outside memory. */
  readonly check?: (frame: Frame) => void;
  readonly assign: (frame: Frame, pointer: number, length: number) => CoreValue;
}

function compileAssign(
  target: Target,
  core: readonly ValueType[] | undefined,
  realm: Realm,
): Assign {
  const asCore = (value: number, index: number) => core?.[index] === "i64" ? BigInt(value) : value;
  switch (target.kind) {
    case "packed":
      return target.pointer === "high"
        ? { assign: (_frame, pointer, length) => pack(pointer, length) }
        : { assign: (_frame, pointer, length) => pack(length, pointer) };
    case "pointer":
      return { assign: (_frame, pointer) => asCore(pointer, 0) };
    case "results":
      return target.pointer === 0
        ? { assign: (_frame, pointer, length) => [asCore(pointer, 0), asCore(length, 1)] }
        : { assign: (_frame, pointer, length) => [asCore(length, 0), asCore(pointer, 1)] };
    case "area":
      return compileArea(target, realm);
  }
}

function compileArea(
  { pointer: first, length: second }: Target & { kind: "area" },
  realm: Realm,
): Assign {
  const { memory, address64 } = realm;
  const size = address64 ? 8 : 4;
  const locate = (frame: Frame, { argument, words }: Word): number => {
    const at = (frame.result as readonly (number | bigint)[])[argument]!;
    return pointerOf(at, realm, "write") + words * size;
  };
  const write = (at: number, value: number) =>
    address64 ? memory.write("u64", at, BigInt(value)) : memory.write("u32", at, value);
  return {
    check(frame) {
      memory.check("write", locate(frame, first), size);
      memory.check("write", locate(frame, second), size);
    },
    assign(frame, pointer, length) {
      write(locate(frame, first), pointer);
      write(locate(frame, second), length);
    },
  };
}

/** Compiles writing into the buffer that the guest passed; the length there is the answer. */
export function compileFill(
  recipe: HostTextRecipe,
  { pointer: at, capacity }: HostTextRecipe["target"] & { kind: "output" },
  { name, type }: HostRecipe,
  { memory }: Realm,
): LowerReturn {
  const content = compileContent(memory, recipe.content, recipe.encoding);
  const terminator = recipe.terminated === "always" ? content.unit : 0;
  const count = recipe.unit === "codeUnits"
    ? content.codeUnits
    : (_value: unknown, byteLength: number) => byteLength;
  return (frame, value) => {
    const args = frame.result as readonly (number | bigint)[];
    const room = toOffset(args[capacity]!);
    const pointer = memory.check("write", args[at]!, room);
    if (terminator > 0) content.refuseNul(value);
    const written = room < terminator ? -1 : content.write(value, pointer, room - terminator);
    if (written < 0) throw tooLargeError(name, content.measure(value), room, terminator);
    memory.clear(pointer + written, terminator);
    const length = count(value, written);
    return type?.results[0] === "i64" ? BigInt(length) : length;
  };
}

function tooLargeError(
  name: string,
  byteLength: number,
  room: number,
  terminator: number,
): RangeError {
  return new RangeError(
    `Cannot return ${byteLength} bytes from import ${quote(name)}: the guest's buffer holds ` +
      (terminator === 0 ? room : `${Math.max(0, room - terminator)} and a NUL`),
  );
}
