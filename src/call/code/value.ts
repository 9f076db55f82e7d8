import type { AddressPlace, BlockCall, BlockSource, CoreArgument } from "../../abi/block_source.ts";
import type { NumberTest, Value } from "../../abi/value.ts";
import type { NumericType } from "../../base/numeric_types.ts";
import type { FunctionType, ValueType } from "../../binary/types.ts";
import { FARTHEST, isWhole, toOffset } from "../../memory/pointer.ts";
import { isReserved, keptValues } from "../../plan/plan_blocks.ts";
import { lengthsOffset } from "../content.ts";
import {
  asksGuest,
  compileInteger,
  compileOffset,
  compilePointer,
  compileValue,
  computed,
  lengthsOf,
  pack,
  pointerOf,
} from "../values.ts";
import type { CallCode } from "./call_code.ts";
import type { Scope, Written } from "./scope.ts";

function i32(source: string): Written {
  return { signed: source, offset: `(${source} >>> 0)`, kind: "number" };
}

/** Returns a number that is known to be 0 or more. */
function offset(source: string): Written {
  return { signed: source, offset: source, kind: "number" };
}

function i64(source: string, code: CallCode): Written {
  return { signed: source, offset: `${code.constant(offsetOf64)}(${source})`, kind: "bigint" };
}

/**
 * Returns a bigint of the guest as an unsigned offset, as `toOffset` does. It is known to have 64
 * bits, so it is not compared with what they hold, which would take 40 ns.
 */
export function offsetOf64(pointer: bigint): number {
  const offset = Number(pointer);
  return offset >= 0 ? offset : Number(BigInt.asUintN(64, pointer));
}

function either(source: string, code: CallCode): Written {
  return { signed: source, offset: `${code.constant(toOffset)}(${source})`, kind: "either" };
}

function ofCore(source: string, type: ValueType | undefined, code: CallCode): Written | undefined {
  if (type === "i32") return i32(source);
  return type === "i64" ? i64(source, code) : undefined;
}

/**
 * The form that a number is written in: as in the guest, the same if it is an integer, a count, or
 * an address.
 */
type As = "number" | "integer" | "count" | "pointer";

/** The run forms of a value, one for each form. */
const RUN_FORMS = {
  number: compileValue,
  integer: compileInteger,
  count: compileOffset,
  pointer: compilePointer,
} as const;

/** Writes finding a number. A value without source of its own is left to the run form. */
export function writeValue(value: Value, scope: Scope, code: CallCode, as: As): Written {
  const found = writeKnown(value, scope, code);
  // A float that is not an offset is refused by the run form.
  const isOpen = found?.kind === "either" && as !== "number";
  if (found === undefined || isOpen) return writeRun(value, scope, code, as);
  // Only a 64-bit pointer can be beyond every memory.
  return as === "pointer" && found.kind !== "number"
    ? { ...found, offset: `${code.constant(pointerOf)}(${found.signed}, ${code.instance})` }
    : found;
}

/** Writes a call of a value's run form with the frame. */
function writeRun(value: Value, scope: Scope, code: CallCode, as: As): Written {
  const key = keyOf(value, code);
  const get = code.of(
    `${as} ${key}`,
    ({ instance, layout }) => RUN_FORMS[as](value, instance, layout),
  );
  const local = code.fresh("value");
  // A function within the value gets the arguments.
  const args = key === JSON.stringify(value)
    ? ""
    : `frame.args = [${code.plan.parameters.map((_, index) => `a${index}`)}];`;
  code.add(
    `let ${local}; ${
      code.onFrame(`${args} frame.result = ${scope.result}; ${local} = ${get}(frame);`)
    }`,
  );
  return as === "number" || as === "integer" ? either(local, code) : offset(local);
}

/** Writes finding where the guest's buffer is; returns false if the run form has to do it. */
export function writeLocation(
  place: BlockSource & { readonly kind: "buffer" },
  into: string,
  action: "read" | "write",
  scope: Scope,
  code: CallCode,
): boolean {
  const { pointer, offset: further = 0 } = place;
  if (typeof pointer === "string" || typeof pointer === "number") {
    return code.locate(place, into, action);
  }
  if (isReserved(pointer) || further !== 0) return false;
  code.add(`${into} = ${writeValue(pointer as AddressPlace, scope, code, "count").offset};
    if (${into} < ${code.lowest} || ${into} >= ${FARTHEST}) ${scope.otherwise()}`);
  return true;
}

function writeKnown(value: Value, scope: Scope, code: CallCode): Written | undefined {
  const { result, types, each } = scope;
  const { layout } = code;
  if (typeof value === "number") return writeConstant(value, code);
  if (value === "result") return types.length === 1 ? ofCore(result, types[0], code) : undefined;
  if (typeof value === "function") {
    code.runsCaller = true;
    return offset(computed.module.writeGiven(value, code.plan, code));
  }
  if (value === "output") return offset(code.get("pointers", layout.output));
  if (value === "area") return offset(code.get("pointers", layout.area));
  if (value === "allocated") return scope.allocated && ofCore(...scope.allocated, code);
  if ("result" in value) {
    if (each !== undefined) return ofCore(each(value.result), types[value.result], code);
    return types.length > 1
      ? ofCore(`${result}[${value.result}]`, types[value.result], code)
      : undefined;
  }
  if ("argument" in value) return offset(code.get("pointers", value.argument));
  if ("byteLengthOf" in value) return offset(code.get("byteLengths", value.byteLengthOf));
  if ("countOf" in value) return offset(code.get("codeUnits", value.countOf));
  if ("low" in value || "high" in value) return writeHalf(value, scope, code);
  if ("export" in value) return writeGetter(value.export, code);
  if ("when" in value) {
    return computed.module.writeChoice(
      value,
      code,
      (part) => writeValue(part, scope, code, "number"),
      (found) => writeTest(value.when.is, found, code),
    );
  }
  if ("word" in value || "load" in value) return writeLoad(value, scope, code);
  return "sum" in value
    ? computed.module.writeBeside(
      value.sum,
      !code.facts.address64,
      (base) => writeKnown(base, scope, code),
    )
    : undefined;
}

/** Returns a text that only equal values have; functions have the names of the source for them. */
function keyOf(value: Value, code: CallCode): string {
  return JSON.stringify(
    value,
    (_key, part) => typeof part === "function" ? code.constant(part) : part,
  );
}

/** Returns the source of a test of a number. */
export function writeTest(test: NumberTest, found: string, code: CallCode): string {
  if (test === "negative") return `${found} < 0`;
  if (test === "zero" || test === "nonzero") {
    return `Number(${found}) ${test === "zero" ? "===" : "!=="} 0`;
  }
  if (typeof test === "number") return `Number(${found}) === ${code.constant(test)}`;
  return "except" in test
    ? `!${code.constant(test.except)}.includes(Number(${found}))`
    : `${code.constant(test)}.includes(Number(${found}))`;
}

function writeConstant(value: number, code: CallCode): Written {
  // The run form refuses a number that cannot be an address or a length.
  if (!isWhole(value)) return either(`(${value})`, code);
  return { signed: `(${value})`, offset: String(value < 0 ? value >>> 0 : value), kind: "number" };
}

function writeHalf(
  value: Extract<Value, { low: Value } | { high: Value }>,
  scope: Scope,
  code: CallCode,
): Written | undefined {
  const whole = writeValue("low" in value ? value.low : value.high, scope, code, "number");
  if (whole.kind !== "bigint") return undefined;
  const half = "low" in value ? whole.signed : `${whole.signed} >> 32n`;
  return {
    signed: `Number(BigInt.asIntN(32, ${half}))`,
    offset: `Number(BigInt.asUintN(32, ${half}))`,
    kind: "number",
  };
}

/** Writes calling a getter, once at this place. */
function writeGetter(name: string, code: CallCode): Written | undefined {
  const type = code.typeOf(name);
  // Otherwise the run form calls it, and the guest must not be asked twice.
  if (
    type === undefined || type.parameters.length > 0 || !/^i(?:32|64)$/.test(type.results.join())
  ) {
    return undefined;
  }
  const local = code.fresh("got");
  code.add(code.callGuest(name, "", `const ${local} = `));
  return ofCore(local, type.results[0], code);
}

function writeLoad(
  value: Extract<Value, { readonly word: number } | { readonly load: NumericType }>,
  scope: Scope,
  code: CallCode,
): Written | undefined {
  if (value.at === undefined && code.plan.area === undefined) return undefined;
  const { word } = code.layout;
  const type = "load" in value ? value.load : word === 8 ? "i64" : "i32";
  const at = "load" in value ? value.offset ?? 0 : value.word * word;
  const base = writeBase(value.at, scope, code);
  const source = code.load(type, base, at);
  if (type === "i64" || type === "u64") return i64(source, code);
  if (type === "f32" || type === "f64") return either(source, code);
  return type === "u8" || type === "u16" || type === "u32" ? offset(source) : i32(source);
}

/** Writes the address of a number in memory. */
function writeBase(at: Value | undefined, scope: Scope, code: CallCode): string {
  if (at === undefined) return code.get("pointers", code.layout.area);
  const base = writeValue(at, scope, code, "pointer");
  if (typeof at === "number") return base.offset;
  const key = keyOf(at, code);
  // The guest is asked again for each number.
  if (asksGuest(at)) {
    const local = code.fresh("base");
    code.add(`const ${local} = ${base.offset};
    if (${local} < ${code.lowest}) ${scope.otherwise()}`);
    return local;
  }
  return code.once(`base ${scope.key} ${key}`, base.offset, (local) => {
    code.add(`if (${local} < ${code.lowest}) ${scope.otherwise()}`);
  });
}

/** Returns the source of the test that a reference is no text, nor `null` if it can be that. */
export function isNoText(value: string, nullable = false): string {
  return `typeof ${value} !== "string"${nullable ? ` && ${value} !== null` : ""}`;
}

/** Writes keeping the further numbers that free a block of the result, as they are by now. */
export function writeKept(calls: readonly BlockCall[] = [], scope: Scope, code: CallCode): void {
  const kept = keptValues(calls).map((value) => writeValue(value, scope, code, "number").signed);
  if (kept.length > 0) code.set("kept", code.resultBlock, `[${kept.join(", ")}]`);
}

/** Writes one core argument of an export. */
export function writeCoreArgument(
  coreArgument: CoreArgument,
  index: number,
  type: FunctionType,
  code: CallCode,
): string {
  const { layout } = code;
  const wide = type.parameters[index] === "i64";
  const number = (source: string) => wide ? `BigInt(${source})` : source;
  if (typeof coreArgument === "number") return wide ? `${coreArgument}n` : `(${coreArgument})`;
  if (coreArgument === "output") return number(code.get("pointers", layout.output));
  if (coreArgument === "capacity") {
    const { output, capacityUnit = 1 } = layout;
    const size = code.get("sizes", output);
    return number(capacityUnit === 1 ? size : `Math.floor(${size} / ${capacityUnit})`);
  }
  if ("area" in coreArgument) {
    return number(`(${code.get("pointers", layout.area)} + ${coreArgument.area * layout.word})`);
  }
  if ("parameter" in coreArgument) return code.get("values", coreArgument.parameter);
  const pointer = code.get("pointers", coreArgument.text);
  const length = () => code.get(lengthsOf(coreArgument), coreArgument.text);
  switch (coreArgument.as) {
    case "pointer":
      return number(pointer);
    case "lengths":
      return number(
        `(${pointer} + ${code.constant(lengthsOffset)}(${
          code.get("codeUnits", coreArgument.text)
        }, ${layout.word}))`,
      );
    case "packedPointerHigh":
      return `${code.constant(pack)}(${pointer}, ${length()})`;
    case "packedPointerLow":
      return `${code.constant(pack)}(${length()}, ${pointer})`;
    default:
      return number(length());
  }
}
