import { assertEquals } from "@std/assert";
import { findBuffer } from "../../../src/cli/inspect/guest_buffer.ts";
import { loadIdle } from "../../../src/cli/inspect/idle_guest.ts";
import type { InspectedBuffer } from "../../../src/cli/inspect/inspection.ts";
import { layOut } from "../../../src/cli/inspect/memory_layout.ts";
import { assemble } from "../../_wat.ts";
import { readGuest, sourceOf } from "./_guests.ts";

async function layoutOf(name: string) {
  const { guest, info } = await loadIdle(await readGuest(name));
  return layOut(guest, info, undefined);
}

Deno.test("the heap begins at __heap_base, and the stack ends there", async () => {
  const layout = await layoutOf("c/bounds_data_end");
  const base = layout!.marks.find(({ name }) => name === "__heap_base")!.address;
  const stack = layout!.ranges.find(({ kind }) => kind === "stack")!;
  const heap = layout!.ranges.find(({ kind }) => kind === "heap")!;
  // The default stack of wasm-ld has 64 KiB, and the heap comes after it.
  assertEquals(stack.address + stack.byteLength, base);
  assertEquals([heap.address, heap.address + heap.byteLength], [base, layout!.byteLength]);
});

Deno.test("a buffer of an unknown size that begins under the stack ends there", async () => {
  const { guest, info } = await loadIdle(await readGuest("c/passing_data"));
  const bounded = findBuffer(guest, info)!;
  const lengthOf = (buffer: InspectedBuffer) =>
    layOut(guest, info, buffer)!.ranges.find(({ kind }) => kind === "buffer")!.byteLength;
  // The source declares 100 bytes.
  assertEquals([bounded.capacity, lengthOf(bounded)], ["upper bound", 100]);
  assertEquals(lengthOf({ ...bounded, byteLength: 120, capacity: "exact" }), 120);
});

Deno.test("adjacent segments are one range, and passive ones have no address", async () => {
  const { guest, info } = await loadIdle(sourceOf(assemble(`(module (memory (export "memory") 1)
    (data (i32.const 1024) "0123456789") (data (i32.const 1040) "ab") (data "passive")
    (data (i32.const 2048) "c"))`)));
  assertEquals(layOut(guest, info, undefined)?.ranges, [
    { kind: "data", what: "data segments 0 to 1", address: 1024, byteLength: 18 },
    { kind: "data", what: "data segment 3", address: 2048, byteLength: 1 },
  ]);
});

Deno.test("a guest without memory has no layout", async () => {
  const { guest, info } = await loadIdle(await readGuest("wat/no_memory"));
  assertEquals(layOut(guest, info, undefined), undefined);
});
