import type { CoreValue } from "../abi/core_value.ts";
import type { PlanParts } from "../abi/plan_parts.ts";
import type { ArgumentsFunction, Condition, NumberTest, Value } from "../abi/value.ts";
import { GuestError } from "../base/errors.ts";
import type { NumericType } from "../base/numeric_types.ts";
import { hex, quote, show } from "../base/show.ts";
import {
  asParameter,
  compileExportCall,
  compileInvoke,
  expandName,
  exportedFunction,
} from "../instance/exports.ts";
import type { Frame, FrameValue } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { toOffset } from "../memory/pointer.ts";
import { print } from "../presets/preset_options.ts";
import type { Written } from "./code/scope.ts";
import type { FrameLayout } from "./frame_layout.ts";

/** A value that is computed from others. */
export type Arithmetic = Extract<
  Value,
  { product: unknown } | { sum: unknown } | { difference: unknown } | { indexIn: unknown }
>;

/** Compiles a value that is computed from others; `compile` compiles those. */
export function compileArithmetic(
  value: Arithmetic,
  compile: (value: Value) => FrameValue<number | bigint>,
  { units = [] }: FrameLayout,
): FrameValue<number> {
  if ("product" in value) {
    const factors = value.product.map(compile);
    return (frame) => factors.reduce((product, factor) => product * Number(factor(frame)), 1);
  }
  if ("sum" in value) {
    const terms = value.sum.map(compile);
    return (frame) => terms.reduce((sum, term) => sum + Number(term(frame)), 0);
  }
  if ("difference" in value) {
    const [from, less] = value.difference.map(compile) as [FrameValue<number>, FrameValue<number>];
    return (frame) => Number(from(frame)) - Number(less(frame));
  }
  const { indexIn } = value;
  const locate = compile(value.of);
  const unit = units[indexIn] ?? 1;
  return (frame) => {
    const offset = toOffset(locate(frame)) - frame.pointers[indexIn]!;
    return offset >= 0 && offset <= frame.byteLengths[indexIn]! ? Math.floor(offset / unit) : -1;
  };
}

/** The ways to compile the values that others are made of. */
export interface Forms {
  readonly compileValue: Compile<number | bigint>;
  /** Compiles a number that is used as an integer. */
  readonly compileInteger: Compile<number | bigint>;
  /** Compiles a number into an unsigned one. */
  readonly compileOffset: Compile<number>;
  /** Compiles the address of a number. */
  readonly compilePointer: Compile<number>;
  compileTest(test: NumberTest): (found: number | bigint) => boolean;
  /** Returns whether a value is computed from others. */
  isArithmetic(value: Value & object): value is Arithmetic;
  /** Returns the found value, if it is a number. */
  core(found: CoreValue, value: Value, layout: FrameLayout): number | bigint;
  valueError(found: unknown, value: Value, symbol: string, expected: string): GuestError;
}

type Compile<T> = (value: Value, instance: Instance, layout: FrameLayout) => FrameValue<T>;

/** A value that is returned by an export, half of another value, or a number in memory. */
export type Computed = Extract<
  Value,
  { call: string } | { low: Value } | { high: Value } | { when: Condition } | Loaded
>;

type Loaded = Extract<Value, { readonly word: number } | { readonly load: NumericType }>;

/** Compiles a value that an export returns, half of another value, or a number in memory. */
export function compileComputed(
  value: Computed,
  instance: Instance,
  layout: FrameLayout,
  forms: Forms,
): FrameValue<number | bigint> {
  if ("call" in value) {
    const type = instance.functionType(value.call);
    const isWide = (index: number) =>
      type === undefined ? instance.address64 : type.parameters[index] === "i64";
    const picks = value.with.map((part, index) => {
      const compile = isWide(index) ? forms.compileInteger : forms.compileValue;
      const pick = compile(part, instance, layout);
      if (type === undefined || isWide(index)) {
        return asParameter(pick, type, index, instance.address64);
      }
      return (frame: Frame) => narrow(pick(frame), part, layout, forms);
    });
    const call = compileExportCall(instance, value.call, picks);
    return (frame) => forms.core(call(frame), value, layout);
  }
  if ("when" in value) {
    const passes = forms.compileTest(value.when.is);
    const tested = forms.compileValue(value.when.value, instance, layout);
    const then = forms.compileValue(value.then, instance, layout);
    const other = forms.compileValue(value.else, instance, layout);
    return (frame) => (passes(tested(frame)) ? then : other)(frame);
  }
  if ("low" in value) {
    const whole = forms.compileInteger(value.low, instance, layout);
    return (frame) => Number(BigInt.asIntN(32, BigInt(whole(frame))));
  }
  if ("high" in value) {
    const whole = forms.compileInteger(value.high, instance, layout);
    return (frame) => Number(BigInt.asIntN(32, BigInt(whole(frame)) >> 32n));
  }
  return compileLoad(value, instance, layout, forms);
}

/** Compiles a number that is computed from others into an unsigned one. */
export function compileWorkedOut(
  value: Arithmetic,
  instance: Instance,
  layout: FrameLayout,
  forms: Forms,
): FrameValue<number> {
  const found = compileCounted(value, instance, layout, forms);
  return (frame) => {
    const number = Number(found(frame));
    if (number % 1 !== 0 && number !== Infinity) {
      const whole = "an integer that an address or a length can be";
      throw forms.valueError(number, value, layout.symbol, whole);
    }
    // A sum wraps as the guest's addresses do; a product that is too large is beyond all memory.
    return number < 0 ? number >>> 0 : number;
  };
}

/** Compiles a number in which each factor of a product is an unsigned count. */
function compileCounted(
  value: Value,
  instance: Instance,
  layout: FrameLayout,
  forms: Forms,
): FrameValue<number | bigint> {
  if (typeof value !== "object" || !forms.isArithmetic(value) || "indexIn" in value) {
    return forms.compileValue(value, instance, layout);
  }
  const compile = (part: Value) =>
    "product" in value && typeof part !== "number"
      ? forms.compileOffset(part, instance, layout)
      : compileCounted(part, instance, layout, forms);
  return compileArithmetic(value, compile, layout);
}

/** Compiles a number that a function in the declaration computes from the arguments. */
export function compileGiven(
  value: ArgumentsFunction,
  { symbol }: Pick<FrameLayout, "symbol">,
): FrameValue<number> {
  return (frame) => checkGiven(value(...frame.args), symbol);
}

/** Returns a number that a function of the declaration has worked out, if it can be a length. */
function checkGiven(found: unknown, symbol: string): number {
  if (typeof found === "number" && found >= 0 && Number.isSafeInteger(found)) return found;
  throw new RangeError(
    `Cannot call ${quote(symbol)}: a function of the declaration returned ${show(found)}, ` +
      "expected a number, 0 or more",
  );
}

/** Returns a number for a parameter that is not 64 bits wide. */
function narrow(
  found: number | bigint,
  value: Value,
  { symbol }: FrameLayout,
  { valueError }: Forms,
): number {
  if (typeof found === "number") return found;
  throw valueError(found, value, symbol, "a number of 32 bits, such as { low: … } or { high: … }");
}

/** Compiles a number in memory: in the return area, or at a pointer. */
function compileLoad(
  value: Extract<Value, { readonly word: number } | { readonly load: NumericType }>,
  instance: Instance,
  layout: FrameLayout,
  { compilePointer }: Forms,
): FrameValue<number | bigint> {
  const { memory } = instance;
  const type = "load" in value ? value.load : layout.word === 8 ? "i64" : "i32";
  const offset = "load" in value ? value.offset ?? 0 : value.word * layout.word;
  const { at } = value;
  if (at === undefined) return (frame) => memory.read(type, frame.pointers[layout.area]! + offset);
  if (typeof at === "number") return () => memory.read(type, at + offset);
  const base = compilePointer(at, instance, layout);
  return (frame) => {
    const pointer = base(frame);
    if (pointer !== 0) return memory.read(type, pointer + offset);
    throw new GuestError(
      "null-pointer",
      `Cannot read ${print(value)} for ${quote(layout.symbol)}: the pointer to it is null, ` +
        `expected the address of ${type} at offset ${hex(offset)}`,
      { export: layout.symbol },
    );
  };
}

/** Returns where the first code unit of 0 is, or the length of all bytes if there is none. */
export function findEnd(bytes: Uint8Array, step: number): number {
  let at = bytes.indexOf(0);
  // Either byte of a code unit in UTF-16 can be 0.
  while (at >= 0 && step === 2 && (at % 2 !== 0 || bytes[at + 1] !== 0)) {
    at = bytes.indexOf(0, at + 1);
  }
  return at < 0 ? bytes.length : at;
}

/** Writes an address at an offset from another one, which `write` writes; 32-bit addresses wrap. */
export function writeBeside(
  [base, further, ...others]: readonly Value[],
  wraps: boolean,
  write: (base: Value) => Written | undefined,
): Written | undefined {
  const isBeside = typeof further === "number" && further >= 0 && others.length === 0;
  const at = isBeside ? write(base!) : undefined;
  if (at === undefined || wraps && at.kind !== "number") return undefined;
  const source = wraps ? `(${at.signed} + ${further} >>> 0)` : `${at.offset} + ${further}`;
  return { signed: source, offset: source, kind: "number" };
}

/** Makes a function that finds something with another value in the place of the export's result. */
export function withResult<T>(
  find: (frame: Frame) => T,
): (frame: Frame, result: CoreValue) => T {
  return (frame, result) => {
    const { result: before } = frame;
    frame.result = result;
    try {
      return find(frame);
    } finally {
      frame.result = before;
    }
  };
}

/** Compiles calling an export first; `find` sees its result in the place of the symbol's. */
export function compileAsk(
  name: string,
  find: (frame: Frame) => void,
  { instance, symbol }: { readonly instance: Instance; readonly symbol: string },
): (frame: Frame) => void {
  const ask = compileInvoke(exportedFunction(instance, expandName(name, symbol)), []);
  const found = withResult(find);
  return (frame) => found(frame, ask(frame));
}

/** The source of a call, as far as numbers are written into it. */
interface Source {
  fresh(prefix: string): string;
  add(source: string): void;
  constant(value: unknown): string;
  branch<T>(write: () => T): { readonly lines: string; readonly value: T };
}

/** Writes a call of a function of the declaration with the arguments of the caller. */
export function writeGiven(
  value: ArgumentsFunction,
  { parameters, export: symbol }: Pick<PlanParts, "parameters" | "export">,
  code: Source,
): string {
  const args = parameters.map((_, index) => `a${index}`).join(", ");
  const local = code.fresh("given");
  const call = `${code.constant(value)}(${args})`;
  code.add(`const ${local} = ${code.constant(checkGiven)}(${call}, ${code.constant(symbol)});`);
  return local;
}

/** Writes a choice between two numbers; `write` writes a number, and `test` the test of one. */
export function writeChoice(
  { when, then, else: other }: Extract<Value, { readonly when: Condition }>,
  code: Source,
  write: (value: Value) => Written,
  test: (found: string) => string,
): Written | undefined {
  const tested = write(when.value);
  const first = code.branch(() => write(then)), second = code.branch(() => write(other));
  if (first.value.kind !== "number" || second.value.kind !== "number") return undefined;
  const signed = code.fresh("chosen"), unsigned = code.fresh("chosen");
  const assign = ({ lines, value }: typeof first) =>
    `{ ${lines} ${signed} = ${value.signed}; ${unsigned} = ${value.offset}; }`;
  code.add(`let ${signed}, ${unsigned};
    if (${test(tested.signed)}) ${assign(first)} else ${assign(second)}`);
  return { signed, offset: unsigned, kind: "number" };
}
