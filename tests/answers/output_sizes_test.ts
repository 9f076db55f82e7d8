// Output buffers whose size is worked out for each call, and lengths that the guest relies on, in
// both tiers.
import { assertEquals } from "@std/assert";
import { allocator, load, type SymbolDeclaration } from "../../mod.ts";
import { testTiers } from "../_tiers.ts";
import { assemble } from "../_wat.ts";

// "fill" copies its input and returns its length, or only returns the length if there is no room.
const BYTES = assemble(`(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 4096))
  (global $live (export "live") (mut i32) (i32.const 0))
  (global $calls (export "calls") (mut i32) (i32.const 0))
  (global $asked (export "asked") (mut i32) (i32.const 0))
  (func (export "malloc") (param $size i32) (result i32)
    (global.set $live (i32.add (global.get $live) (i32.const 1)))
    (global.set $asked (local.get $size))
    (global.set $next (i32.add (global.get $next) (i32.const 256)))
    (global.get $next))
  (func (export "free") (param i32)
    (global.set $live (i32.sub (global.get $live) (i32.const 1))))
  (func (export "call") (param $in i32) (param $n i32) (param $out i32) (param $capacity i32)
    (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (if (i32.eq (local.get $n) (i32.const 9)) (then (return (i32.const -5))))
    (if (i32.eqz (local.get $capacity)) (then (return (local.get $n))))
    (memory.copy (local.get $out) (local.get $in) (local.get $n))
    (local.get $n))
  (func (export "fixed") (param $in i32) (result i32) (i32.load8_u (local.get $in))))`);

const convention = allocator({ allocate: "malloc", free: "free", result: "packedPointerHigh" });

const filled = (capacity: unknown, type = "string") => ({
  name: "call",
  parameters: ["string"],
  arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, "output", "capacity"],
  output: { capacity },
  result: { type, pointer: "output", length: "result" },
});
const FAILED = 'GuestError: Cannot complete "call": the guest returned -5';
const refused = (shown: string) =>
  `RangeError: Cannot take an output buffer for "call": its capacity is ${shown}, expected an ` +
  "integer, 0 or more";

const ROWS: readonly (readonly [
  name: string,
  symbol: unknown,
  value: unknown,
  expected: unknown,
  calls: number,
  asked: number,
])[] = [
  ["by a function", filled((text: string) => text.length * 3), "Grüße", "Grüße", 1, 15],
  [
    "by a function that throws",
    filled(() => {
      throw new Error("no size");
    }),
    "a",
    "Error: no size",
    0,
    1,
  ],
  ["by a function that returns no size", filled(() => 1.5), "a", refused("1.5"), 0, 1],
  ["by a function that returns a negative size", filled(() => -1), "a", refused("-1"), 0, 1],
  [
    "by a function, and too small",
    filled(() => 2),
    "abc",
    'GuestError: Cannot lift the result of "call": it takes 3 bytes, the output buffer holds 2',
    1,
    2,
  ],
  ["by a value", filled({ byteLengthOf: 0 }), "Grüße", "Grüße", 1, 7],
  ["by asking the guest", filled("query"), "Grüße", "Grüße", 2, 7],
  ["by asking the guest, which has nothing", filled("query", "bytes"), "", new Uint8Array(), 2, 0],
  ["by asking the guest, which fails", filled("query"), "123456789", FAILED, 1, 9],
  [
    "a length that the guest relies on",
    {
      name: "fixed",
      parameters: [{ type: "bytes", byteLength: 4, pass: ["pointer"] }],
      result: "u32",
    },
    Uint8Array.of(7, 0, 0, 0),
    7,
    0,
    4,
  ],
  [
    "a byte less than the guest relies on",
    {
      name: "fixed",
      parameters: [{ type: "bytes", byteLength: 4, pass: ["pointer"] }],
      result: "u32",
    },
    new Uint8Array(3),
    'RangeError: Cannot pass argument 0 to "fixed": it has 3 bytes, expected 4',
    0,
    3,
  ],
  [
    "a byte more than the guest relies on",
    {
      name: "fixed",
      parameters: [{ type: "bytes", byteLength: 4, pass: ["pointer"] }],
      result: "u32",
    },
    new Uint8Array(5),
    'RangeError: Cannot pass argument 0 to "fixed": it has 5 bytes, expected 4',
    0,
    5,
  ],
];

/** Returns the result of a call, or its error. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}

for (const [name, symbol, value, expected, calls, asked] of ROWS) {
  testTiers(`the size of an output buffer: ${name}`, async () => {
    using guest = await load(BYTES, {
      convention,
      symbols: { call: symbol as SymbolDeclaration },
    });
    const call = guest.symbols.call as (value: unknown) => unknown;
    assertEquals(outcome(() => call(value)), expected);
    const exports = guest.exports as Record<string, WebAssembly.Global>;
    const [live, times, size] = ["live", "calls", "asked"].map((key) => exports[key]!.value);
    assertEquals([live, times, size, guest.state], [0, calls, asked, "ready"]);
  });
}
