import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { LoadError } from "../../mod.ts";
import type { MemoryType } from "../../src/binary/types.ts";
import { makeMemory, wireMemories } from "../../src/imports/memories.ts";
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

Deno.test("no memory is made for another import, or for a memory whose limits are unknown", () => {
  const fn = { module: "env", name: "f", kind: "function" } as WantedImport;
  assertEquals(wireMemories([memory("memory", type), fn]), undefined);
  assertEquals(wireMemories([memory("memory")]), undefined);
  assertEquals(wireMemories([])!.memories.size, 0);
});

Deno.test("a memory that the engine cannot make is left out at first, and an error if it was made before", () => {
  const huge = { ...type, minimum: 2, maximum: 2 ** 20 };
  const wanted = [memory("a", type), memory("b", huge)];
  assertEquals(wireMemories(wanted), undefined);
  const { code, message } = assertThrows(() => wireMemories(wanted, true), LoadError);
  assertEquals([code, message.startsWith('Cannot make memory "env.b": ')], ["memory", true]);
});

Deno.test("the kind of a memory is that of the import: shared or not, with 32-bit or 64-bit addresses", () => {
  const shared = makeMemory({ shared: true }, { minimum: 1, maximum: 2 });
  assertEquals(shared.buffer instanceof SharedArrayBuffer, true);
  // Limits of a 64-bit memory are bigints for the engine, whatever the caller has.
  assertEquals(
    makeMemory({ address: "i64" }, { minimum: 1, maximum: 2n }).buffer.byteLength,
    65536,
  );
  assertEquals(makeMemory(undefined, { minimum: 0 }).buffer.byteLength, 0);
});
