import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { adopt, compile, load } from "../../mod.ts";
import { guestBytes, guestPath } from "../_guests.ts";
import { expectSameErrors } from "./_loading.ts";

const MIB = 1024 ** 2;

const limits = { memory: 32 * MIB };

Deno.test("a guest with caps passes data as before, and its code does not count", async () => {
  using guest = await load(guestPath("c/shout_length"), { limits });
  assertEquals(guest.passString("hello", "shout"), "HELLO");
  assertEquals(guest.info!.memories[0]!.maximum, 512);
  assertEquals(guest.fuel, undefined);
  using plain = await load(guestPath("c/shout_length"));
  assertEquals(guest.info!.globals, plain.info!.globals);
  assertEquals(guest.info!.functions, plain.info!.functions);
});

Deno.test("a value of compile() is capped once for the same caps, and stays without caps itself", async () => {
  const compiled = await compile(guestPath("c/shout_length"));
  using first = await load(compiled, { limits });
  using second = await load(compiled, { limits });
  using other = await load(compiled, { limits: { memory: 64 * MIB } });
  using counting = await load(compiled, { limits: { ...limits, fuel: 100_000 } });
  using plain = await load(compiled);
  assertStrictEquals(first.module, second.module);
  const maxima = [first, other, counting, plain].map(({ info }) => info!.memories[0]!.maximum);
  assertEquals(maxima, [512, 1024, 512, undefined]);
  for (const guest of [first, second, other, counting, plain]) {
    assertEquals(guest.passString("hello", "shout"), "HELLO");
  }
});

Deno.test("a compiled module and an instance made elsewhere cannot be capped", async () => {
  const module = await WebAssembly.compile(await guestBytes("c/shout_length"));
  const instance = new WebAssembly.Instance(module);
  for (
    const [what, limits] of [
      ["memory", { memory: 5 * MIB }],
      ["tables", { tableElements: 5 }],
    ] as const
  ) {
    const refused = await assertRejects(() => load(module, { limits }), TypeError);
    assertEquals(
      refused.message,
      `Cannot limit the ${what} of a compiled module: a compiled module cannot be rewritten, ` +
        "expected its bytes, or a value of compile()",
    );
    const adopted = await assertRejects(() => adopt(instance, { limits }), TypeError);
    assertEquals(
      adopted.message,
      `Cannot limit the ${what} of an instance that was made elsewhere: it is compiled, expected ` +
        `load() of its binary with limits.${Object.keys(limits)[0]}`,
    );
  }
});

Deno.test("a cap that is no size is refused, and the source's own error is not left behind", async () => {
  for (const memory of [-1, 0.5, NaN]) {
    const error = await assertRejects(() => load("no/such/file.wasm", { limits: { memory } }));
    assertEquals(error instanceof RangeError, true);
  }
});

Deno.test("a binary that is wrong has the same error as without caps", () =>
  expectSameErrors(limits));
