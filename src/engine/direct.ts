import type { ValueType } from "../binary/types.ts";
import type { BlockValue, Place, Slot, Value } from "../conventions/convention.ts";
import type { ParameterRecipe, Recipe, TextResultRecipe } from "../conventions/recipe.ts";
import { NUMERIC_TYPES } from "../numbers.ts";
import { blockCallName, passOf } from "./block_call.ts";
import { compileContent } from "./content.ts";
import type { CoreValue } from "./frame.ts";
import { Frame } from "./frame.ts";
import { exportedFunction, type Realm } from "./realm.ts";
import { settleFailure } from "./failure.ts";
import { Source } from "./source.ts";
import type { Steps } from "./steps.ts";

/** A symbol with one parameter, ready to be called. */
export type DirectCall = (value: unknown) => unknown;

/** What a recipe must be for its direct form: nothing but these parts are written out. */
interface Direct {
  readonly parameter: ParameterRecipe & { readonly kind: "text" };
  readonly place: Place & { readonly kind: "buffer" | "allocator" };
  readonly result: TextResultRecipe;
  readonly encoding: "utf-8" | "utf-16" | "latin1";
}

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
  const direct = describe(recipe, realm);
  if (direct === undefined) return undefined;
  const source = new Source();
  const result = writeResult(source, direct, realm, steps, recipe.export);
  const args = writeArguments(recipe.slots, direct);
  const put = writePut(source, direct, recipe, realm, steps);
  if (result === undefined || args === undefined || put === undefined) return undefined;

  const symbol = source.bind(recipe.export);
  const to = source.bind(realm);
  const stack = source.bind(realm.stack);
  const finish = source.bind((frame: Frame, core: CoreValue) => {
    frame.result = core;
    const value = steps.finish(frame);
    steps.release(frame);
    return value;
  });
  const settle = source.bind((error: unknown, frame: Frame) =>
    settleFailure(error, frame, realm, recipe.export, steps.release)
  );
  const saves = steps.usesStack || realm.unwinds === "restores";
  source.add(`
let spare = new ${source.bind(Frame)}();
return (value) => {
  if (${unfit(direct)}) return ${source.bind(slow)}(value);
  ${to}.enter(${symbol});
  const frame = spare ?? new ${source.bind(Frame)}();
  spare = undefined;
  try {
    ${saves ? `frame.stackPointer = ${stack}.save(frame);` : ""}
    ${put}
    ${steps.prepare ? `${source.bind(steps.prepare)}(frame, []);` : ""}
    frame.inside = true;
    const core = ${source.bind(exportedFunction(realm, recipe.export))}(${args});
    frame.inside = false;
    ${result(finish)}
    ${steps.holds ? `${source.bind(steps.release)}(frame);` : ""}
    ${steps.usesStack ? `${stack}.restore(frame, frame.stackPointer);` : ""}
    return text;
  } catch (error) {
    throw ${settle}(error, frame);
  } finally {
    frame.result = undefined;
    spare = frame;
    ${to}.leave();
  }
};`);
  return source.make<DirectCall>();
}

/** The parts of a recipe that has no others. */
function describe(recipe: Recipe, realm: Realm): Direct | undefined {
  const { parameters, result, status, output, pieces, own } = recipe;
  const [parameter] = parameters;
  if (parameters.length !== 1 || parameter?.kind !== "text" || result.kind !== "text") return;
  const { place, content, encoding } = parameter;
  const type = realm.functionType(recipe.export);
  const known = !realm.address64 && type !== undefined &&
    type.parameters.every((parameter) => parameter === "i32");
  const plain = content === "string" || content === "bytes";
  const same = content === result.content && encoding === result.encoding;
  const simple = status === undefined ||
    (status.value === "result" && status.fails === "negative" && status.code === undefined);
  if (!known || !plain || !same || !simple || output || pieces || own) return;
  if (encoding === "latin1+utf16" || parameter.nullable || result.text.call) return;
  if (place.kind !== "buffer" && place.kind !== "allocator") return;
  if (place.kind === "buffer" && typeof place.pointer === "object") return;
  if (place.kind === "allocator" && (place.room || place.pointer || place.empty)) return;
  return { parameter, place, result, encoding };
}

/** The condition for a value that the direct form is not for. */
function unfit({ parameter, result }: Direct): string {
  if (parameter.content === "bytes") return "!(value instanceof Uint8Array)";
  const trims = result.trailingNul === "trim";
  return 'typeof value !== "string"' +
    (trims ? " || value.charCodeAt(value.length - 1) === 0" : "");
}

/** Writes putting the value where the guest wants it. */
function writePut(
  source: Source,
  direct: Direct,
  recipe: Recipe,
  realm: Realm,
  steps: Steps,
): string | undefined {
  const { parameter, place, encoding } = direct;
  const memory = source.bind(realm.memory);
  const codec = source.bind(realm.memory.codec(encoding));
  const isText = parameter.content === "string";
  const unit = isText && encoding === "utf-16" ? 2 : 1;
  const write = (room: string) =>
    isText
      ? `${codec}.write(value, pointer, ${room})`
      : `${source.bind(writeBytes(realm))}(value, pointer, ${room})`;
  const store = steps.stores[0]!;
  const content = compileContent(realm.memory, parameter.content, encoding);
  if (place.kind === "buffer") {
    // A guest that looks for a NUL can't be given one: the steps refuse it with its index.
    if (parameter.terminated === "always") return undefined;
    const put = source.bind(store.put);
    const bound = source.bind(content);
    return `
    ${writeLocation(source, place, realm, "pointer")}
    const capacity = ${source.bind(store.capacityAt)}(frame, 0, pointer);
    ${memory}.check("write", pointer, capacity);
    const byteLength = ${write("capacity")};
    if (byteLength < 0) ${put}(frame, 0, ${bound}, value);
    ${
      parameter.terminated === "never"
        ? ""
        : `if (byteLength + ${unit} <= capacity) ${memory}.clear(pointer + byteLength, ${unit});`
    }`;
  }
  const name = blockCallName(place.allocate, recipe.export);
  const type = realm.functionType(name);
  const pass = passOf(place.allocate, "allocate", name, type);
  const numbers = [...type?.parameters ?? ["unknown"], ...type?.results ?? []];
  const isKnown = pass.every((value) => value !== "pointer" && value !== "result");
  if (!isKnown || numbers.some((number) => number !== "i32")) return undefined;
  const terminator = parameter.terminated === "always" ? unit : 0;
  const allocate = source.bind(exportedFunction(realm, name));
  const keep = (name: string | undefined) =>
    name === undefined ? "" : `
    frame.inside = true;
    ${source.bind(exportedFunction(realm, name))}(pointer);
    frame.inside = false;`;
  return `
    const byteLength = ${isText ? `${codec}.byteLength(value)` : "value.byteLength"};
    ${terminator > 0 ? `${source.bind(content.refuseNul)}(value);` : ""}
    const size = byteLength + ${terminator};
    frame.inside = true;
    const block = ${allocate}(${pass.map((value) => blockValue(value, unit)).join(", ")});
    frame.inside = false;
    const pointer = block >>> 0;
    if (pointer === 0 && size > 0) throw ${source.bind(store.outOfMemory)}(size);
    ${memory}.check("write", pointer, size);
    ${keep(place.pin)}
    frame.pointers[0] = pointer;
    frame.sizes[0] = size;
    frame.codeUnits[0] = byteLength / ${unit};
    frame.held[0] = ${store.release !== undefined};
    ${write("byteLength")};
    ${terminator > 0 ? `${memory}.clear(pointer + byteLength, ${unit});` : ""}`;
}

function writeBytes({ memory }: Realm) {
  return (value: Uint8Array, pointer: number, room: number) => {
    if (value.byteLength > room) return -1;
    memory.writeBytes(pointer, value);
    return value.byteLength;
  };
}

function blockValue(value: BlockValue, unit: number): string {
  if (value === "align") return String(unit);
  if (value === "codeUnits") return `byteLength / ${unit}`;
  return value === "byteLength" ? "size" : String(value);
}

/** The core arguments, where the direct form knows them all. */
function writeArguments(
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

/** Writes finding and reading the result; whatever is odd about it is left to `finish`. */
function writeResult(
  source: Source,
  { parameter, place, result, encoding }: Direct,
  realm: Realm,
  steps: Steps,
  symbol: string,
): ((finish: string) => string) | undefined {
  const { pointer, length, unit, check } = result.text;
  const memory = source.bind(realm.memory);
  const types = realm.functionType(symbol)?.results ?? [];
  const inBuffer = isHeld(pointer, place);
  const isMoving = inBuffer && place.kind === "buffer" && typeof pointer === "object" &&
    "export" in pointer;
  const locate = isMoving ? writeLocation(source, place, realm, "at") : undefined;
  const at = inBuffer ? "pointer" : writeValue(pointer, memory, types);
  const scale = unit === "codeUnits" && encoding === "utf-16" && parameter.content === "string"
    ? 2
    : 1;
  const prefix = typeof length === "object" && "prefix" in length ? length : undefined;
  const head = prefix && (prefix.offset ?? 0) === 0 ? NUMERIC_TYPES[prefix.prefix].byteLength : 0;
  const isNul = length === "nul";
  const wide = isNul && parameter.content === "string" && encoding === "utf-16"
    ? "utf-16"
    : "latin1";
  const count = isNul
    ? `${memory}.cStringLength(at, ${source.bind({ encoding: wide })})`
    : prefix !== undefined
    ? prefix.prefix === "u64"
      ? undefined
      : `${memory}.read("${prefix.prefix}", at + ${prefix.offset ?? 0})`
    : typeof length === "object" && "end" in length
    ? undefined
    : length === "result"
    ? "core"
    : writeValue(length as Value, memory, types);
  const found = check === undefined ? "" : writeValue(check.value, memory, types);
  if (at === undefined || count === undefined || found === undefined) return undefined;
  const nulSize = isNul ? (wide === "utf-16" ? 2 : 1) : 0;
  const codec = source.bind(realm.memory.codec(encoding));
  const read = parameter.content === "string"
    ? `${memory}.check("read", from, length);\n    const text = ${codec}.read(from, length);`
    : `const text = ${memory}.readBytes(from, length);`;
  const trims = parameter.content === "string" && result.trailingNul === "trim";
  const { resultBlock: block } = steps;
  const capacity = `${source.bind(steps.stores[0]!.capacityAt)}(frame, 0, at)`;
  return (finish) => {
    const cold = `return ${finish}(frame, core)`;
    return `
    ${usesPointee(pointer) || found ? `if (core === 0) ${cold};` : ""}
    ${locate ?? `const at = ${at};`}
    ${inBuffer ? "" : `if (at === 0) ${cold};`}
    ${found ? `if (${found} !== ${check!.is}) ${cold};` : ""}
    const count = ${count};
    ${length === "result" ? `if (!(count >= 0)) ${cold};` : ""}
    ${inBuffer ? `if (count * ${scale} > ${capacity}) ${cold};` : ""}
    const from = at + ${head};
    const length = count * ${scale};
    ${
      block !== undefined
        ? `frame.result = core;
    frame.pointers[${block}] = at;
    frame.byteLengths[${block}] = length;
    frame.sizes[${block}] = length + ${head + nulSize};
    frame.held[${block}] = true;`
        : ""
    }
    ${read}
    ${trims ? `if (text.charCodeAt(text.length - 1) === 0) ${cold};` : ""}`;
  };
}

/** Whether a result lies in the block that the text was put into. */
function isHeld(pointer: Value, place: Direct["place"]): boolean {
  if (typeof pointer === "object" && "argument" in pointer) return true;
  if (place.kind !== "buffer") return false;
  return typeof pointer === "number"
    ? pointer === place.pointer
    : typeof pointer === "object" && "export" in pointer && pointer.export === place.pointer;
}

/** Writes asking where the guest's buffer is. */
function writeLocation(
  source: Source,
  { pointer, offset = 0 }: Place & { readonly kind: "buffer" },
  realm: Realm,
  name: string,
): string {
  const get = typeof pointer === "string" ? realm.exports[pointer] : undefined;
  if (typeof pointer === "number") return `const ${name} = ${pointer + offset};`;
  if (get instanceof WebAssembly.Global) {
    return `const ${name} = (${source.bind(get)}.value >>> 0) + ${offset};`;
  }
  return `frame.inside = true;
    const ${name} = (${source.bind(get)}() >>> 0) + ${offset};
    frame.inside = false;`;
}

function usesPointee(pointer: Value): boolean {
  return typeof pointer === "object" && ("word" in pointer || "load" in pointer) &&
    pointer.at === "result";
}

/** Writes a number that is found in the result, in the return area or behind the result. */
function writeValue(
  value: Value,
  memory: string,
  types: readonly ValueType[],
): string | undefined {
  const isNumber = types[0] === "i32";
  if (typeof value === "number") return String(value);
  if (value === "result") return isNumber ? "(core >>> 0)" : undefined;
  if (typeof value !== "object") return undefined;
  if ("result" in value) {
    return types[value.result] === "i32" ? `(core[${value.result}] >>> 0)` : undefined;
  }
  if ("low" in value || "high" in value) {
    const half = "low" in value ? "core" : "core >> 32n";
    const whole = "low" in value ? value.low : value.high;
    return whole === "result" && types[0] === "i64"
      ? `Number(BigInt.asUintN(32, ${half}))`
      : undefined;
  }
  if (!("word" in value || "load" in value)) return undefined;
  const { at } = value;
  if (at !== undefined && !(at === "result" && isNumber)) return undefined;
  const base = at === undefined ? "frame.pointers[1]" : "(core >>> 0)";
  if ("word" in value) return `${memory}.read("u32", ${base} + ${value.word * 4})`;
  return /^[iu](?:8|16|32)$/.test(value.load)
    ? `${memory}.read("${value.load}", ${base} + ${value.offset ?? 0})`
    : undefined;
}
