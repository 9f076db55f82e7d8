// A guest gives the same result at its hundredth call as at its first, whichever form called it.
import { assertEquals } from "@std/assert";
import { allocator, load, staticBuffer } from "../../mod.ts";
import type { Convention, Guest, SymbolDeclaration } from "../../mod.ts";
import { assemble } from "../_wat.ts";

const MALLOC = `
  (global $next (mut i32) (i32.const 4096))
  (func (export "malloc") (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $next))
    (global.set $next (i32.add (global.get $next)
      (i32.and (i32.add (local.get $size) (i32.const 31)) (i32.const -16))))
    (local.get $block))
  (func (export "free") (param i32))`;
const BUFFER = `(func (export "buffer") (result i32) (i32.const 64))`;

const owned = { allocate: "malloc", free: "free" } as const;
const buffer = staticBuffer({ pointer: "buffer", capacity: 100 });

/** A symbol that is called with each of `values`, and the parts of its guest beside a memory. */
interface Row {
  readonly name: string;
  readonly body: string;
  readonly convention: Convention;
  readonly symbol: SymbolDeclaration;
  readonly values: readonly (string | Uint8Array)[];
}

const ROWS: readonly Row[] = [
  {
    name: "a length that the guest takes for granted, of a block",
    body: `${MALLOC} (func (export "call") (param i32) (result i64)
      (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.const 4)))`,
    convention: allocator(owned),
    symbol: {
      parameters: [{ type: "bytes", byteLength: 4 }],
      result: { type: "bytes", form: "packedPointerHigh" },
    },
    values: [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 4, 5)],
  },
  {
    name: "a length that the guest takes for granted, of a buffer",
    body: `${BUFFER} (func (export "call") (result i32) (i32.const 4))`,
    convention: buffer,
    symbol: { parameters: [{ type: "bytes", byteLength: 4 }], result: "bytes" },
    values: [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 4, 5)],
  },
  {
    name: "a negative status beside a text that is found elsewhere",
    body: `${MALLOC} (func (export "call") (param i32 i32 i32) (result i32)
      (i32.store (local.get 2) (local.get 0))
      (i32.store offset=4 (local.get 2) (local.get 1))
      (select (i32.const -7) (i32.const 0) (i32.eq (local.get 1) (i32.const 5))))`,
    convention: allocator(owned),
    symbol: {
      parameters: ["string"],
      arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, { area: 0 }],
      result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
      status: { value: "result", fails: "negative" },
    },
    values: ["abc", "fails"],
  },
  {
    name: "a negative status in the place of a pointer",
    body: `${MALLOC} (func (export "call") (param i32 i32) (result i32)
      (select (i32.const -7) (local.get 0) (i32.eq (local.get 1) (i32.const 5))))`,
    convention: allocator(owned),
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: "result", length: "nul" },
      status: { value: "result", fails: "negative" },
    },
    values: ["abc", "fails"],
  },
  {
    name: "a return area that holds the place of the text",
    body: `${MALLOC} (func (export "call") (param i32) (result i32) (i32.const 0))`,
    convention: allocator(owned),
    symbol: {
      parameters: ["string"],
      arguments: [{ area: 0 }],
      area: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }],
      result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
    },
    values: ["abc", "Grüße"],
  },
  {
    name: "a result in the argument's place, in the guest's buffer",
    body: `${BUFFER} (func (export "call") (param i32 i32) (result i32)
      (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x6e)) (then (return (i32.const -3))))
      (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x74)) (then (return (i32.const 4))))
      (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x6f)) (then (return (i32.const 101))))
      (local.get 1))`,
    convention: buffer,
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: { argument: 0 }, length: "result" },
    },
    values: ["abc", "negative", "tri", "overrun"],
  },
  {
    name: "a length of 64 bits",
    body: `${BUFFER} (func (export "call") (param i32) (result i64)
      (i64.extend_i32_s (local.get 0)))`,
    convention: buffer,
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: { export: "buffer" }, length: "result" },
    },
    values: ["abc", "Grüße"],
  },
  {
    name: "text in UTF-16 up to a NUL, for any unit of its length",
    body: `${MALLOC} (func (export "call") (param i32 i32) (result i32) (local.get 0))`,
    convention: allocator({ ...owned, encoding: "utf-16" }),
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: "result", length: "nul", unit: "codeUnits" },
    },
    values: ["abc", "Grüße"],
  },
];

/** Returns the result or the error of a call. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    return { name, message, code };
  }
}

for (const { name, body, convention, symbol, values } of ROWS) {
  Deno.test(`the hundredth call is like the first: ${name}`, async () => {
    const bytes = assemble(`(module (memory (export "memory") 1) ${body})`);
    const make = () => load(bytes, { convention, symbols: { call: symbol } });
    const call = (guest: Guest<{ readonly call: SymbolDeclaration }>, value: unknown) =>
      outcome(() => (guest.symbols.call as (value: unknown) => unknown)(value));
    for (const value of values) {
      using fresh = await make();
      using known = await make();
      const expected = call(fresh, values[0]);
      for (let times = 0; times < 120; times++) assertEquals(call(known, values[0]), expected);
      assertEquals(call(known, value), call(fresh, value));
      assertEquals(known.state, fresh.state);
    }
  });
}

for (const calls of [0, 120]) {
  Deno.test(`after ${calls} calls: the address of a buffer is read once, and texts that do not fit are refused`, async () => {
    // The second request of one call gets room; the first gets a byte at the end.
    const bytes = assemble(`(module
      (memory (export "memory") 1)
      (global $asked (mut i32) (i32.const 0))
      (func (export "waver") (global.set $asked (i32.const 1)))
      (func (export "buffer") (result i32)
        (if (i32.eq (global.get $asked) (i32.const 1)) (then
          (global.set $asked (i32.const 0))
          (return (i32.const 65535))))
        (i32.const 64))
      (func (export "call") (param i32) (result i32) (local.get 0)))`);
    using guest = await load(bytes, { convention: staticBuffer({ pointer: "buffer" }) });
    for (let times = 0; times < calls; times++) guest.passString("ab", "call");
    const exports = guest.exports as { waver: () => void };
    const filler = new Uint8Array(8).fill(0x59);
    guest.memory.writeBytes(65528, filler);
    guest.memory.clear(64, 8);
    exports.waver();
    assertEquals(outcome(() => guest.passString("abcd", "call")), {
      name: "RangeError",
      message: 'Cannot pass 4 bytes to "call": the guest\'s buffer holds at most 1',
      code: undefined,
    });
    assertEquals(guest.memory.readBytes(65528, 8), filler);
    assertEquals(guest.memory.readBytes(64, 8), new Uint8Array(8));
    assertEquals(guest.passString("abcd", "call"), "abcd");
  });
}
