import { assertEquals } from "@std/assert";
import type { BlockSource } from "../../../mod.ts";
import { reportBlock, reportFree, reportTaken } from "../../../src/call/report/blocks.ts";
import type { Block, PlanLines } from "../../../src/call/report/plan_lines.ts";
import { instanceOf, planOf } from "../_unit.ts";
import { reportedBy } from "./_reported.ts";

const instance = await instanceOf(`
  (global (export "base") i32 (i32.const 64))
  (func (export "buffer") (result i32) (i32.const 64))
  (func (export "malloc") (param i32) (result i32) (i32.const 64))
  (func (export "free") (param i32))`);

const allocator = { kind: "allocator", allocate: "malloc" } as const;
const buffer = { kind: "buffer", pointer: "buffer", capacity: 8 } as const;

/** Returns the lines for a text that is put into a block. */
function put(place: BlockSource, more: Partial<Block> = {}, known: Partial<PlanLines> = {}) {
  const block: Block = { name: "the text", argument: 0, content: "string", place, ...more };
  return reportedBy(instance, planOf(), (lines) => reportBlock(block, lines), known);
}

Deno.test("a buffer is requested or used at its address, and its capacity is checked", () => {
  assertEquals(put(buffer), [
    'find: ask "buffer" where the buffer is',
    "check: check that the text fits in the buffer: its capacity is 8 bytes (the option)",
    "write: write it there as UTF-8",
  ]);
  const firsts = [
    put({ ...buffer, pointer: 64, offset: 4 }),
    put({ ...buffer, pointer: "base" }),
    put(buffer, {}, { asked: new Set(["buffer"]) }),
  ].map(([first]) => first);
  assertEquals(firsts, [
    "find: use the buffer at 0x44",
    'find: read the address of the buffer from the global "base"',
    'find: ask "buffer" again',
  ]);
});

Deno.test("the lines for a block from an allocator include room for a NUL, and who frees it", () => {
  assertEquals(put(allocator, { terminated: "always", free: "free" }), [
    'allocate: ask "malloc" for a block for the text and a NUL',
    "check: check that the block lies within memory; 0 is out of memory",
    "write: write the text there as UTF-8, with a NUL after it",
  ]);
  assertEquals([put(allocator)[0], put(allocator, { unfreed: true })[0]], [
    'allocate: ask "malloc" for a block for the text; the guest frees it',
    'allocate: ask "malloc" for a block for the text; nothing frees it',
  ]);
});

Deno.test("room is taken on the stack, or in a buffer that holds it", () => {
  const take = (place: BlockSource) =>
    reportedBy(
      instance,
      planOf(),
      (lines) => reportTaken({ name: "the area", place }, "for 8 B", lines),
    );
  assertEquals(take({ kind: "stack" }), ["allocate: take room for 8 B on the guest's stack"]);
  assertEquals(take({ ...buffer, pointer: 64 }), [
    "find: use the buffer at 0x40",
    "check: check that there is room for 8 B: its capacity is 8 bytes (the option)",
  ]);
});

Deno.test("a block is freed if the guest has an export for that, and unpinned before", () => {
  const free = (more: Partial<Block>, place: BlockSource = allocator) =>
    reportedBy(
      instance,
      planOf(),
      (lines) => reportFree({ name: "the text", place, ...more }, lines),
    );
  assertEquals(free({}), []);
  assertEquals(free({ free: { export: "gone", pass: [], optional: true } }), []);
  assertEquals(free({ free: "free" }, { ...allocator, unpin: "unpin" }), [
    'free: unpin the text with "unpin"',
    'free: free the block of the text with "free"',
  ]);
});
