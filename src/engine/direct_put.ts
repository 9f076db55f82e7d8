import type { BlockValue, Place, Slot } from "../conventions/convention.ts";
import type { Recipe } from "../conventions/recipe.ts";
import { byteLengthOf } from "../view.ts";
import { blockCallName, passOf } from "./block_call.ts";
import { bytesContent, compileContent, unitOf } from "./content.ts";
import type { Direct } from "./direct.ts";
import { exportedFunction, type Realm } from "./realm.ts";
import { type Source, writeBounds, writeEncode, writeLocation } from "./source.ts";
import type { Steps } from "./steps.ts";

/** What putting is written with. */
interface Putting {
  readonly source: Source;
  readonly direct: Direct;
  readonly symbol: string;
  readonly realm: Realm;
  readonly steps: Steps;
  /** The frame of the call, as source names it. */
  readonly frame: string;
  /** Bytes in a code unit. */
  readonly unit: number;
}

/** Writes putting the value where the guest wants it: into `pointer` and `byteLength`. */
export function writePut(
  source: Source,
  direct: Direct,
  { export: symbol }: Recipe,
  realm: Realm,
  { steps, frame }: Pick<Putting, "steps" | "frame">,
): string | undefined {
  const { parameter, place } = direct;
  const unit = unitOf(parameter.content, parameter.encoding);
  const putting = { source, direct, symbol, realm, steps, frame, unit };
  // A guest that looks for a NUL can't be given one: the steps refuse it with its index.
  if (place.kind === "buffer") {
    return parameter.terminated === "always" ? undefined : writeIntoBuffer(putting, place);
  }
  const take = place.kind === "allocator"
    ? writeAllocate(putting, place)
    // The first block is taken from where the pointer was found before the call.
    : `const pointer = ${source.bind(realm.stack)}.take(frame, size, frame.stackPointer);`;
  return take && writeIntoBlock(putting, take);
}

function writeIntoBuffer(
  putting: Putting,
  place: Place & { readonly kind: "buffer" },
): string {
  const { source, direct: { parameter, encoding }, realm, steps, frame, unit } = putting;
  const store = steps.stores[0]!;
  const capacity = source.bind(store.capacity);
  const isText = parameter.content === "string";
  const content = compileContent(realm.memory, parameter.content, parameter.encoding);
  const clear = `
    if (byteLength + ${unit} <= capacity) {
      const bytes = ${source.bind(realm.memory)}.bytes();
      ${unit === 2 ? "bytes[pointer + byteLength + 1] = " : ""}bytes[pointer + byteLength] = 0;
    }`;
  return `
    ${writeLocation(source, place, realm, "pointer")}
    let capacity = ${capacity}.known(pointer);
    if (capacity < 0) capacity = ${capacity}.within(${frame}, pointer);
    ${isText ? "" : `const measured = ${source.bind(byteLengthOf)}(value);`}
    let byteLength = ${
    isText ? writeEncode(source, realm.memory, encoding, "capacity") : writeBytes(putting)
  };
    if (byteLength < 0) {
      // A guest that now says another place, in which there is room, gets the value there.
      ${source.bind(store.put)}(${frame}, 0, ${source.bind(content)}, value);
      pointer = ${frame}.pointers[0];
      capacity = ${frame}.sizes[0];
      byteLength = ${frame}.byteLengths[0];
    }
    ${parameter.terminated === "never" ? "" : clear}`;
}

function writeIntoBlock(putting: Putting, take: string): string {
  const { source, direct: { parameter, place, encoding }, realm, steps, unit } = putting;
  const memory = source.bind(realm.memory);
  const terminator = parameter.terminated === "always" ? unit : 0;
  const isText = parameter.content === "string";
  const { refuseNul } = compileContent(realm.memory, parameter.content, parameter.encoding);
  const pin = place.kind === "allocator" && place.pin !== undefined
    ? `inside = true;
    ${source.bind(exportedFunction(realm, place.pin))}(pointer);
    inside = false;`
    : "";
  const held = place.kind === "allocator" && place.empty === "none" ? "size > 0" : "true";
  const measured = isText
    ? `${source.bind(realm.memory.codec(encoding))}.byteLength(value)`
    : `${source.bind(byteLengthOf)}(value)`;
  return `
    const byteLength = ${measured};
    ${terminator > 0 ? `${source.bind(refuseNul)}(value);` : ""}
    const size = byteLength + ${terminator};
    ${take}
    ${writeBounds(memory, "write", "pointer", "size")}
    ${pin}
    frame.pointers[0] = pointer;
    frame.sizes[0] = size;
    frame.codeUnits[0] = byteLength / ${unit};
    frame.held[0] = ${steps.stores[0]!.release === undefined ? "false" : held};
    ${writeMeasured(putting, terminator > 0)}
    ${terminator > 0 ? `${memory}.clear(pointer + byteLength, ${unit});` : ""}`;
}

/** Writes asking the guest's allocator, if it takes and gives nothing but 32-bit numbers. */
function writeAllocate(
  { source, symbol, realm, steps, unit }: Putting,
  { allocate, empty }: Place & { readonly kind: "allocator" },
): string | undefined {
  const name = blockCallName(allocate, symbol);
  const type = realm.functionType(name);
  const pass = passOf(allocate, "allocate", name, type);
  const numbers = [...type?.parameters ?? ["unknown"], ...type?.results ?? []];
  const isKnown = pass.every((value) => value !== "pointer" && value !== "result");
  if (!isKnown || numbers.some((number) => number !== "i32")) return undefined;
  const args = pass.map((value) => blockValue(value, unit)).join(", ");
  const ask = `inside = true;
    const block = ${source.bind(exportedFunction(realm, name))}(${args});
    inside = false;
    pointer = block >>> 0;
    if (pointer === 0 && size > 0) throw ${source.bind(steps.stores[0]!.outOfMemory)}(size);`;
  return `let pointer = ${unit};
    ${empty === "none" ? `if (size > 0) { ${ask} }` : ask}`;
}

/** Writes writing bytes into a buffer that holds `capacity`: their number, or -1 where there is no room. */
function writeBytes({ source, realm }: Putting): string {
  // No bytes may be those of a view that went stale, which is refused there.
  return `measured > 0 && measured <= capacity
      ? (${source.bind(realm.memory)}.bytes().set(value, pointer), measured)
      : ${source.bind(bytesContent(realm.memory).write)}(value, pointer, capacity)`;
}

/** Writes writing what was measured before the guest was asked for a block: it may have called back. */
function writeMeasured(
  { source, direct, symbol, realm }: Putting,
  isTerminated: boolean,
): string {
  // A pointer to nothing can be anywhere: Zig's is the last address of all.
  const at = isTerminated ? "pointer" : "(size > 0 ? pointer : 0)";
  if (direct.parameter.content === "string") {
    return `${source.bind(realm.memory.codec(direct.encoding))}.write(value, ${at}, byteLength);`;
  }
  const content = bytesContent(realm.memory);
  const refuseChanged = source.bind((value: unknown, byteLength: number) =>
    content.refuseChanged!(value, byteLength, symbol)
  );
  return `if (${
    source.bind(byteLengthOf)
  }(value) !== byteLength) ${refuseChanged}(value, byteLength);
    ${isTerminated ? `${source.bind(content.refuseNul)}(value);` : ""}
    if (byteLength > 0) ${source.bind(realm.memory)}.bytes().set(value, pointer);
    else ${source.bind(content.write)}(value, ${at}, 0);`;
}

function blockValue(value: BlockValue, unit: number): string {
  if (value === "align") return String(unit);
  if (value === "codeUnits") return `size / ${unit}`;
  return value === "byteLength" ? "size" : String(value);
}

/** The core arguments, where the direct form knows them all. */
export function writeArguments(
  slots: readonly Slot[],
  { parameter, encoding }: Direct,
): string | undefined {
  const unit = parameter.content === "string" && encoding === "utf-16" ? 2 : 1;
  const args = slots.map((slot) => {
    if (typeof slot === "number") return String(slot);
    if (typeof slot !== "object") return undefined;
    if ("area" in slot) return `frame.pointers[1] + ${slot.area * 4}`;
    if (!("text" in slot)) return undefined;
    if (slot.as === "pointer") return "pointer";
    if (slot.as === "byteLength") return "byteLength";
    return slot.as === "codeUnits" ? `byteLength / ${unit}` : undefined;
  });
  return args.includes(undefined) ? undefined : args.join(", ");
}
