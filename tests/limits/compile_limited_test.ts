import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { adopt, compile, GuestError, load } from "../../mod.ts";
import { guestBytes, guestPath, guestUrl } from "../_guests.ts";
import { expectSameErrors } from "./_loading.ts";

const limits = { fuel: 100_000 };

/** Sources of one guest. */
const SOURCES: [name: string, source: () => Promise<Parameters<typeof load>[0]>][] = [
  ["a path", () => Promise.resolve(guestPath("c/passing_data"))],
  ["a URL", () => Promise.resolve(guestUrl("c/passing_data"))],
  ["bytes", () => guestBytes("c/passing_data")],
  ["a buffer", async () => (await guestBytes("c/passing_data")).buffer],
  ["a response", async () => new Response(await guestBytes("c/passing_data"))],
  ["a value of compile()", () => compile(guestPath("c/passing_data"))],
];

for (const [name, source] of SOURCES) {
  Deno.test(`${name} is rewritten`, async () => {
    using guest = await load(await source() as string, { limits });
    assertEquals(guest.passString("Hello there, "), "Hello there, WASM is cool!");
    assertEquals(guest.fuel!.burnt > 0, true);
  });
}

Deno.test("a value of compile() is rewritten once, and stays without limits itself", async () => {
  const compiled = await compile(guestPath("c/passing_data"));
  using first = await load(compiled, { limits });
  using second = await load(compiled, { limits: { fuel: 50_000 } });
  using plain = await load(compiled);
  assertStrictEquals(first.module, second.module);
  assertEquals(plain.module === first.module, false);
  for (const guest of [first, second, plain]) guest.passString("a");
  assertEquals([first.fuel!.left - second.fuel!.left, plain.fuel], [50_000, undefined]);
});

Deno.test("the module of a guest with limits makes other guests, with limits or without", async () => {
  using guest = await load(await guestBytes("c/passing_data"), { limits });
  using again = await load(guest.module);
  assertEquals(again.passString("Hello there, "), "Hello there, WASM is cool!");
  using limited = await load(guest.module, { limits: { fuel: 1 } });
  assertEquals(Object.keys(limited.exports), Object.keys(guest.exports));
});

Deno.test("bytes are taken before load() returns", async () => {
  const bytes = await guestBytes("c/passing_data");
  const loading = load(bytes, { limits });
  bytes.fill(0);
  using guest = await loading;
  assertEquals(guest.passString("Hello there, "), "Hello there, WASM is cool!");
});

Deno.test("a compiled module and an instance made elsewhere cannot be limited", async () => {
  const module = await WebAssembly.compile(await guestBytes("c/shout_length"));
  const refused = await assertRejects(() => load(module, { limits }), TypeError);
  assertEquals(
    refused.message,
    "Cannot limit the calls of a compiled module: a compiled module cannot be rewritten, expected " +
      "its bytes, or a value of compile()",
  );
  const instance = new WebAssembly.Instance(module);
  const adopted = await assertRejects(() => adopt(instance, { limits }), TypeError);
  assertEquals(
    adopted.message,
    "Cannot limit the calls of an instance that was made elsewhere: it is compiled, expected " +
      "load() of its binary with limits.fuel",
  );
});

Deno.test("a binary that is wrong has the same error as without limits", () =>
  expectSameErrors(limits));

Deno.test("infinite fuel does not change the module", async () => {
  using guest = await load(await guestBytes("c/passing_data"), { limits: { fuel: Infinity } });
  assertEquals(guest.fuel, undefined);
});

Deno.test("optional arguments of AssemblyScript are found in a rewritten module", async () => {
  const symbols = { add: { parameters: ["i32"], result: "i32" } } as const;
  const options = { symbols, missing: "ignore" } as const;
  using plain = await load(await guestBytes("assemblyscript/optional"), options);
  using guest = await load(await guestBytes("assemblyscript/optional"), { ...options, limits });
  assertEquals(guest.symbols.add(1), plain.symbols.add(1));
});

Deno.test("too little fuel for anything ends the first call", async () => {
  using guest = await load(await guestBytes("c/passing_data"), { limits: { fuel: 0 } });
  const error = assertThrows(() => guest.passString("Hello there, "), GuestError);
  assertEquals(error.code, "fuel-exhausted");
});
