import { assertEquals, assertThrows } from "@std/assert";
import { checkCallLimits } from "../../src/check/limits_shape.ts";

const NAMES = '"results", "output", "input", "fuel", "deadline" or "signal"';

/** Limits of calls, the class of the error, and what follows in its message. */
const REFUSED: [limits: unknown, error: ErrorConstructor, message: string][] = [
  [5, TypeError, `: the argument is 5, expected an object with ${NAMES.replaceAll('"', "")}`],
  [{ memory: 5 }, TypeError, `: memory is unknown, expected ${NAMES}`],
  [{ fuel: "5" }, TypeError, ': fuel is "5", expected a number of units'],
  [{ signal: {} }, TypeError, ": signal is an object of class Object, expected an AbortSignal"],
  [{ fuel: 101 }, RangeError, ": fuel is 101, expected at most 100, its own limits.fuel"],
  [
    { results: Infinity },
    RangeError,
    ": results is Infinity, expected at most 10, its own limits.results",
  ],
  [
    { deadline: 5 },
    TypeError,
    ": it was loaded without limits.deadline, expected load() with one that is enough for every call",
  ],
];

Deno.test("limits of calls are tighter than those of the guest, which has them", () => {
  const loaded = { fuel: 100, results: 10, deadline: Infinity };
  for (const [limits, Class, message] of REFUSED) {
    const error = assertThrows(() => checkCallLimits(limits, loaded), Class);
    assertEquals(error.message, `Cannot limit calls of the guest${message}`);
  }
  assertThrows(() => checkCallLimits({ fuel: -1 }, loaded), RangeError, "limits.fuel: it is -1");
  const tighter = { fuel: 100, results: 9, output: 5, signal: AbortSignal.abort() };
  assertEquals(checkCallLimits(tighter, loaded), tighter);
});
