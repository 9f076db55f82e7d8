import { GuestError, LoadError, messageOf } from "../base/errors.ts";
import { isA, listLines, quote } from "../base/show.ts";
import type { MissingFunctions } from "./stand_in.ts";

/**
 * Explains an error that ended the start of a guest, if an import caused it.
 *
 * @param startup The export that initialises the guest; absent for a start function.
 * @param missing The functions that were missing.
 * @returns The error to throw; `undefined` if the error says enough.
 */
export function startError(
  error: unknown,
  startup: string | undefined,
  missing: MissingFunctions,
): Error | undefined {
  const called = isA(error, GuestError) ? missing.called.get(error) : undefined;
  if (called !== undefined) return missingError(error, startup, called, missing.problems);
  // The caller explains what the engine refuses, and a start function that traps.
  if (startup === undefined && (isA(error, GuestError) || isEngines(error))) return undefined;
  const { problems } = missing;
  const others = problems.length === 0 ? "" : listMissing(problems);
  const when = `load calls ${nameOf(startup)}, and an import that this calls has thrown`;
  if (!isA(error, GuestError)) {
    const message = `Cannot initialize the guest: ${when}: ${messageOf(error)}${others}`;
    return new LoadError("instantiation", message, { problems, cause: error });
  }
  // The export names the call that failed, such as one that trapped.
  if (error.export === startup) return undefined;
  const message = `${error.message}; ${when}${others}`;
  return new GuestError(error.code, message, { ...error, cause: error });
}

/** Names what initialises the guest. */
function nameOf(startup: string | undefined): string {
  return startup === undefined ? "its start function" : quote(startup);
}

/** Returns whether the engine made an error: a refusal, a trap, or an overflow of the stack. */
function isEngines(error: unknown): boolean {
  return isA(error, WebAssembly.RuntimeError) || isA(error, WebAssembly.LinkError) ||
    /^WebAssembly\.|^Maximum call stack/.test(messageOf(error));
}

/** Lists the functions that are missing, at the end of a message. */
function listMissing(problems: readonly string[]): string {
  return `; all that are missing:\n${listLines(problems)}`;
}

/** Makes the error for a missing function that the start of a guest calls. */
function missingError(
  cause: unknown,
  startup: string | undefined,
  called: string,
  problems: readonly string[],
): LoadError {
  const otherwise = startup === undefined ? "" : ", or initialize: false";
  return new LoadError(
    "imports",
    `Cannot initialize the guest: load calls ${nameOf(startup)}, which calls ${called}: missing, ` +
      `expected a function in the option imports${otherwise}${listMissing(problems)}`,
    { problems, cause },
  );
}
