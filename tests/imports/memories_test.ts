import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { LoadError } from "../../mod.ts";
import type { MemoryType } from "../../src/binary/types.ts";
import {
  describeImport,
  importsError,
  makeMemory,
  wireMemories,
} from "../../src/imports/memories.ts";
import type { WantedImport } from "../../src/source/wanted_import.ts";

const type: MemoryType = { minimum: 1, maximum: 3, shared: false, address: "i32", pageSize: 65536 };

function memory(name: string, type?: MemoryType): WantedImport {
  return { module: "env", name, kind: "memory", type } as WantedImport;
}

/** Returns how far a memory grows, in pages. */
function most(memory: WebAssembly.Memory): number {
  const grow = (by: number) => {
    try {
      memory.grow(by);
      return true;
    } catch {
      return false;
    }
  };
  for (let pages = 0; pages < 10 && grow(1); pages++);
  return memory.buffer.byteLength / 65536;
}

Deno.test("a memory is made with exactly the limits of the binary, under its name", () => {
  const { imports, memories, whyNoReset } = wireMemories([memory("memory", type)])!;
  const made = (imports.env as Record<string, WebAssembly.Memory>).memory!;
  assertEquals([made.buffer.byteLength, most(made)], [65536, 3]);
  assertStrictEquals(memories.get("env.memory"), made);
  assertEquals(whyNoReset, undefined);
});

Deno.test("each instance gets memories of its own, and several imports one each", () => {
  const wanted = [memory("a", type), memory("b", type)];
  const [first, second] = [wireMemories(wanted)!, wireMemories(wanted)!];
  const all = [...first.memories.values(), ...second.memories.values()];
  assertEquals(new Set(all).size, 4);
});

Deno.test("any other import, or a memory of unknown limits, is left to others", () => {
  const fn = { module: "env", name: "f", kind: "function" } as WantedImport;
  assertEquals(wireMemories([memory("memory", type), fn]), undefined);
  assertEquals(wireMemories([memory("memory")]), undefined);
  assertEquals(wireMemories([])!.memories.size, 0);
});

Deno.test("a memory that the engine does not make is an error with its place and type", () => {
  const huge = { ...type, minimum: 2, maximum: 2 ** 20 };
  const { code, problems } = assertThrows(
    () => wireMemories([memory("a", type), memory("b", huge)]),
    LoadError,
  );
  assertEquals([code, problems.length], ["imports", 1]);
  assertEquals(problems[0]!.startsWith('import[1] "env.b" memory 2 to 1048576: '), true);
});

Deno.test("a memory is shared and addressed as wanted", () => {
  const shared = makeMemory({ shared: true }, { minimum: 1, maximum: 2 });
  assertEquals(shared.buffer instanceof SharedArrayBuffer, true);
  // Limits of a 64-bit memory are bigints for the engine, whatever the caller has.
  assertEquals(
    makeMemory({ address: "i64" }, { minimum: 1, maximum: 2n }).buffer.byteLength,
    65536,
  );
  assertEquals(makeMemory(undefined, { minimum: 0 }).buffer.byteLength, 0);
});

const TYPES: readonly (readonly [item: Record<string, unknown>, shown: string])[] = [
  [{ kind: "function" }, "function"],
  [{ kind: "function", type: { parameters: ["i32"], results: [] } }, "(i32) -> ()"],
  [{ kind: "tag", type: { function: { parameters: ["i32"], results: [] } } }, "tag (i32) -> ()"],
  [{ kind: "global", type: { type: "i64", mutable: true } }, "global mut i64"],
  [{ kind: "global", type: { type: "i64", mutable: false } }, "global i64"],
  [{ kind: "memory", type: { ...type, shared: true } }, "memory 1 to 3 shared"],
  [{ kind: "memory", type: { minimum: 1n, address: "i64" } }, "memory i64 1 or more"],
  [{ kind: "table", type: { minimum: 1, maximum: 2, element: "funcref" } }, "table 1 to 2 funcref"],
];

for (const [item, shown] of TYPES) {
  Deno.test(`an import is described as ${shown}`, () => {
    const wanted = { module: "m", name: "n", ...item } as WantedImport;
    assertEquals(describeImport(wanted, 2), `import[2] "m.n" ${shown}`);
  });
}

Deno.test("the error for imports has a line for each", () => {
  const error = importsError(["one", "two"]);
  assertEquals([error.message, error.problems], [
    "Cannot satisfy the guest's imports:\none\ntwo",
    ["one", "two"],
  ]);
});
