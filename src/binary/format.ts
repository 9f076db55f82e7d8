import type { FunctionType, ValueType } from "./types.ts";

/**
 * A function's type as errors show it: `(i32, i32) -> ()`, `() -> i32`, `(i32) -> (i32, i64)`.
 *
 * @param type the type to show
 * @returns the text, on one line
 */
export function formatFunctionType(type: FunctionType): string {
  const { parameters, results } = type;
  return `${tuple(parameters)} -> ${results.length === 1 ? results[0] : tuple(results)}`;
}

function tuple(types: readonly ValueType[]): string {
  return `(${types.join(", ")})`;
}
