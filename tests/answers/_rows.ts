import { assertEquals } from "@std/assert";
import { type Guest, load, type LoadOptions } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";
import { assemble } from "../_wat.ts";

// The tables in this folder contain guests for which Passage once gave a wrong result, one file for
// each kind of fault, with the right result or the whole error.

/** A guest, a call of it, and the right outcome. */
export interface Row {
  /** A sentence that says what happens. */
  readonly name: string;
  /** The guest in the text format, or the name of one of `testdata/`: `c/passing_data`. */
  readonly guest: string;
  readonly options?: LoadOptions | undefined;
  /** Uses the guest. */
  // deno-lint-ignore no-explicit-any
  readonly ask: (guest: Guest<any>) => unknown;
  /** The result of `ask`, or the error that it or `load` throws. */
  readonly gives: unknown;
  /** The number of runs of `ask` before its result counts: 120 calls reach the compiled form. */
  readonly warmUp?: number;
}

/** Formats an error as a row has it: its class, its code if it has one, and the whole message. */
export class Thrown {
  readonly name: string;
  readonly code: string | undefined;
  readonly message: string;

  constructor(name: string, code: string | undefined, message: string) {
    this.name = name;
    this.code = code;
    this.message = message;
  }
}

/** Returns the result of `ask`, or the error that it throws. */
export async function outcome(ask: () => unknown): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    const { name, code, message } = error as Error & { code?: string };
    return new Thrown(name, code, message);
  }
}

/** Makes a test of each row. */
export function testRows(rows: readonly Row[]): void {
  for (const { name, guest: source, options = {}, ask, gives, warmUp = 0 } of rows) {
    Deno.test(name, async () => {
      const bytes = source.trimStart().startsWith("(module")
        ? assemble(source)
        : await guestBytes(source);
      const found = await outcome(async () => {
        using guest = await load(bytes, options);
        for (let count = 0; count < warmUp; count++) await outcome(() => ask(guest));
        return await ask(guest);
      });
      assertEquals(found, gives);
    });
  }
}
