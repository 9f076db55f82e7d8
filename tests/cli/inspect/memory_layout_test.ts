import { assertEquals } from "@std/assert";
import { loadIdle } from "../../../src/cli/inspect/idle_guest.ts";
import { findBuffer, layOut } from "../../../src/cli/inspect/memory_layout.ts";
import { assemble } from "../../_wat.ts";
import { readGuest, sourceOf } from "./_guests.ts";

async function layoutOf(name: string) {
  const { guest, info } = await loadIdle(await readGuest(name));
  const buffer = findBuffer(guest, info);
  return { buffer, layout: layOut(guest, info, buffer) };
}

Deno.test("a buffer that a symbol names ends at the next one at the latest", async () => {
  // wasm-ld puts data at 1024; `after` follows the buffer of 100 bytes, aligned to 16.
  const { buffer } = await layoutOf("c/bounds_next_symbol");
  assertEquals(buffer, {
    address: 1024 + 16,
    byteLength: 112,
    capacity: "upper bound",
    reason: 'symbol "after" is at 0x480',
  });
});

Deno.test("the heap begins at __heap_base, and the stack ends there", async () => {
  const { layout } = await layoutOf("c/bounds_data_end");
  const base = layout!.marks.find(({ name }) => name === "__heap_base")!.address;
  const stack = layout!.ranges.find(({ kind }) => kind === "stack")!;
  const heap = layout!.ranges.find(({ kind }) => kind === "heap")!;
  // The default stack of wasm-ld has 64 KiB, and the heap comes after it.
  assertEquals(stack.address + stack.byteLength, base);
  assertEquals([heap.address, heap.address + heap.byteLength], [base, layout!.byteLength]);
});

Deno.test("a getter that writes or loops is not asked", async () => {
  const guest = (body: string) =>
    loadIdle(sourceOf(assemble(`(module (memory (export "memory") 1)
      (func (export "get_buffer_pointer") (result i32) ${body} (i32.const 2048))
      (func (export "echo") (param i32) (result i32) (local.get 0)))`)));
  const quiet = await guest("");
  assertEquals(findBuffer(quiet.guest, quiet.info)?.address, 2048);
  const writing = await guest("(i32.store (i32.const 0) (i32.const 7))");
  assertEquals(findBuffer(writing.guest, writing.info), undefined);
  assertEquals(writing.guest.memory.read("i32", 0), 0);
  const trapping = await guest("(unreachable)");
  assertEquals(findBuffer(trapping.guest, trapping.info), undefined);
});

Deno.test("segments that touch are one range, and passive ones lie nowhere", async () => {
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
