import { assertEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { Reader } from "../../src/binary/reader.ts";
import { Context, Scope } from "../../src/component/scope.ts";
import { leb, section } from "../binary/_build.ts";
import { list, read, refusal, TYPE } from "./_build.ts";

Deno.test("types nest 100 deep and no deeper", () => {
  // Each type is an option of the one before it; an index takes two bytes from 64 on.
  const options = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const before = index - 1;
      return [0x6b, index === 0 ? 0x7d : before < 64 ? before : [before % 128 | 0x80, before >> 7]];
    });
  const types = (count: number) => section(TYPE, leb(count), ...options(count));
  read(types(100));
  assertEquals(
    refusal(types(101)).replace(/0x\w+/, "0x"),
    "Cannot read type at offset 0x: it nests deeper than 100, expected at most that",
  );
});

Deno.test("types that double have a limit of parts", () => {
  const pairs = Array.from(
    { length: 30 },
    (_, index) => index === 0 ? [0x6f, 2, 0x7d, 0x7d] : [0x6f, 2, index - 1, index - 1],
  );
  assertEquals(
    refusal(list(TYPE, ...pairs)).replace(/0x\w+/, "0x"),
    "Cannot read type at offset 0x: it has 1048575 parts, expected at most 1000000",
  );
});

Deno.test("copies of types have a limit in total", () => {
  const context = new Context();
  const reader = new Reader(new Uint8Array());
  for (let count = 0; count < 1_000_000; count++) context.copied(reader);
  assertThrows(() => context.copied(reader), WasmFormatError, "more than 1000000 parts");
});

Deno.test("a feature keeps the offset of its first use", () => {
  const context = new Context();
  context.uses("async", 5);
  context.uses("async", 7);
  assertEquals([...context.features.values()], [{ feature: "async", offset: 5 }]);
});

Deno.test("each sort has an index space of its own", () => {
  const scope = new Scope("component", new Context(), undefined);
  scope.add("core table");
  scope.add("core table");
  scope.types.push({ kind: "primitive", name: "bool" });
  assertEquals(
    [scope.count("core table"), scope.count("type"), scope.count("function")],
    [2, 1, 0],
  );
  assertEquals(new Scope("component type", scope.context, scope).depth, 1);
});
