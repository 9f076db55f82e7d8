import { assertEquals, assertRejects } from "@std/assert";
import { compile, load } from "../../mod.ts";
import { compileHeld } from "../../src/guest/compiled.ts";
import { guestBytes, guestPath } from "../_guests.ts";

Deno.test("a binary is compiled and kept, with options that are checked", async () => {
  const bytes = await guestBytes("c/echo_length");
  const compiled = await compileHeld(bytes, undefined);
  assertEquals([compiled.bytes, compiled.source], [bytes, "bytes"]);
  assertEquals((await compileHeld(bytes, {})).bytes, bytes);
  await assertRejects(() => compileHeld(bytes, { signal: 1 } as never), TypeError, "is 1");
});

Deno.test("the core modules of a component are compiled once, and go with a clone", async () => {
  const compiled = await compile(guestPath("component/linked"));
  assertEquals(compiled.modules?.length, 4);
  const { compile: compileLater, Module } = WebAssembly;
  let made = 0;
  // Small modules are compiled at once, others later; an empty module stands for a component.
  const count = ({ byteLength }: BufferSource) => made += byteLength > 8 ? 1 : 0;
  WebAssembly.compile = (bytes) => (count(bytes), compileLater(bytes));
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, given) => (count(given[0]), Reflect.construct(target, given)),
  });
  try {
    await load(await guestBytes("component/linked"), { missing: "trap" });
    assertEquals(made, 4);
    for (const source of [compiled, compiled, structuredClone(compiled)]) {
      using guest = await load(source, { missing: "trap" });
      assertEquals(guest.interfaces["test:linked/texts"].twice("a"), "aa");
    }
  } finally {
    Object.assign(WebAssembly, { compile: compileLater, Module });
  }
  assertEquals(made, 4);
});

Deno.test("a compiled component has the core modules of its binary, or none", async () => {
  const { modules = [], ...rest } = await compile(guestPath("component/linked"));
  const clone = () => structuredClone(rest);
  using guest = await load(clone(), { missing: "trap" });
  assertEquals(guest.interfaces[""].echo("a"), "a");
  const rows = [
    [modules.slice(1), "it has 3 core modules, expected the 4 of its bytes"],
    [modules.toReversed(), "its bytes are those of another module (export 0 is"],
    [
      [1, 2, 3, 4],
      "its property modules is an object of class Array, expected an array of modules",
    ],
  ] as const;
  for (const [given, problem] of rows) {
    const source = { ...clone(), modules: given as typeof modules };
    const error = await assertRejects(() => load(source, { missing: "trap" }), TypeError);
    assertEquals(
      error.message.slice(0, problem.length + 30),
      `Cannot load a compiled guest: ${problem}`,
    );
  }
});
