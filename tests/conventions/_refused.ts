import { assert } from "@std/assert";
import { load, type SymbolDeclarations } from "../../mod.ts";
import { guestPath } from "../_guests.ts";

/** Asserts that each declaration of an export is refused with a problem that its error shows. */
export async function assertRejectsWith(
  guest: string,
  name: string,
  rows: readonly (readonly [declaration: object, problem: string])[],
): Promise<void> {
  for (const [declaration, problem] of rows) {
    const symbols = { f: { name, ...declaration } } as unknown as SymbolDeclarations;
    const message = await load(guestPath(guest), { symbols }).then(
      (found) => found[Symbol.dispose](),
      (error: Error) => error.message,
    );
    assert(message?.includes(problem), `${message ?? "loaded"}\nexpected: ${problem}`);
  }
}
