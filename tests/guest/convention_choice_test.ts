import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestUrl } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { evaluate, optionsIn } from "../conventions/_evaluate.ts";

/** Makes a guest with the row's getters, a global, and a transform that echoes. */
const asking = (getters: string, globals: string) =>
  `(module (memory (export "memory") 1) ${getters} ${globals}
    (func (export "echo") (param i32) (result i32) (local.get 0)))`;

Deno.test("two different buffers stay ambiguous after the first pass, and each option works", async () => {
  using guest = await load(guestUrl("c/getter_and_other_buffer"), {
    symbols: {
      add_wasm_is_cool: { parameters: ["string"], result: "string" },
      byNumber: { name: "add_wasm_is_cool", parameters: ["i32"], result: "i32" },
    },
  });
  const { add_wasm_is_cool, byNumber } = guest.symbols;
  assertStrictEquals(byNumber(101), -1);
  const error = guestErrorOf(() => add_wasm_is_cool("Hello there, "));
  assertStrictEquals(error[0], "ambiguous-convention");
  assertStrictEquals(guest.state, "ready");
  for (
    const again of [
      () => add_wasm_is_cool("x"),
      () => guest.passString("x"),
      () => guest.convention,
    ]
  ) {
    assertEquals(guestErrorOf(again), error);
  }
  assertStrictEquals(byNumber(101), -1);
  const options = optionsIn(error[1]);
  assertStrictEquals(options.length, 2);
  using settled = await load(guestUrl("c/getter_and_other_buffer"), {
    convention: evaluate(options[0]!),
  });
  assertStrictEquals(settled.passString("Hello there, "), "Hello there, WASM is cool!");
});

Deno.test("the guest's getters are called once, by the first pass, and the choice outlives a reset", async () => {
  using guest = await load(
    assemble(asking(
      `(global $asked (export "asked") (mut i32) (i32.const 0))
      (func (export "get_buffer") (result i32)
        (global.set $asked (i32.add (global.get $asked) (i32.const 1))) (i32.const 64))
      (func (export "scratch_ptr") (result i32) (i32.const 64))`,
      "",
    )),
  );
  const asked = () => (guest.exports.asked as WebAssembly.Global).value;
  assertStrictEquals(`${guest.convention}`, 'convention: staticBuffer({ pointer: "get_buffer" })');
  assertStrictEquals(asked(), 0);
  assertStrictEquals(guest.passString("a"), "a");
  const [first, chosen] = [asked(), guest.convention.reason];
  assertStrictEquals(guest.passString("b"), "b");
  const each = asked() - first;
  assertStrictEquals(first, each + 1);
  guest.reset();
  assertStrictEquals(guest.convention.reason, chosen);
  assertStrictEquals(guest.passString("c"), "c");
  assertStrictEquals(asked(), each);
});

Deno.test("a getter that traps in the comparison poisons the guest and is named", async () => {
  using guest = await load(
    assemble(asking(
      `(func (export "get_buffer") (result i32) (unreachable))
      (func (export "scratch_ptr") (result i32) (i32.const 64))`,
      "",
    )),
  );
  assertEquals(guestErrorOf(() => guest.passString("a")), [
    "trap",
    'Cannot complete "get_buffer": the guest trapped: unreachable',
  ]);
  assertStrictEquals(guest.state, "poisoned");
});

Deno.test("64-bit addresses are compared as well, and an asynchronous symbol rejects", async () => {
  const module = (other: number) =>
    assemble(`(module (memory (export "memory") i64 1)
      (func (export "get_buffer") (result i64) (i64.const 64))
      (func (export "scratch_ptr") (result i64) (i64.const ${other}))
      (func (export "echo") (param i64) (result i64) (local.get 0)))`);
  using one = await load(module(64));
  assertStrictEquals(one.passString("abc"), "abc");
  using two = await load(module(128), {
    symbols: { echo: { parameters: ["string"], result: "string", async: true } },
  });
  const error = await two.symbols.echo("abc").catch((error: GuestError) => error);
  assertInstanceOf(error, GuestError);
  assertStrictEquals(error.code, "ambiguous-convention");
});
