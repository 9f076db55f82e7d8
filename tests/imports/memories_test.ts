import { wireMemories } from "../../src/imports/memories.ts";
import type { WantedImport } from "../../src/source/wanted_import.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";

const memory = (minimum: number, maximum?: number): WantedImport => ({
  module: "env",
  name: "memory",
  kind: "memory",
  type: {
    minimum,
    ...(maximum !== undefined && { maximum }),
    shared: false,
    address: "i32",
    pageSize: 65536,
  },
});

Deno.test("memories are made with the limits that the binary declares", () => {
  const wired = wireMemories([memory(2, 3)])!;
  const made = wired.memories.get("env.memory")!;
  assertStrictEquals(wired.imports.env!.memory, made);
  assertEquals([made.buffer.byteLength, wired.suppliedMemory], [131072, false]);
  made.grow(1);
  assertThrows(() => made.grow(1), RangeError);
});

Deno.test("any other import, and a memory of unknown limits, is for what wires all imports", () => {
  assertStrictEquals(
    wireMemories([memory(1), { ...memory(1), kind: "function" } as WantedImport]),
    undefined,
  );
  assertStrictEquals(wireMemories([{ module: "env", name: "memory", kind: "memory" }]), undefined);
  assertEquals(wireMemories([])!.memories.size, 0);
});

Deno.test("a memory that the engine does not make is named, with what it declares", () => {
  assertThrows(
    () => wireMemories([memory(65537)]),
    Error,
    'Cannot satisfy the guest\'s imports:\nimport[0] "env.memory" memory 65537 or more: ',
  );
});
