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
