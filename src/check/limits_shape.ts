import { type CallLimits, checkLimits, type GuestLimits } from "../base/limits.ts";
import { problemsError } from "../base/misnomers.ts";
import { isA, show } from "../base/show.ts";
import { object } from "./object_shape.ts";
import { one, Problems, type Shape } from "./shape.ts";

/** A number of units. The module that uses it checks its range. */
const many = (what: string): Shape =>
  one(`a number of ${what}`, (value) => typeof value === "number");

/** The limits of calls. */
const ofCalls = {
  results: many("bytes"),
  output: many("bytes"),
  input: many("bytes"),
  fuel: many("units"),
  deadline: many("milliseconds"),
};

/** The parts of the option `limits`. */
export const limitsParts = {
  ...ofCalls,
  files: many("bytes"),
  memory: many("bytes"),
  tableElements: many("elements"),
};

export const limitsShape: Shape = object<GuestLimits>(
  "an object with results, output, input, fuel, deadline, files, memory or tableElements",
  limitsParts,
);

const callLimits = object<CallLimits>(
  "an object with results, output, input, fuel, deadline or signal",
  { ...ofCalls, signal: one("an AbortSignal", (value) => isA(value, AbortSignal)) },
);

/**
 * Checks limits for calls of a guest.
 *
 * @param loaded The limits of the guest itself.
 * @throws {TypeError} if a limit has the wrong type or an unknown name, or the guest was loaded
 * without the limits that it needs.
 * @throws {RangeError} if a limit is negative, a fraction, or above that of the guest.
 */
export function checkCallLimits(given: unknown, loaded: GuestLimits): CallLimits {
  const problems = new Problems("the argument");
  const checked = (problems.read(callLimits, given, "") ?? {}) as CallLimits;
  const cannot = "Cannot limit calls of the guest";
  if (problems.lines.length > 0) throw problemsError(cannot, problems.lines);
  const { signal: _signal, ...limits } = checked;
  checkLimits(limits);
  for (const name of ["fuel", "deadline"] as const) {
    if (limits[name] === undefined || (loaded[name] ?? Infinity) < Infinity) continue;
    throw new TypeError(
      `${cannot}: it was loaded without limits.${name}, expected load() with one that is enough ` +
        "for every call",
    );
  }
  for (const [name, value] of Object.entries(limits) as [keyof typeof limits, number][]) {
    if (value <= (loaded[name] ?? Infinity)) continue;
    throw new RangeError(
      `${cannot}: ${name} is ${show(value)}, expected at most ${loaded[name]}, its own ` +
        `limits.${name}`,
    );
  }
  return checked;
}
