import type { Call } from "./call.ts";
import type { PlanCall } from "./call_parts.ts";

/**
 * Makes a function that forwards to the call that `symbol` holds at that moment. The usual numbers
 * of arguments need no array.
 */
export function byCount(
  symbol: { readonly call: Pick<Call, "call"> },
  count: number,
): PlanCall {
  const other = (args: Iterable<unknown>) => symbol.call.call(...args);
  switch (count) {
    case 0:
      return function () {
        return arguments.length === 0 ? symbol.call.call() : other(arguments);
      };
    case 1:
      return function (a) {
        return arguments.length === 1 ? symbol.call.call(a) : other(arguments);
      };
    case 2:
      return function (a, b) {
        return arguments.length === 2 ? symbol.call.call(a, b) : other(arguments);
      };
    case 3:
      return function (a, b, c) {
        return arguments.length === 3 ? symbol.call.call(a, b, c) : other(arguments);
      };
    case 4:
      return function (a, b, c, d) {
        return arguments.length === 4 ? symbol.call.call(a, b, c, d) : other(arguments);
      };
    default:
      return (...args) => other(args);
  }
}
