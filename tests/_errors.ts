import { assertRejects, assertThrows } from "@std/assert";
import { GuestError, type GuestErrorCode, LoadError } from "../mod.ts";

/** The error that `call` throws, as a row of a table has it: its code and its message. */
export function guestErrorOf(call: () => unknown): [code: GuestErrorCode, message: string] {
  const { code, message } = assertThrows(call, GuestError);
  return [code, message];
}

/** The error that `loading` is rejected with. */
export function loadErrorOf(loading: () => Promise<unknown>): Promise<LoadError> {
  return assertRejects(loading, LoadError);
}
