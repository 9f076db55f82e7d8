// The checks that do not wait for a guest: the options of presets and the declarations of host
// functions. `load` checks the values that are nested in them.

import { messageOf } from "./errors.ts";
import {
  anyOf,
  expectedType,
  expectedWord,
  FOREIGN_KEYS,
  PARAMETER_NAMES,
  problemsError,
  RESULT_NAMES,
  WORDS,
} from "./misnomers.ts";
import { show } from "./show.ts";

/** Returns a description of the expected value, if a value is not that. */
type Check = (value: unknown) => string | undefined;

/** Returns whether a value is an object that is not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** Returns whether a value is an integer, 0 or more. */
export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function kind(isOne: (value: unknown) => boolean, expected: string): Check {
  return (value) => isOne(value) ? undefined : `expected ${expected}`;
}

/** Makes a check for one of some words, or for another accepted value. */
function words(known: readonly string[], isOther?: (value: unknown) => boolean, other = ""): Check {
  return (value) => {
    if (isOther?.(value)) return undefined;
    if (typeof value !== "string") return `expected ${anyOf(known)}${other}`;
    return known.includes(value) ? undefined : expectedWord(value, known, {}, other);
  };
}

const blockCall = kind(
  (value) => isName(value) || isObject(value),
  "the name of an export or { export, pass }",
);

const freedBy = words(WORDS.freedBy, isObject, " or { call }");

const resultFreedBy = words(WORDS.freedBy, isObject, " or { call } or { calls }");

/** The options of every preset, except `result`. */
const COMMON: Readonly<Record<string, Check>> = {
  encoding: words(WORDS.encoding),
  pass: kind(Array.isArray, 'an array such as ["pointer", "byteLength"]'),
  terminated: kind((value) => typeof value === "boolean", "a boolean"),
  argumentsFreedBy: freedBy,
  resultsFreedBy: resultFreedBy,
  nullIs: words(WORDS.nullIs),
  trailingNul: words(WORDS.trailingNul),
  status: kind(isObject, "{ value, fails }"),
  areaPlace: kind(isObject, 'a place such as { kind: "stack" }'),
};

/** The options that only some presets have. */
const SPECIAL = {
  blockCall,
  located: kind(isObject, "{ export }"),
  room: kind(isObject, "{ above, perByte }"),
  empty: words(["block", "none"]),
  address: kind((value) => isName(value) || isCount(value), "the name of an export or an address"),
  range: words(["reserve"], isCount, " or an address"),
  capacity: kind((value) => isObject(value) || isCount(value), "a number of bytes or { export }"),
  byteLength: kind(isCount, "a number of bytes"),
  runtime: words(["arc"]),
  bytes: words(["ArrayBuffer", "Uint8Array", "Array<u8>", "StaticArray<u8>"]),
  classIds: kind(isObject, "class ids by name, such as { Float64Array: 5 }"),
} satisfies Record<string, Check>;

/** The options that a preset has beside those of every preset. */
export type SpecialOptions = Readonly<Record<string, keyof typeof SPECIAL>>;

/**
 * Checks the options of a preset.
 *
 * @param preset The preset's name.
 * @param options The options.
 * @param forms The names that `result` can have.
 * @param special The options that only this preset has.
 * @param needed Those of them that are required.
 * @returns The options, each of which was read once.
 * @throws {TypeError} with every option that is unknown, missing or of the wrong type.
 */
export function checkPreset<Options extends object>(
  preset: string,
  options: Options,
  forms: readonly string[],
  special: SpecialOptions = {},
  needed: readonly string[] = [],
): Options {
  const what = `Cannot make the convention ${preset}()`;
  const read = readOnce(options, what);
  const checks: Record<string, Check> = {
    ...COMMON,
    result: words(forms, isObject, " or { text }"),
  };
  for (const key of Object.keys(special)) checks[key] = SPECIAL[special[key]!];
  const problems = unknownKeys(read, Object.keys(checks), "option ");
  for (const key of Object.keys(checks)) {
    const value = read[key];
    if (value === undefined && !needed.includes(key)) continue;
    const expected = checks[key]!(value);
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

function unknownKeys(read: object, known: readonly string[], name: string): string[] {
  return Object.keys(read).filter((key) => !known.includes(key)).map((key) =>
    `${name}${key} is unknown, ${expectedWord(key, known, FOREIGN_KEYS)}`
  );
}

/** The types that are objects with further parts. */
const OBJECTS = ["string", "bytes", "array"];

/**
 * Checks the declaration of a host function.
 *
 * @throws {TypeError} with every key and every type that is unknown or missing.
 */
export function checkHostDeclaration(declaration: unknown): void {
  let problems: string[];
  try {
    problems = isObject(declaration)
      ? hostProblems({ ...declaration })
      : [`the declaration ${stateOf(declaration)}, expected { parameters, result }`];
  } catch (cause) {
    problems = [`the declaration cannot be read: ${messageOf(cause)}`];
  }
  if (problems.length > 0) throw problemsError("Cannot make a host function", problems);
}

function hostProblems(declaration: Record<string, unknown>): string[] {
  const { parameters, result, arguments: coreArguments, async: isAsync } = declaration;
  const problems = unknownKeys(declaration, ["parameters", "result", "arguments", "async"], "");
  // A key that is present under another name is not missing as well.
  const isMeant = (key: string) => problems.some((line) => line.includes(`mean "${key}"`));
  const expect = (key: string, value: unknown, expected: string) => {
    if (value !== undefined || !isMeant(key)) {
      problems.push(`${key} ${stateOf(value)}, expected ${expected}`);
    }
  };
  if (Array.isArray(parameters)) {
    for (let index = 0; index < parameters.length; index++) {
      const problem = typeProblem(parameters[index], PARAMETER_NAMES);
      if (problem !== undefined) problems.push(`parameters[${index}] ${problem}`);
    }
  } else expect("parameters", parameters, "an array of types");
  const problem = typeProblem(result, RESULT_NAMES);
  if (problem !== undefined && (result !== undefined || !isMeant("result"))) {
    problems.push(`result ${problem}`);
  }
  if (coreArguments !== undefined && !Array.isArray(coreArguments)) {
    expect("arguments", coreArguments, "an array");
  }
  if (isAsync !== undefined && typeof isAsync !== "boolean") expect("async", isAsync, "a boolean");
  return problems;
}

function typeProblem(found: unknown, names: readonly string[]): string | undefined {
  const [type, known] = isObject(found) ? [found.type, OBJECTS] : [found, names];
  if (typeof type !== "string") {
    return isObject(found)
      ? `has no type, expected { type } with ${anyOf(known)}`
      : `${stateOf(type)}, expected a type`;
  }
  if (known.includes(type)) return undefined;
  const isAlone = isObject(found) && names.includes(type);
  return `${isObject(found) ? "has the type" : "is"} ${show(type)}, ` +
    (isAlone ? `expected ${show(type)} alone` : expectedType(type, known));
}

/** Describes a part for an error. */
function stateOf(value: unknown): string {
  return value === undefined ? "is missing" : `is ${show(value)}`;
}
