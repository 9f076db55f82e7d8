// A guest whose calls wait for a host function.
import { assertRejects } from "@std/assert";
import { type Guest, GuestError, hostFunction, load } from "../../mod.ts";
import { callbackImports, PACKED, SYMBOLS } from "../_callbacks.ts";
import { guestUrl } from "../_guests.ts";

export const LATER = {
  ask: { ...SYMBOLS.ask, async: true },
  ask_twice: { ...SYMBOLS.ask_twice, async: true },
  ask_and_trap: { ...SYMBOLS.ask_and_trap, async: true },
  ask_times: { ...SYMBOLS.ask_times, async: true },
  announce: { ...SYMBOLS.announce, async: true },
  askNow: { ...SYMBOLS.ask, name: "ask" },
  announceNow: { ...SYMBOLS.announce, name: "announce" },
  canary: SYMBOLS.canary,
  free: { parameters: ["pointer"], result: "void" },
} as const;

/** Loads a guest `c/callbacks*` whose host functions are asynchronous. */
export function loadLater(
  answer: (question: string) => Promise<string>,
  { log, name = "c/callbacks_stack_pointer" }: { log?: (line: string) => void; name?: string } = {},
): Promise<Guest<typeof LATER>> {
  const env = {
    ...callbackImports({ ...(log && { log }) }),
    answer: hostFunction({ parameters: ["string"], result: "string", async: true }, answer),
  };
  return load(guestUrl(name), { convention: PACKED, imports: { env }, symbols: LATER });
}

/** Returns the error that a promise is rejected with, as a table's row has it. */
export async function rejectionOf(promise: Promise<unknown>): Promise<[string, string]> {
  const { code, message } = await assertRejects(() => promise, GuestError);
  return [code, message];
}

export function afterAWhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
