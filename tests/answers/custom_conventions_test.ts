import type { Guest, Lowered } from "../../mod.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

// Values that a custom convention may return although the engine would silently truncate, convert
// or drop them.

const GUEST = `(module
  (memory (export "memory") 1)
  (func (export "call") (param i32 i64 f64 externref) (result i32) (local.get 0)))`;

const refused = (problem: string) =>
  new Thrown("TypeError", undefined, `Cannot call "call": the convention "custom" made ${problem}`);

const INTEGER = "an integer from -2147483648 to 4294967295";

/** The value that `lower` returns, and the result or the error. */
const LOWERED: [lowered: unknown, gives: unknown][] = [
  [{ args: [7, 1n, 0.5, "any"] }, 7],
  [{ args: [2 ** 32 - 1, -1n, NaN, undefined] }, -1],
  [{ args: [7, 1n, 0.5] }, refused("3 core arguments, expected 4")],
  [{ args: [] }, refused("0 core arguments, expected 4")],
  [{ args: [7, 1n, 0.5, null, 8] }, refused("5 core arguments, expected 4")],
  [
    { args: [2 ** 40, 1n, 0.5, null] },
    refused(`1099511627776 as core argument 0, expected ${INTEGER}`),
  ],
  [{ args: [0.5, 1n, 0.5, null] }, refused(`0.5 as core argument 0, expected ${INTEGER}`)],
  [{ args: ["7", 1n, 0.5, null] }, refused(`"7" as core argument 0, expected ${INTEGER}`)],
  [{ args: [7n, 1n, 0.5, null] }, refused(`7n as core argument 0, expected ${INTEGER}`)],
  [{ args: [7, 1, 0.5, null] }, refused("1 as core argument 1, expected a bigint")],
  [{ args: [7, 1n, 1n, null] }, refused("1n as core argument 2, expected a number")],
  [
    { args: [7, 1n, 0.5, null], release: 5 },
    new Thrown(
      "TypeError",
      undefined,
      'Cannot pass argument 0 to "call": the convention "custom" gave 5 as release, expected a function',
    ),
  ],
];

testRows(LOWERED.flatMap(([lowered, gives]) =>
  [0, 120].map((warmUp): Row => ({
    name: `a custom convention, after ${warmUp} calls: ${Deno.inspect(lowered)}`,
    guest: GUEST,
    options: {
      convention: { name: "custom", lower: () => lowered as Lowered, lift: () => "" },
      symbols: { call: { parameters: ["string"], result: "i32" } },
    },
    ask: (guest: Guest) =>
      (guest.symbols as Record<string, (text: string) => unknown>).call!("text"),
    gives,
    warmUp,
  }))
));
