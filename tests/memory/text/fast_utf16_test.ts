import { assert, assertStrictEquals } from "@std/assert";
import { createUtf16, fastUtf16 } from "../../../src/memory/text/create_codec.ts";
import { createSource } from "./_source.ts";

Deno.test("UTF-16 has a helper once it was loaded, and passes text without it", async () => {
  const before = createUtf16(createSource(), { helper: true });
  assertStrictEquals(before.short(), undefined);
  assertStrictEquals(before.write("a\ud800", 3, 4), 4);
  assertStrictEquals(before.read(3, 4), "a\ud800");
  await fastUtf16.load();
  const after = createUtf16(createSource(), { helper: true });
  assert(after.short() !== undefined);
  assertStrictEquals(after.write("a\ud800", 3, 4), 4);
  assertStrictEquals(after.read(3, 4), "a\ud800");
});

Deno.test("the module for UTF-16 is compiled once, and is not used if the engine refuses it", async () => {
  const { Module } = WebAssembly;
  const plain = createUtf16(createSource());
  try {
    for (const builtins of [true, false]) {
      const fresh = `../../../src/memory/text/fast_utf16.ts?builtins=${builtins}`;
      const { createFastUtf16 } = await import(fresh);
      let compiled = 0;
      WebAssembly.Module = new Proxy(Module, {
        construct(target, args) {
          compiled++;
          return Reflect.construct(target, builtins ? args : args.slice(0, 1));
        },
      });
      for (let times = 0; times < 3; times++) {
        assertStrictEquals(createFastUtf16(createSource(), plain) !== undefined, builtins);
      }
      assertStrictEquals(compiled, 1);
    }
  } finally {
    WebAssembly.Module = Module;
  }
});
