// The hundredth call of a guest has the same result as the first one, although it has another form.
import { assertEquals } from "@std/assert";
import {
  type Convention,
  type Guest,
  load,
  staticBuffer,
  type SymbolDeclaration,
} from "../../mod.ts";
import { assemble } from "../_wat.ts";

/** An allocator that frees nothing. */
export const MALLOC = `
  (global $next (mut i32) (i32.const 4096))
  (func (export "malloc") (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $next))
    (global.set $next (i32.add (global.get $next)
      (i32.and (i32.add (local.get $size) (i32.const 31)) (i32.const -16))))
    (local.get $block))
  (func (export "free") (param i32))`;

/** The address of a buffer. */
export const BUFFER = `(func (export "buffer") (result i32) (i32.const 64))`;

/** The convention of {@linkcode MALLOC}. */
export const owned = { allocate: "malloc", free: "free" } as const;

/** The convention of {@linkcode BUFFER}. */
export const buffer = staticBuffer({ pointer: "buffer", capacity: 100 });

/** A symbol that is called with each of some values, and the parts of its guest beside a memory. */
export interface ParityRow {
  readonly name: string;
  readonly body: string;
  readonly convention: Convention;
  readonly symbol: SymbolDeclaration;
  /** The values, and the {@linkcode outcome} of the call with each. */
  readonly calls: readonly (readonly [value: string | Uint8Array, expected: unknown])[];
}

/** Returns the result or the error of a call. */
export function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    return { name, message, code };
  }
}

/** Returns the outcome of a call that the guest reports as failed. */
export function failed(message: string): unknown {
  return { name: "GuestError", message: `Cannot complete "call": ${message}`, code: "guest-error" };
}

/**
 * Registers a test for each row: the call has the expected outcome, in its first form and in the
 * one after a hundred calls.
 */
export function testParity(rows: readonly ParityRow[]): void {
  for (const { name, body, convention, symbol, calls } of rows) {
    Deno.test(`the hundredth call is like the first: ${name}`, async () => {
      const bytes = assemble(`(module (memory (export "memory") 1) ${body})`);
      const make = () => load(bytes, { convention, symbols: { call: symbol } });
      const call = (guest: Guest<{ readonly call: SymbolDeclaration }>, value: unknown) =>
        outcome(() => (guest.symbols.call as (value: unknown) => unknown)(value));
      const [usual, first] = calls[0]!;
      for (const [value, expected] of calls) {
        using fresh = await make();
        using known = await make();
        assertEquals(call(fresh, usual), first);
        for (let times = 0; times < 120; times++) assertEquals(call(known, usual), first);
        assertEquals(call(fresh, value), expected);
        assertEquals(call(known, value), expected);
        assertEquals(known.state, fresh.state);
      }
    });
  }
}
