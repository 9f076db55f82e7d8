import { assertEquals, assertStrictEquals } from "@std/assert";
import { Problem } from "../../src/base/errors.ts";
import { Choice } from "../../src/guest/convention_choice.ts";
import type { GuestParts } from "../../src/guest/guest_parts.ts";
import { instantiate } from "../../src/guest/instantiation.ts";
import type { HostImports } from "../../src/imports/host_imports.ts";
import { compileSource } from "../../src/source/source.ts";
import { assemble } from "../_wat.ts";

const NONE = new Problem({
  code: "no-convention",
  part: "convention",
  cannot: "Cannot pass anything",
  found: "there is no convention",
});

Deno.test("an instance has its own memory, and its host functions know it", async () => {
  const compiled = await compileSource(assemble(`(module
    (memory (export "memory") 1)
    (func (export "add") (param i32 i32) (result i32) (local.get 0)))`));
  const host = {} as HostImports;
  const parts = {
    compiled,
    limits: { results: 1000, input: 500 },
    instantiate: () => {
      const instance = new WebAssembly.Instance(compiled.module);
      const memory = instance.exports.memory as WebAssembly.Memory;
      return { instance, memory, address64: () => false, host };
    },
  } as unknown as GuestParts;
  const choice = new Choice(() => ({ convention: NONE, reason: "" }), () => compiled.info);
  const first = instantiate(parts, choice);
  assertStrictEquals(first.host?.instance, first.instance);
  assertStrictEquals(first.instance.exports, first.wasmInstance.exports);
  assertEquals(first.instance.functionType("add")?.parameters, ["i32", "i32"]);
  assertEquals([first.instance.resultLimit, first.instance.inputLimit], [1000, 500]);
  const second = instantiate(parts, choice);
  second.instance.memory.write("u8", 8, 5);
  assertEquals([first, second].map(({ instance }) => instance.memory.read("u8", 8)), [0, 5]);
});
