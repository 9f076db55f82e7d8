import {
  allocator,
  type BlockSource,
  type CoreArgument,
  type Length,
  type Value,
} from "../../mod.ts";
import { resolveTarget } from "../../src/plan/flatten_host.ts";
import { onOneLine } from "../_on_one_line.ts";
import { assertEquals } from "@std/assert";

const { place: BLOCK } = allocator({ allocate: "malloc" });
const AREA: readonly CoreArgument[] = [{ parameter: 0 }, { area: 0 }];

/**
 * The places of a pointer and a length among the guest's arguments, and where a host writes them.
 */
const TARGETS: readonly (readonly [
  pointer: Value,
  length: Length,
  coreArguments: readonly CoreArgument[],
  target: unknown,
])[] = [
  [{ high: "result" }, { low: "result" }, [], { kind: "packed", pointer: "high" }],
  [{ low: "result" }, { high: "result" }, [], { kind: "packed", pointer: "low" }],
  [{ low: "result" }, { low: "result" }, [], undefined],
  [{ high: "result" }, { high: "result" }, [], undefined],
  [{ high: "result" }, "nul", [], undefined],
  ["result", "nul", [], { kind: "pointer", length: "nul" }],
  ["result", { prefix: "u16" }, [], { kind: "pointer", length: "u16" }],
  ["result", { prefix: "u32", offset: 0 }, [], { kind: "pointer", length: "u32" }],
  ["result", { prefix: "u32", offset: -4 }, [], { kind: "pointer", length: "known" }],
  ["result", 32, [], undefined],
  ["result", { export: "length" }, [], undefined],
  [{ result: 0 }, { result: 1 }, [], { kind: "results", pointer: 0 }],
  [{ result: 1 }, { result: 0 }, [], { kind: "results", pointer: 1 }],
  [{ result: 0 }, { result: 2 }, [], undefined],
  [{ result: 1 }, { result: 1 }, [], undefined],
  [{ result: 2 }, { result: -1 }, [], undefined],
  [{ word: 0 }, { word: 1 }, AREA, {
    kind: "area",
    pointer: { argument: 1, words: 0 },
    length: { argument: 1, words: 1 },
  }],
  // The address of each word is passed.
  [{ word: 0 }, { word: 1 }, [{ area: 1 }, { area: 0 }], {
    kind: "area",
    pointer: { argument: 1, words: 0 },
    length: { argument: 0, words: 0 },
  }],
  [{ word: 0 }, { word: 1 }, [], undefined],
  [{ word: 0 }, { word: 1 }, [{ area: 1 }], undefined],
  [{ word: 0, at: "result" }, { word: 1, at: "result" }, AREA, undefined],
  [{ word: 0 }, { result: 1 }, AREA, undefined],
  [{ export: "pointer" }, { export: "length" }, [], undefined],
  [1024, "result", [], undefined],
  ["output", "result", [], undefined],
];

for (const [pointer, length, coreArguments, target] of TARGETS) {
  Deno.test(`a host puts ${onOneLine({ pointer, length, coreArguments })} into memory if it can`, () => {
    const form = { name: "custom", text: { pointer, length } };
    assertEquals(resolveTarget(form, coreArguments, BLOCK) as unknown, target);
    // A result cannot be in memory that is not a block of an allocator.
    for (const place of [{ kind: "stack" }, { kind: "buffer", pointer: 0 }] as BlockSource[]) {
      assertEquals(resolveTarget(form, coreArguments, place), undefined);
    }
  });
}

Deno.test("a result without a block is returned unchanged, and an array's object holds the rest", () => {
  const text = { pointer: "result", length: 0 } as const;
  assertEquals(resolveTarget({ name: "reference", text }, [], BLOCK), { kind: "reference" });
  assertEquals(resolveTarget({ name: "view", text }, [], { kind: "managedArray" }), {
    kind: "pointer",
    length: "known",
  });
});
