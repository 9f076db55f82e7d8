import type { ValueType } from "../binary/types.ts";
import type { Length, Place, Slot, Value } from "../conventions/convention.ts";
import type { ParameterRecipe, Recipe, TextResultRecipe } from "../conventions/recipe.ts";
import { quote } from "../errors.ts";
import { NUMERIC_TYPES } from "../numbers.ts";
import { classOf } from "../view.ts";
import { unitOf } from "./content.ts";
import { writeArguments, writePut } from "./direct_put.ts";
import { settleFailure } from "./failure.ts";
import type { KnownForm } from "./often.ts";
import { compileCount, type CoreValue, exportedFunction, Frame, type Realm } from "./realm.ts";
import { mostHeld } from "./result_limit.ts";
import {
  type Found,
  hasNoMore,
  type Location,
  Source,
  usesPointee,
  writeBounds,
  writeDecode,
  writeLocation,
  writeOffset,
  writeSigned,
} from "./source.ts";
import type { Steps } from "./steps.ts";
import { trimNuls } from "./text_read.ts";

/** A symbol with one parameter, ready to be called. */
export type DirectCall = (value: unknown) => unknown;

/**
 * Compiles the direct form of a recipe with one text in and one text out: what somebody would
 * write by hand for this one guest, with every check in it. Whatever is out of the ordinary (a
 * failure, a null pointer, a text that does not fit) is handed to the steps, which know it all.
 *
 * @param slow The call that the steps make.
 * @param known What was made for an instance before this one, and takes what is made.
 * @returns nothing where the recipe has other parts than this knows to write.
 */
export function compileDirect(
  recipe: Recipe,
  realm: Realm,
  steps: Steps,
  slow: DirectCall,
  known?: KnownForm,
): DirectCall | undefined {
  const source = new Source(known);
  const direct = describeDirect(recipe, realm, source);
  if (direct === undefined) return undefined;
  const { place, symbol: name, location } = direct;
  const inBuffer = place.kind === "buffer";
  const saves = steps.usesStack || realm.unwinds === "restores";
  const keeps = saves || steps.holds || steps.prepare !== undefined || !inBuffer ||
    location?.needsFrame === true;
  // Where nothing is kept in it, a frame is made for what is out of the ordinary only.
  const frame = keeps ? "frame" : `(frame ??= new ${source.bind(Frame)}())`;
  const result = writeResult(source, direct, realm, { steps, frame });
  const args = writeArguments(direct);
  const put = writePut(source, direct, realm, { steps, frame });
  if (result === undefined || args === undefined || put === undefined) return undefined;

  const symbol = source.bind(name);
  const to = source.bind(realm);
  const stack = source.bind(realm.stack);
  const count = compileCount(realm, name, direct.passed);
  const finish = source.bind(
    (frame: Frame, core: CoreValue, pointer: number, byteLength: number, at?: number) => {
      frame.taken = frame.dropped = 0;
      frame.result = core;
      frame.pointers[0] = pointer;
      frame.byteLengths[0] = byteLength;
      return steps.finish(frame, at);
    },
  );
  const settle = source.bind((error: unknown, frame: Frame) =>
    settleFailure(error, frame, realm, name, steps.holds ? steps.release : undefined)
  );
  // Within a call that claims a buffer, the steps find out whether this one would write there.
  const claimed = steps.claims && inBuffer ? ` || ${to}.claim !== undefined` : "";
  const isKept = keeps && steps.claims;
  source.add(`
let spare;
return (value) => {
  if (${writeUnfit(source, direct)}${claimed}) return ${source.bind(slow)}(value);
  ${keeps ? `const frame = spare ?? new ${source.bind(Frame)}(); spare = undefined;` : "let frame;"}
  const before = ${to}.enter(${symbol});
  ${isKept ? `frame.outerClaim = ${to}.claim;` : ""}
  let inside = false;
  try {
    ${saves ? `frame.stackPointer = ${stack}.save(frame);` : ""}
    ${put}
    ${steps.prepare ? `${source.bind(steps.prepare)}(frame, []);` : ""}
    ${count ? `${source.bind(count)}();` : ""}
    inside = true;
    const core = ${source.bind(exportedFunction(realm, name))}(${args});
    inside = false;
    if (!${to}.callable) throw ${to}.refuse(${source.bind(`complete ${quote(name)}`)}, ${symbol});
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
    ${isKept ? `${to}.claim = frame.outerClaim;` : steps.claims ? `${to}.claim = undefined;` : ""}
    ${keeps ? "frame.result = undefined; spare = frame;" : ""}
    ${to}.depth = before;
  }
};`);
  return source.make<DirectCall>();
}

/** What a recipe must be for its direct form: nothing but these parts are written out. */
export interface Direct {
  readonly symbol: string;
  readonly parameter: ParameterRecipe & { readonly kind: "text" };
  readonly place: Place & { readonly kind: "buffer" | "allocator" | "stack" };
  /** How the address of the buffer is asked for, if the place is one. */
  readonly location: Location | undefined;
  readonly slots: readonly Slot[];
  /** How many arguments the guest is told that it gets. */
  readonly passed: number;
  readonly result: TextResultRecipe;
  readonly encoding: "utf-8" | "utf-16" | "latin1";
  /** What the export returns. */
  readonly types: readonly ValueType[];
  readonly hasArea: boolean;
  /** What is not 0 where the call has failed, if it is not the length that tells. */
  readonly flag: Value | undefined;
  /** Whether what the export returned tells of a failure, and is then not the guest's to free. */
  readonly isStatus: boolean;
}

/**
 * The parts of a recipe that has no others than this form can do. Each record is taken apart: what
 * is left of one is a part that is not known here, and the recipe is left to the steps.
 */
function describeDirect(
  recipe: Recipe,
  realm: Realm,
  source: Source,
): Direct | undefined {
  // What `core` says is asked of the export's type, and the steps check a status and take an area.
  const {
    export: symbol,
    parameters,
    slots,
    core: _core,
    passed = slots.length,
    result,
    status,
    area,
    output,
    pieces,
    own,
    ...others
  } = recipe;
  const [parameter] = parameters;
  const type = realm.functionType(symbol);
  const isKnown = !realm.address64 && type !== undefined &&
    type.parameters.every((parameter) => parameter === "i32") &&
    type.results.every((result) => result === "i32" || result === "i64");
  if (!isKnown || output || pieces || own || !hasNoMore(others)) return undefined;
  if (parameters.length !== 1 || parameter?.kind !== "text" || result.kind !== "text") return;
  // What an area holds is worked out from the frame, in which this form does not keep it.
  if (area?.holds !== undefined || !isPlainStatus(status, result)) return undefined;
  const { content, encoding, place } = parameter;
  const isSame = content === result.content && encoding === result.encoding;
  if (encoding === "latin1+utf16" || !isSame) return undefined;
  if (!isPlainParameter(parameter) || !isPlainPlace(place) || !isPlainResult(result)) return;
  return {
    symbol,
    parameter,
    place,
    location: place.kind === "buffer" ? writeLocation(source, place, realm) : undefined,
    slots,
    passed,
    result,
    encoding,
    types: type.results,
    hasArea: area !== undefined,
    flag: flagOf(status),
    isStatus: status?.value === "result",
  };
}

/** Whether a failure shows as a length that can not be, or as a flag: what it means, the steps know. */
function isPlainStatus(status: Recipe["status"], { text }: TextResultRecipe): boolean {
  if (status === undefined) return true;
  const { value, fails, code, message: _message, details: _details, ...others } = status;
  const isLength = value === "result" && fails === "negative" && code === undefined &&
    text.length === "result";
  return (isLength || flagOf(status) !== undefined) && hasNoMore(others);
}

/** A number beside the text that is not 0 where the call has failed. */
function flagOf(status: Recipe["status"]): Value | undefined {
  return status?.fails === "nonzero" && typeof status.value === "object" ? status.value : undefined;
}

function isPlainParameter(parameter: Direct["parameter"]): boolean {
  // `content`, `encoding`, `terminated` and `unfreed` are written out; how it is freed, the steps know.
  const {
    kind: _kind,
    content,
    encoding: _encoding,
    place: _place,
    terminated: _terminated,
    free: _free,
    unfreed: _unfreed,
    nullable,
    byteLength,
    ...others
  } = parameter;
  return typeof content === "string" && !nullable && byteLength === undefined && hasNoMore(others);
}

function isPlainPlace(place: Place): place is Direct["place"] {
  switch (place.kind) {
    case "buffer": {
      const { kind: _kind, pointer, offset = 0, capacity: _capacity, ...others } = place;
      return typeof pointer !== "object" && offset === 0 && hasNoMore(others) &&
        (typeof pointer !== "number" || (Number.isSafeInteger(pointer) && pointer >= 0));
    }
    case "allocator": {
      const {
        kind: _kind,
        allocate,
        pointer,
        free: _free,
        empty: _empty,
        room,
        pin: _pin,
        unpin: _unpin,
        ...others
      } = place;
      return pointer === undefined && room === undefined && hasNoMore(others) &&
        isPlainCall(allocate);
    }
    case "stack": {
      const { kind: _kind, ...others } = place;
      return hasNoMore(others);
    }
    default:
      return false;
  }
}

function isPlainCall(call: (Place & { kind: "allocator" })["allocate"]): boolean {
  if (typeof call === "string") return true;
  const { export: _export, pass: _pass, optional: _optional, ...others } = call;
  return hasNoMore(others);
}

function isPlainResult(result: TextResultRecipe): boolean {
  // A null pointer is for the steps, and so is how a block is freed.
  const {
    kind: _kind,
    content: _content,
    encoding: _encoding,
    text,
    free: _free,
    unfreed: _unfreed,
    nullable: _nullable,
    nullIs: _nullIs,
    trailingNul: _trailingNul,
    ...others
  } = result;
  const {
    call,
    pointer: _pointer,
    length: _length,
    unit: _unit,
    freedBy: _freedBy,
    nullIs: _nullIsOfText,
    check,
    ...othersOfText
  } = text;
  if (call !== undefined || !hasNoMore(others) || !hasNoMore(othersOfText)) return false;
  if (check === undefined) return true;
  const { value: _value, is: _is, what: _what, ...othersOfCheck } = check;
  return hasNoMore(othersOfCheck);
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
  direct: Direct,
  realm: Realm,
  { steps, frame }: { steps: Steps; frame: string },
): ((finish: string) => string) | undefined {
  const { parameter, place, location, result, flag, encoding, types, hasArea, isStatus } = direct;
  const { pointer, length, unit, check } = result.text;
  const memory = source.bind(realm.memory);
  const found: Found = { memory, types, hasArea };
  const inBlock = isHeld(pointer, place);
  const wide = parameter.content === "string" && encoding === "utf-16";
  const isMoving = inBlock && location !== undefined && typeof pointer === "object" &&
    "export" in pointer;
  const at = inBlock ? "pointer" : writeOffset(pointer, found);
  // What comes before a NUL is counted in bytes, whatever the unit.
  const scale = unit === "codeUnits" && length !== "nul" ? unitOf(parameter.content, encoding) : 1;
  const written = writeCount(source, length, wide, realm, found);
  const checked = check === undefined ? "" : writeSigned(check.value, found);
  const failed = flag === undefined ? "" : writeSigned(flag, found);
  if (at === undefined || written === undefined) return undefined;
  if (checked === undefined || failed === undefined) return undefined;
  const { count, head, tail } = written;
  const trims = parameter.content === "string" && result.trailingNul === "trim";
  const range = { pointer: "from", length: "length" };
  const read = parameter.content !== "string"
    ? `const text = ${memory}.bytes().slice(from, from + length);`
    : `${trims ? "let" : "const"} text = ${writeDecode(source, realm.memory, encoding, range)};` +
      (trims
        ? `
    if (text.charCodeAt(text.length - 1) === 0) text = ${source.bind(trimNuls)}(text);`
        : "");
  const { resultBlock: block } = steps;
  const unfreed = source.bind(realm.unfreed);
  const isWhole = typeof result.free === "object" && result.free.pass.includes("result");
  const reads = [pointer, length, check?.value, flag];
  const isSigned = length === "result" || length === "nul";
  // What the host can surely hold: beyond that it is measured.
  const mostCount = Math.floor(realm.resultLimit / mostHeld(result) / scale);
  const most = Math.min(mostCount, 0x7fffffff);
  const inBounds = writeBounds(memory, "read", "from", "length");
  const isLow = types[0] === "i32" ? `core >>> 0 < ${realm.lowest}` : "core === 0";
  const { buffer, capacityAt } = steps.stores[0]!;
  const large = `${source.bind(capacityAt)}(${frame}, 0, at)`;
  // A fixed length is the caller's word: a guest can not lie about it.
  const isStated = typeof length === "number";
  const unclaim = buffer?.claim === undefined
    ? ""
    : `${source.bind(realm)}.claim = ${frame === "frame" ? "frame.outerClaim" : "undefined"};`;
  return (finish) => {
    const cold = `return ${finish}(${frame}, core, pointer, byteLength)`;
    const late = isMoving ? `return ${finish}(${frame}, core, pointer, byteLength, at)` : cold;
    const guard = buffer !== undefined && head === 0
      // What is known of the place now is within memory: there it needs no second look.
      ? `const room = ${source.bind(buffer.capacity)}.known(at);
    if (length > (room < 0 ? ${large} : room)) ${late};
    if (room < 0) { ${inBounds} }`
      : `if (length > ${large}) ${late};
    ${inBounds}`;
    return `
    ${
      // The steps note it only where no status can be in its place.
      isWhole
        ? `frame.result = core;` + (isStatus ? "" : `
    frame.held[${block}] = Number(core) !== 0;`)
        : ""}
    ${reads.some(usesPointee) ? `if (${isLow}) ${cold};` : ""}
    ${failed ? `if (${failed} !== 0) ${cold};` : ""}
    ${length === "result" ? `if (core >>> 0 > ${most}) ${cold};` : ""}
    ${isMoving ? location.write("at", "read") : `const at = ${at};`}
    ${inBlock ? "" : `if (at < ${isEnded(length) ? realm.lowest : 1}) ${cold};`}
    ${checked ? `if (${checked} !== ${check!.is}) ${late};` : ""}
    const count = ${count};
    ${length === "nul" ? `if (count >>> 0 > ${most}) ${late};` : ""}
    const from = at + ${head};
    const length = count * ${scale};
    ${isSigned || mostCount > 0xffffffff ? "" : `if (count > ${mostCount}) ${late};`}
    ${inBlock && !isStated ? guard : inBounds}
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
    ${unclaim}
    ${
      result.unfreed
        ? `${unfreed}.results++; ${unfreed}.byteLength += length + ${head + tail};`
        : ""
    }`;
  };
}

/** Writes the length at `at` in what the guest counts in, and what lies around the text. */
function writeCount(
  source: Source,
  length: Length,
  wide: boolean,
  { memory }: Realm,
  found: Found,
): { readonly count: string; readonly head: number; readonly tail: number } | undefined {
  const from = source.bind(memory);
  if (length === "nul") {
    const codec = source.bind(memory.codec(wide ? "utf-16" : "utf-8"));
    const count = `${codec}.findNul(${from}.check("read", at, 0), ${from}.size - at)`;
    return { count, head: 0, tail: wide ? 2 : 1 };
  }
  if (length === "result") {
    const count = writeSigned(length, found);
    return count === undefined ? undefined : { count, head: 0, tail: 0 };
  }
  if (typeof length === "object" && "end" in length) return undefined;
  if (typeof length === "object" && "prefix" in length) {
    const { prefix, offset = 0, ...others } = length;
    if (prefix === "u64" || !hasNoMore(others)) return undefined;
    const head = offset === 0 ? NUMERIC_TYPES[prefix].byteLength : 0;
    return { count: `${from}.read("${prefix}", at + ${offset})`, head, tail: 0 };
  }
  const count = writeOffset(length, found);
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

/** Whether what lies at a pointer tells how long it is: then something has to lie there. */
function isEnded(length: Length): boolean {
  return length === "nul" || (typeof length === "object" && "prefix" in length);
}
