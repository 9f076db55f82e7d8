import type { HostFunctionDeclaration } from "../abi/declaration.ts";
import type { Length, Value } from "../abi/value.ts";
import { print } from "../presets/preset_options.ts";

// The lengths that a host function states for its texts: they are found before the callback is
// called, so there is no result and no output yet.

const ELSEWHERE = 'expected pass: ["pointer", "byteLength"] if the guest passes the length, or ' +
  "a place in memory, an export or a fixed number";

/** Returns the problems of the lengths that a host function states. */
export function hostLengthProblems({ parameters }: HostFunctionDeclaration): string[] {
  return parameters.flatMap((parameter, index) => {
    if (typeof parameter !== "object" || !("length" in parameter)) return [];
    const { length } = parameter;
    if (length === undefined) return [];
    return valuesOf(length).flatMap(([value, at]) => {
      const problem = valueProblem(value, index);
      return problem === undefined
        ? []
        : [`parameters[${index}].length${at} is ${print(value)}, ${problem}`];
    });
  });
}

/** Returns the values that a length consists of, with their paths. */
function valuesOf(length: Length): (readonly [value: Value, at: string])[] {
  if (length === "nul" || typeof length === "number") return [];
  if (typeof length !== "object") return [[length, ""]];
  if ("prefix" in length || "object" in length || "within" in length) return [];
  if ("end" in length) return within(length.end, ".end");
  return within(length, "");
}

function within(value: Value, at: string): (readonly [value: Value, at: string])[] {
  if (typeof value === "number") return [];
  const found: (readonly [value: Value, at: string])[] = [[value, at]];
  if (typeof value !== "object") return found;
  for (const [key, part] of Object.entries(value)) {
    if (Array.isArray(part)) {
      for (const [index, one] of part.entries()) {
        found.push(...within(one, `${at}.${key}[${index}]`));
      }
    } else if (NESTED.has(key)) found.push(...within(part, `${at}.${key}`));
  }
  return found;
}

/** The keys of values that hold another value. */
const NESTED: ReadonlySet<string> = new Set([
  "when",
  "value",
  "then",
  "else",
  "low",
  "high",
  "at",
  "of",
]);

/** The keys of values that only the caller of a symbol knows. */
const UNKNOWN = ["result", "parameter", "argument", "byteLengthOf", "countOf", "indexIn", "layout"];

function valueProblem(value: Value, index: number): string | undefined {
  if (typeof value === "number") return undefined;
  if (typeof value !== "object" || UNKNOWN.some((key) => key in value)) {
    return `which is not known when argument ${index} is read, ${ELSEWHERE}`;
  }
  return ("word" in value || "load" in value) && value.at === undefined
    ? 'expected "at" beside it: a host function is given no return area'
    : undefined;
}
