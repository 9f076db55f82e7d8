import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { Parameter, Result, SymbolDeclaration } from "../abi/declaration.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import { messageOf } from "../base/errors.ts";
import { once } from "../base/lazy.ts";
import {
  anyOf,
  expectedWord,
  isCount,
  isObject,
  problemsError,
  stateOf,
  unknownKeys,
  WORDS,
} from "../base/misnomers.ts";
import { literal, quote, show } from "../base/show.ts";
import type { ConventionOptions } from "./preset.ts";

type Check = (value: unknown) => string | undefined;

function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function kind(isOne: (value: unknown) => boolean, expected: string): Check {
  return (value) => isOne(value) ? undefined : `expected ${expected}`;
}

/** Makes a check for one of several words, or for another accepted value. */
function words(known: readonly string[], isOther?: (value: unknown) => boolean, other = ""): Check {
  return (value) => {
    if (isOther?.(value)) return undefined;
    if (typeof value !== "string") return `expected ${anyOf(known)}${other}`;
    return known.includes(value) ? undefined : expectedWord(value, known, {}, other);
  };
}

/** The checks of the options, which a recognised convention does without. */
const checks = once(() => {
  const freedBy = words(WORDS.freedBy, isObject, " or { call }");
  const common: Readonly<Record<string, Check>> = {
    encoding: words(WORDS.encoding),
    onInvalid: words(WORDS.onInvalid),
    pass: kind(Array.isArray, 'an array such as ["pointer", "byteLength"]'),
    terminated: kind((value) => typeof value === "boolean", "a boolean"),
    argumentsFreedBy: freedBy,
    resultsFreedBy: words(WORDS.freedBy, isObject, " or { call } or { calls }"),
    nullIs: words(WORDS.nullIs),
    trailingNul: words(WORDS.trailingNul),
    status: kind(isObject, "{ value, fails }"),
    areaPlace: kind(isObject, 'a place such as { kind: "stack" }'),
    // `load` checks the items of an array.
    result: words(
      Object.keys(RESULT_FORMS),
      (value) => isObject(value) || Array.isArray(value),
      " or { text }",
    ),
  };
  const special = {
    blockCall: kind(
      (value) => isName(value) || isObject(value),
      "the name of an export or { export, pass }",
    ),
    located: kind(isObject, '{ export } or { low: "result" }'),
    room: kind(isObject, "{ above, perByte }"),
    empty: words(["block", "none"]),
    address: kind(
      (value) => isName(value) || isCount(value) || isObject(value),
      "the name of an export, an address or { layout }",
    ),
    range: words(
      ["reserve"],
      (value) => isCount(value) || isObject(value),
      ", an address or { layout }",
    ),
    capacity: kind((value) => isObject(value) || isCount(value), "a number of bytes or { export }"),
    byteLength: kind(isCount, "a number of bytes"),
    runtime: words(["arc"]),
    bytes: words(["ArrayBuffer", "Uint8Array", "Array<u8>", "StaticArray<u8>"]),
    classIds: kind(isObject, "class ids by name, such as { Float64Array: 5 }"),
  } satisfies Record<string, Check>;
  return { common, special };
});

export type SpecialOptions = Readonly<
  Record<string, keyof ReturnType<typeof checks>["special"]>
>;

/**
 * Checks the options of a preset before there is a guest, and reads each once. `load` checks nested
 * values.
 *
 * @param preset The preset's name.
 * @param options The options.
 * @param special The options that only this preset has.
 * @param needed Those of them that are required.
 * @returns The options, each of which was read once.
 * @throws {TypeError} with every option that is unknown, missing or of the wrong type.
 */
export function readOptions<Options extends object>(
  preset: string,
  options: Options,
  special: SpecialOptions = {},
  needed: readonly string[] = [],
): Options {
  const what = `Cannot make the convention ${preset}()`;
  const read = readOnce(options, what);
  const known = checks();
  const wanted = { ...known.common };
  for (const key of Object.keys(special)) wanted[key] = known.special[special[key]!];
  const problems = unknownKeys(read, Object.keys(wanted), "option ");
  for (const key of Object.keys(wanted)) {
    const value = read[key];
    if (value === undefined && !needed.includes(key)) continue;
    const expected = wanted[key]!(value);
    if (expected === undefined) continue;
    problems.push(`option ${key} ${stateOf(value)}, ${expected}`);
  }
  if (problems.length > 0) throw problemsError(what, problems);
  return read as Options;
}

function readOnce(options: unknown, what: string): Record<string, unknown> {
  let found: string;
  try {
    if (isObject(options)) return { ...options };
    found = `are ${show(options)}, expected an object`;
  } catch (cause) {
    found = `cannot be read: ${messageOf(cause)}`;
  }
  throw problemsError(what, [`the options ${found}`]);
}

/** The options that are parts of the record under the same names. */
const PARTS = [
  "encoding",
  "onInvalid",
  "argumentsFreedBy",
  "resultsFreedBy",
  "nullIs",
  "trailingNul",
  "status",
  "areaPlace",
] as const;

export function complete(preset: Convention, options: ConventionOptions): Convention {
  const { pass, result, terminated, ...parts } = options;
  const chosen: Partial<Convention> = {
    ...(pass !== undefined && { pass: [pass] }),
    ...(terminated !== undefined && { terminated: terminated ? "always" : "never" }),
    ...(result !== undefined && {
      results: [result].flat().map((form) =>
        typeof form === "string" ? RESULT_FORMS[form] : { ...form, name: "custom" }
      ),
    }),
  };
  for (const key of PARTS) {
    if (parts[key] !== undefined) (chosen as Record<string, unknown>)[key] = parts[key];
  }
  return { ...preset, ...chosen };
}

/**
 * The maximum number of names of each kind whose pairs become conventions, all of which would be
 * reported as ambiguous.
 */
export const MOST_NAMES = 32;

export function isCustom(convention: object): convention is CustomConvention {
  return "lower" in convention && "lift" in convention;
}

/** Formats a call of a preset as source. */
export function printCall(name: string, options: object): string {
  const printed = print(options);
  return printed === "{}" ? `${name}()` : `${name}(${printed})`;
}

/** Adds options to a call that {@linkcode printCall} has formatted. */
export function extendCall(call: string, more: object): string {
  const options = print(more).slice(2, -2);
  return call.endsWith("()")
    ? call.replace(/\(\)$/, () => `({ ${options} })`)
    : call.replace(/ \}\)$/, () => `, ${options} })`);
}

/** Formats a declared symbol as in the option: `symbols: { greet: { ... } }`. */
export function printSymbol(name: string, declaration: SymbolDeclaration): string {
  return `symbols: ${print({ [name]: declaration })}`;
}

/**
 * Formats the option that makes a convention, with more options. It includes who frees results if
 * that is unknown, because results that nobody frees leak.
 *
 * @param form The shape of the result, if there is one.
 */
export function offer(
  convention: Convention,
  { form, ...more }: { readonly form?: string; readonly [option: string]: unknown } = {},
): string {
  // A result in the block of the text is freed with it.
  const frees = leavesFreeingOpen(convention) && form !== "inPlace";
  const all = { ...more, ...(frees && { resultsFreedBy: "host" }) };
  const { expression } = convention;
  return `convention: ${Object.keys(all).length === 0 ? expression : extendCall(expression, all)}`;
}

/** The advice on who frees results, after options that {@linkcode offer} has made. */
export const WHO_FREES = 'resultsFreedBy: "guest" instead if the guest keeps what it returns';

/** Returns whether who frees results is neither set nor known, and the guest can free them. */
export function leavesFreeingOpen({ place, resultsFreedBy, expression }: Convention): boolean {
  return place.kind === "allocator" && place.free !== undefined && place.pin === undefined &&
    resultsFreedBy === "guest" && !/\bresultsFreedBy: /.test(expression);
}

/** Returns whether nobody can free the blocks of arguments. */
export function losesArguments({ place, argumentsFreedBy }: Convention): boolean {
  return place.kind === "allocator" && argumentsFreedBy === "host" && place.free === undefined &&
    place.unpin === undefined;
}

export function print(value: unknown, depth = 0): string {
  // No real option nests as deep, but an object that contains itself is endless.
  if (depth > 64) return "\u2026";
  const inner = (part: unknown) => print(part, depth + 1);
  if (Array.isArray(value)) return `[${value.map(inner).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined)
      .map(([key, field]) => `${printKey(key)}: ${inner(field)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "string" ? literal(value) : String(value);
}

/** Formats the key of a property as source: quoted unless it is an identifier. */
export function printKey(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : literal(key);
}

/** Formats a declaration for errors: `("string", "u32") -> "string"`. */
export function showDeclaration({ parameters, result }: SymbolDeclaration): string {
  const show = (part: Parameter | Result) => quote(typeof part === "string" ? part : part.type);
  return `(${parameters.map(show).join(", ")}) -> ${show(result)}`;
}

/** Returns whether a name is short enough for a line to paste into a program. */
export function canBePasted(name: string): boolean {
  return name.length <= 200;
}
