import type { BlockValue, Place } from "../conventions/convention.ts";
import { byteLengthOf } from "../view.ts";
import { blockCallName, passOf } from "./block_call.ts";
import { bytesContent, compileContent, unitOf } from "./content.ts";
import type { Direct } from "./direct.ts";
import { exportedFunction, type Realm } from "./realm.ts";
import { type Source, writeBounds, writeEncode } from "./source.ts";
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
  realm: Realm,
  { steps, frame }: Pick<Putting, "steps" | "frame">,
): string | undefined {
  const { parameter, place, symbol } = direct;
  const unit = unitOf(parameter.content, parameter.encoding);
  const putting = { source, direct, symbol, realm, steps, frame, unit };
  // A guest that looks for a NUL can't be given one: the steps refuse it with its index.
  if (place.kind === "buffer") {
    return parameter.terminated === "always" ? undefined : writeIntoBuffer(putting);
  }
  // The first block is taken from where the pointer was found before the call.
  const take = `const pointer = ${source.bind(realm.stack)}.take(frame, size, frame.stackPointer);`;
  return place.kind === "stack"
    ? writeIntoBlock(putting, bounded(putting, take), "true")
    : writeAllocated(putting, place);
}

function writeIntoBuffer(putting: Putting): string {
  const { source, direct: { parameter, encoding, location }, realm, steps, frame, unit } = putting;
  const buffer = steps.stores[0]!.buffer!;
  const capacity = source.bind(buffer.capacity);
  const isText = parameter.content === "string";
  const content = compileContent(realm.memory, parameter.content, parameter.encoding);
  const clear = `
    if (byteLength + ${unit} <= capacity) {
      const bytes = ${source.bind(realm.memory)}.bytes();
      ${unit === 2 ? "bytes[pointer + byteLength + 1] = " : ""}bytes[pointer + byteLength] = 0;
    }`;
  const isCleared = parameter.terminated !== "never";
  const end = isCleared ? `Math.min(byteLength + ${unit}, capacity)` : "byteLength";
  return `
    ${location!.write("pointer", "write")}
    let capacity = ${capacity}.known(pointer);
    if (capacity < 0) capacity = ${capacity}.within(${frame}, pointer);
    ${isText ? "" : `const measured = ${source.bind(byteLengthOf)}(value);`}
    const byteLength = ${
    isText ? writeEncode(source, realm.memory, encoding, "capacity") : writeBytes(putting)
  };
    if (byteLength < 0) {
      throw ${source.bind(buffer.tooLarge)}(${source.bind(content)}.measure(value), capacity);
    }
    ${isCleared ? clear : ""}
    ${
    buffer.claim === undefined
      ? ""
      // No other call that this one is within claims anything: those are left to the steps.
      : `${source.bind(buffer.claim)}(${
        source.bind(buffer.claimOf(buffer))
      }, pointer, ${end}, capacity);`
  }`;
}

/** Writes taking a block and checking that it is within memory. */
function bounded({ source, realm }: Putting, take: string): string {
  return `${take}
    ${writeBounds(source.bind(realm.memory), "write", "pointer", "size")}`;
}

/** Writes putting the value into a block that `take` takes; the call holds it if `held`. */
function writeIntoBlock(putting: Putting, take: string, held: string): string {
  const { source, direct: { parameter, encoding }, realm, steps, unit } = putting;
  const memory = source.bind(realm.memory);
  const unfreed = source.bind(realm.unfreed);
  const terminator = parameter.terminated === "always" ? unit : 0;
  const isText = parameter.content === "string";
  const { refuseNul } = compileContent(realm.memory, parameter.content, parameter.encoding);
  const measured = isText
    ? `${source.bind(realm.memory.codec(encoding))}.byteLength(value)`
    : `${source.bind(byteLengthOf)}(value)`;
  return `
    const byteLength = ${measured};
    ${terminator > 0 ? `${source.bind(refuseNul)}(value);` : ""}
    const size = byteLength + ${terminator};
    ${take}
    frame.pointers[0] = pointer;
    frame.sizes[0] = size;
    frame.codeUnits[0] = byteLength / ${unit};
    ${parameter.unfreed ? `${unfreed}.arguments++; ${unfreed}.byteLength += size;` : ""}
    frame.held[0] = ${steps.stores[0]!.release === undefined ? "false" : held};
    ${writeMeasured(putting, terminator > 0)}
    ${terminator > 0 ? `${memory}.clear(pointer + byteLength, ${unit});` : ""}`;
}

/** Writes asking the guest's allocator, if it takes and gives nothing but 32-bit numbers. */
function writeAllocated(
  putting: Putting,
  { allocate, empty, pin }: Place & { readonly kind: "allocator" },
): string | undefined {
  const { source, symbol, realm, steps, unit } = putting;
  const name = blockCallName(allocate, symbol);
  const type = realm.functionType(name);
  const pass = passOf(allocate, "allocate", name, type);
  const isPlain = type?.results.join() === "i32" &&
    type.parameters.every((parameter) => parameter === "i32") &&
    pass.every((value) => value !== "pointer" && value !== "result") &&
    (pin === undefined || realm.functionType(pin)?.parameters.join() === "i32");
  if (!isPlain) return undefined;
  const args = pass.map((value) => blockValue(value, unit)).join(", ");
  const ask = bounded(
    putting,
    `inside = true;
    const block = ${source.bind(exportedFunction(realm, name))}(${args});
    inside = false;
    pointer = block >>> 0;
    if (pointer === 0 && size > 0) throw ${source.bind(steps.stores[0]!.outOfMemory)}(size);`,
  ) + (pin === undefined ? "" : `
    inside = true;
    ${source.bind(exportedFunction(realm, pin))}(pointer);
    inside = false;`);
  return writeIntoBlock(
    putting,
    `let pointer = ${unit};
    ${empty === "none" ? `if (size > 0) { ${ask} }` : ask}`,
    empty === "none" ? "size > 0" : "true",
  );
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
export function writeArguments({ slots, parameter, encoding }: Direct): string | undefined {
  const unit = unitOf(parameter.content, encoding);
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
