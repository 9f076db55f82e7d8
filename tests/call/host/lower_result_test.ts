import { assertEquals, assertThrows } from "@std/assert";
import { onOneLine } from "../../_on_one_line.ts";
import { hostFunction, type HostResult, load } from "../../../mod.ts";
import { guestUrl } from "../../_guests.ts";
import { loadHostForm } from "../../_host_forms.ts";

/** The value that a callback returned, and the error. */
const REFUSED: readonly (readonly [result: HostResult, value: unknown, message: string])[] = [
  ["i64", 5, "it is 5, expected a bigint for i64"],
  ["i64", undefined, "it is undefined, expected a bigint for i64"],
  [
    "u64",
    -1n,
    "it is -1n, expected u64, 0 to 18446744073709551615",
  ],
  [
    "i64",
    1n << 63n,
    "it is 9223372036854775808n, expected i64, -9223372036854775808 to " +
    "9223372036854775807",
  ],
  ["string", 5, "it is 5, expected a string"],
  ["string", null, "it is null, expected a string, or nullable: true"],
  ["bytes", null, "it is null, expected a Uint8Array, or nullable: true"],
  ["bytes", "text", 'it is "text", expected a Uint8Array'],
  [
    { type: "array", element: "f64", form: "packedPointerHigh" },
    new Uint8Array(),
    "it is an object of class Uint8Array, expected a Float64Array",
  ],
  [{ type: "bytes", nullable: true }, undefined, "it is undefined, expected a Uint8Array or null"],
];

for (const [result, value, message] of REFUSED) {
  Deno.test(`a callback may not return ${onOneLine(value)} for ${onOneLine(result)}`, async () => {
    const isNumber = result === "i64" || result === "u64";
    const name = isNumber ? "give_number" : "give_packed_high";
    const parameters = isNumber ? ["i32"] as const : [];
    const form = isNumber ? "call_number" : "give";
    using guest = await loadHostForm(name, form, { parameters, result }, () => value);
    const run = guest.symbols.run as (mark?: number) => unknown;
    const error = assertThrows(() => isNumber ? run(5) : run(), Error);
    assertEquals(
      [error instanceof TypeError || error instanceof RangeError, error.message],
      [true, `Cannot return a value from import "env.${name}": ${message}`],
    );
    assertEquals(guest.state, "ready");
  });
}

Deno.test("numbers go to the guest as they were declared", async () => {
  for (const [result, value] of [["i64", -5n], ["u64", 5n], ["i64", -(1n << 63n)]] as const) {
    using guest = await loadHostForm(
      "give_number",
      "call_number",
      { parameters: ["i32"], result },
      () => value,
    );
    assertEquals(guest.symbols.run(0), value);
  }
  for (const [result, value, core] of [["bool", true, 1], ["u32", 2 ** 32 - 1, -1]] as const) {
    using guest = await load(guestUrl("wat/start_calls_host"), {
      imports: {
        env: {
          count: hostFunction({ parameters: ["u32"], result }, () => value as never),
          log() {},
        },
      },
    });
    assertEquals((guest.exports.counted as () => number)(), core);
  }
});

Deno.test("nothing is returned if the declared result is void", async () => {
  using guest = await loadHostForm(
    "take_length",
    "take",
    { parameters: ["string"], result: "void" },
    () => "something",
  );
  assertEquals(guest.symbols.run("x"), undefined);
});

Deno.test("JavaScript values are returned unchanged, including promises; only a string is accepted as a string", async () => {
  let value: unknown;
  const run = (result: HostResult) =>
    load(guestUrl("wat/js_string_imports"), {
      symbols: { ask: { parameters: ["externref"], result: "externref" } },
      imports: {
        env: {
          log() {},
          answer: hostFunction({ parameters: ["externref", "i32"], result }, () => value as never),
        },
      },
    });
  using any = await run("externref");
  for (value of [Promise.resolve(5), null, undefined, "text", 5n]) {
    assertEquals(any.symbols.ask("x"), value);
  }
  using strings = await run("string");
  for (value of ["", "\ud800", "text"]) assertEquals(strings.symbols.ask("x"), value);
  for (value of [5, null]) {
    const { message } = assertThrows(() => strings.symbols.ask("x"), TypeError);
    assertEquals(
      message,
      `Cannot return a value from import "env.answer": it is ${value}, expected a string`,
    );
  }
  using nullable = await run({ type: "string", nullable: true });
  value = null;
  assertEquals(nullable.symbols.ask("x"), null);
});
