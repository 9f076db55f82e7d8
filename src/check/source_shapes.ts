import { messageOf } from "../base/errors.ts";
import { problemsError } from "../base/misnomers.ts";
import { isA } from "../base/show.ts";
import { parseIntegrity } from "../source/integrity.ts";
import type { SourceOptions } from "../source/source_options.ts";
import { object } from "./object_shape.ts";
import { callable, one, Problems, type Shape } from "./shape.ts";

const HASH = 'a hash such as "sha384-\u2026"';

const integrity: Shape = {
  expected: HASH,
  read(value, at, problems) {
    if (typeof value !== "string") return problems.wrong(at, value, HASH);
    const parsed = parseIntegrity(value);
    return typeof parsed === "string" ? problems.add(at, parsed) : value;
  },
};

/** The shapes of the options that control reading a source. */
export const sourceParts: { readonly [Name in keyof Required<SourceOptions>]: Shape } = {
  integrity,
  onProgress: callable,
  signal: one("an AbortSignal", (value) => isA(value, AbortSignal)),
};

/** The names of these options in other systems. */
export const FOREIGN_SOURCE_OPTIONS: Readonly<Record<string, string>> = {
  hash: "integrity",
  sri: "integrity",
  progress: "onProgress",
  onDownloadProgress: "onProgress",
  abort: "signal",
  abortSignal: "signal",
};

const options = object<SourceOptions>("an object of options", sourceParts, {
  foreign: FOREIGN_SOURCE_OPTIONS,
});

/**
 * Checks the options of `compile`.
 *
 * @returns A copy of them.
 * @throws {TypeError} with every problem.
 */
export function checkSourceOptions(given: unknown): SourceOptions {
  const problems = new Problems("the second argument", "option ");
  let checked: unknown;
  try {
    checked = problems.read(options, given, "");
  } catch (cause) {
    // The options are a proxy of the caller that threw.
    problems.add("", `cannot be read: ${messageOf(cause)}`);
  }
  if (problems.lines.length > 0) throw problemsError("Cannot compile the guest", problems.lines);
  return checked as SourceOptions;
}
