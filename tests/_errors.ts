import { assertRejects, assertThrows } from "@std/assert";
import { GuestError, type GuestErrorCode, LoadError } from "../mod.ts";

/** Returns the error that `call` throws as a table's row has it: its code and its message. */
export function guestErrorOf(call: () => unknown): [code: GuestErrorCode, message: string] {
  const { code, message } = assertThrows(call, GuestError);
  return [code, message];
}

/** Returns the error that `loading` is rejected with. */
export function loadErrorOf(loading: () => Promise<unknown>): Promise<LoadError> {
  return assertRejects(loading, LoadError);
}

/** Returns the last line of the error for missing functions; `imports` is the option it shows. */
export function missingAdvice(imports: string): string {
  return 'Expected missing: "trap" if none of them is called, or each of them in the option ' +
    `imports, as in imports: ${imports}; hostFunction() makes one that takes text`;
}
