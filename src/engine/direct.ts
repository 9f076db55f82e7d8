import type { ValueType } from "../binary/types.ts";
import type { Length, Place, Value } from "../conventions/convention.ts";
import type { ParameterRecipe, Recipe, TextResultRecipe } from "../conventions/recipe.ts";
import { quote } from "../errors.ts";
import { NUMERIC_TYPES } from "../numbers.ts";
import { classOf } from "../view.ts";
import { unitOf } from "./content.ts";
import { writeArguments, writePut } from "./direct_put.ts";
import { settleFailure } from "./failure.ts";
import { compileCount, type CoreValue, exportedFunction, Frame, type Realm } from "./realm.ts";
import { Source, writeBounds, writeDecode, writeLocation, writeValue } from "./source.ts";
import type { Steps } from "./steps.ts";
import { mostHeld } from "./text_read.ts";

/** A symbol with one parameter, ready to be called. */
export type DirectCall = (value: unknown) => unknown;

/**
 * Compiles the direct form of a recipe with one text in and one text out: what somebody would
 * write by hand for this one guest, with every check in it. Whatever is out of the ordinary (a
 * failure, a null pointer, a text that does not fit) is handed to the steps, which know it all.
 *
 * @param slow The call that the steps make.
 * @returns nothing where the recipe has other parts than this knows to write.
 */
export function compileDirect(
  recipe: Recipe,
  realm: Realm,
  steps: Steps,
  slow: DirectCall,
): DirectCall | undefined {
  const direct = describeDirect(recipe, realm);
  if (direct === undefined) return undefined;
  const source = new Source();
  const saves = steps.usesStack || realm.unwinds === "restores";
  const keeps = saves || steps.holds || steps.prepare !== undefined ||
    direct.place.kind !== "buffer";
  // Where nothing is kept in it, a frame is made for what is out of the ordinary only.
  const frame = keeps ? "frame" : `(frame ??= new ${source.bind(Frame)}())`;
  const result = writeResult(source, direct, realm, { steps, frame, symbol: recipe.export });
  const args = writeArguments(recipe.slots, direct);
  const put = writePut(source, direct, recipe, realm, { steps, frame });
  if (result === undefined || args === undefined || put === undefined) return undefined;

  const symbol = source.bind(recipe.export);
  const to = source.bind(realm);
  const stack = source.bind(realm.stack);
  const count = compileCount(realm, recipe.export, recipe.passed ?? recipe.slots.length);
  const finish = source.bind(
    (frame: Frame, core: CoreValue, pointer: number, byteLength: number) => {
      frame.taken = frame.dropped = 0;
      frame.result = core;
      frame.pointers[0] = pointer;
      frame.byteLengths[0] = byteLength;
      return steps.finish(frame);
    },
  );
  const settle = source.bind((error: unknown, frame: Frame) =>
    settleFailure(error, frame, realm, recipe.export, steps.holds ? steps.release : undefined)
  );
  source.add(`
let spare;
return (value) => {
  if (${writeUnfit(source, direct)}) return ${source.bind(slow)}(value);
  ${keeps ? `const frame = spare ?? new ${source.bind(Frame)}(); spare = undefined;` : "let frame;"}
  const before = ${to}.enter(${symbol});
  let inside = false;
  try {
    ${saves ? `frame.stackPointer = ${stack}.save(frame);` : ""}
    ${put}
    ${steps.prepare ? `${source.bind(steps.prepare)}(frame, []);` : ""}
    inside = true;
    ${count ? `${source.bind(count)}();` : ""}
    const core = ${source.bind(exportedFunction(realm, recipe.export))}(${args});
    inside = false;
    if (!${to}.callable) throw ${to}.refuse(${
    source.bind(`complete ${quote(recipe.export)}`)
  }, ${symbol});
    ${result(finish)}
    ${steps.holds ? `${source.bind(steps.giveBack)}(frame, text);` : ""}
    ${steps.usesStack ? `${stack}.restore(frame, frame.stackPointer);` : ""}
    return text;
  } catch (error) {
    let settled;
    try {
      if (inside) ${frame}.inside = true;
      settled = ${settle}(error, ${frame});
    } catch (unsettled) {
      ${steps.holds || steps.usesStack ? "" : "if (inside) "}${to}.refusal ??= unsettled;
      throw unsettled;
    }
    throw settled;
  } finally {
    ${keeps ? "frame.result = undefined; spare = frame;" : ""}
    ${to}.depth = before;
  }
};`);
  return source.make<DirectCall>();
}

/** What a recipe must be for its direct form: nothing but these parts are written out. */
export interface Direct {
  readonly parameter: ParameterRecipe & { readonly kind: "text" };
  readonly place: Place & { readonly kind: "buffer" | "allocator" | "stack" };
  readonly result: TextResultRecipe;
  /** What is not 0 where the call has failed. */
  readonly flag: Value | undefined;
  readonly encoding: "utf-8" | "utf-16" | "latin1";
}

/** The parts of a recipe that has no others. */
function describeDirect(recipe: Recipe, realm: Realm): Direct | undefined {
  const { parameters, result, status, area, output, pieces, own } = recipe;
  const [parameter] = parameters;
  if (parameters.length !== 1 || parameter?.kind !== "text" || result.kind !== "text") return;
  const { place, content, encoding } = parameter;
  const type = realm.functionType(recipe.export);
  const known = !realm.address64 && type !== undefined &&
    type.parameters.every((parameter) => parameter === "i32") &&
    type.results.every((result) => result === "i32" || result === "i64");
  const plain = content === "string" || content === "bytes";
  const same = content === result.content && encoding === result.encoding;
  // Where the result is the length too, a failure shows as one that can not be.
  const simple = status === undefined ||
    (status.value === "result" && status.fails === "negative" && status.code === undefined &&
      result.text.length === "result");
  // A flag beside the text is looked at first; what it means is for the steps to say.
  const flag = status?.fails === "nonzero" && typeof status.value === "object"
    ? status.value
    : undefined;
  if (!known || !plain || !same || !(simple || flag) || output || pieces || own) return;
  // Both are worked out from the frame, in which the direct form does not keep what was put.
  if (parameter.byteLength !== undefined || area?.holds !== undefined) return;
  if (encoding === "latin1+utf16" || parameter.nullable || result.text.call) return;
  if (place.kind === "managedArray" || place.kind === "reference") return;
  if (place.kind === "buffer" && (typeof place.pointer === "object" || place.offset)) return;
  if (place.kind === "allocator" && (place.room || place.pointer)) return;
  return { parameter, place, result, flag, encoding };
}

/** The condition for a value that the direct form is not for. */
function writeUnfit(source: Source, { parameter, result }: Direct): string {
  if (parameter.content === "bytes") return `${source.bind(classOf)}(value) !== "Uint8Array"`;
  const trims = result.trailingNul === "trim";
  return 'typeof value !== "string"' +
    (trims ? " || value.charCodeAt(value.length - 1) === 0" : "");
}

/** Writes finding and reading the result; whatever is odd about it is left to `finish`. */
function writeResult(
  source: Source,
  { parameter, place, result, flag, encoding }: Direct,
  realm: Realm,
  { steps, frame, symbol }: { steps: Steps; frame: string; symbol: string },
): ((finish: string) => string) | undefined {
  const { pointer, length, unit, check } = result.text;
  const memory = source.bind(realm.memory);
  const types = realm.functionType(symbol)?.results ?? [];
  const inBuffer = isHeld(pointer, place);
  const wide = parameter.content === "string" && encoding === "utf-16";
  const isMoving = inBuffer && place.kind === "buffer" && typeof pointer === "object" &&
    "export" in pointer;
  const locate = isMoving ? writeLocation(source, place, realm, "at") : undefined;
  const at = inBuffer ? "pointer" : writeValue(pointer, memory, types);
  // What comes before a NUL is counted in bytes, whatever the unit.
  const scale = unit === "codeUnits" && length !== "nul" ? unitOf(parameter.content, encoding) : 1;
  const written = writeCount(source, length, wide, realm, types);
  const found = check === undefined ? "" : writeValue(check.value, memory, types);
  const failed = flag === undefined ? "" : writeValue(flag, memory, types);
  if (at === undefined || written === undefined || found === undefined || failed === undefined) {
    return undefined;
  }
  const { count, head, tail } = written;
  const read = parameter.content === "string"
    ? `const text = ${
      writeDecode(source, realm.memory, encoding, { pointer: "from", length: "length" })
    };`
    : `const text = ${memory}.bytes().slice(from, from + length);`;
  const trims = parameter.content === "string" && result.trailingNul === "trim";
  const { resultBlock: block } = steps;
  const isWhole = typeof result.free === "object" && result.free.pass.includes("result");
  const large = `length > ${source.bind(steps.stores[0]!.capacityAt)}(${frame}, 0, at)`;
  const isSigned = length === "result" || length === "nul";
  // What the host can surely hold: beyond that it is measured.
  const mostCount = Math.floor(realm.resultLimit / mostHeld(result) / scale);
  const inBounds = writeBounds(memory, "read", "from", "length");
  return (finish) => {
    const cold = `return ${finish}(${frame}, core, pointer, byteLength)`;
    return `
    ${isWhole ? `frame.result = core;\n    frame.held[${block}] = core !== 0;` : ""}
    ${usesPointee(pointer) || usesPointee(flag) || found ? `if (core === 0) ${cold};` : ""}
    ${failed ? `if (${failed} !== 0) ${cold};` : ""}
    ${locate ?? `const at = ${at};`}
    ${inBuffer ? "" : `if (at === 0) ${cold};`}
    ${found ? `if (${found} !== ${check!.is}) ${cold};` : ""}
    const count = ${count};
    ${isSigned ? `if (count >>> 0 > ${Math.min(mostCount, 0x7fffffff)}) ${cold};` : ""}
    const from = at + ${head};
    const length = count * ${scale};
    ${isSigned || mostCount > 0xffffffff ? "" : `if (count > ${mostCount}) ${cold};`}
    ${
      !inBuffer ? inBounds : place.kind === "buffer" && head === 0
        // What lies where it was put, and within what the buffer held then, needs no second look.
        ? `if (at !== pointer || length > capacity) { if (${large}) ${cold}; ${inBounds} }`
        : `if (${large}) ${cold}; ${inBounds}`
    }
    ${
      block !== undefined
        ? `frame.result = core;
    frame.pointers[${block}] = at;
    frame.byteLengths[${block}] = length;
    frame.sizes[${block}] = length + ${head + tail};
    frame.held[${block}] = true;`
        : ""
    }
    ${read}
    ${trims ? `if (text.charCodeAt(text.length - 1) === 0) ${cold};` : ""}`;
  };
}

/** Writes the length at `at` in what the guest counts in, and what lies around the text. */
function writeCount(
  source: Source,
  length: Length,
  wide: boolean,
  { memory }: Realm,
  types: readonly ValueType[],
): { readonly count: string; readonly head: number; readonly tail: number } | undefined {
  const from = source.bind(memory);
  if (length === "nul") {
    const codec = source.bind(memory.codec(wide ? "utf-16" : "utf-8"));
    const count = `${codec}.findNul(${from}.check("read", at, 0), ${from}.size - at)`;
    return { count, head: 0, tail: wide ? 2 : 1 };
  }
  if (length === "result") {
    return types[0] === "i32" ? { count: "core", head: 0, tail: 0 } : undefined;
  }
  if (typeof length === "object" && "end" in length) return undefined;
  if (typeof length === "object" && "prefix" in length) {
    const { prefix, offset = 0 } = length;
    if (prefix === "u64") return undefined;
    const head = offset === 0 ? NUMERIC_TYPES[prefix].byteLength : 0;
    return { count: `${from}.read("${prefix}", at + ${offset})`, head, tail: 0 };
  }
  const count = writeValue(length, from, types);
  return count === undefined ? undefined : { count, head: 0, tail: 0 };
}

/** Whether a result lies in the block that the text was put into. */
function isHeld(pointer: Value, place: Direct["place"]): boolean {
  if (typeof pointer === "object" && "argument" in pointer) return true;
  if (place.kind !== "buffer") return false;
  return typeof pointer === "number"
    ? pointer === place.pointer
    : typeof pointer === "object" && "export" in pointer && pointer.export === place.pointer;
}

function usesPointee(pointer: Value | undefined): boolean {
  return typeof pointer === "object" && ("word" in pointer || "load" in pointer) &&
    pointer.at === "result";
}
