import { assertEquals, assertThrows } from "@std/assert";
import { type BlockSource, MemoryRangeError } from "../../../mod.ts";
import { bindAllocator } from "../../../src/call/blocks/allocator.ts";
import type { BindOptions } from "../../../src/call/blocks/bound_source.ts";
import { compileContent } from "../../../src/call/content.ts";
import { guestErrorOf } from "../../_errors.ts";
import { frameOf, instanceOf } from "../_unit.ts";

/** Returns the calls of an allocator in the guest that returns the addresses in `next`. */
async function loadAllocator(next: number) {
  const calls: unknown[] = [];
  const instance = await instanceOf(
    `(import "env" "malloc" (func $malloc (param i32) (result i32)))
     (import "env" "free" (func $free (param i32 i32)))
     (global (export "heap") i32 (i32.const 0x20000))
     (export "malloc" (func $malloc)) (export "free" (func $free))`,
    {
      malloc(byteLength: number) {
        calls.push(["malloc", byteLength]);
        return next;
      },
      free: (...args: number[]) => calls.push(["free", ...args]),
    },
  );
  const bind = (more: Partial<BindOptions> = {}, place: Partial<Allocator> = {}) =>
    bindAllocator({ kind: "allocator", allocate: "malloc", ...place }, instance, {
      symbol: "f",
      terminated: "never",
      align: 2,
      beside: 3,
      ...more,
    });
  return { instance, calls, bind, content: compileContent(instance.memory, "string", "utf-8") };
}

type Allocator = BlockSource & { kind: "allocator" };

Deno.test("a text gets a block of its size, which is freed once", async () => {
  const { instance, calls, bind, content } = await loadAllocator(1024);
  const source = bind({ free: "free" });
  const frame = frameOf();
  source.put(frame, 0, content, "abc");
  assertEquals(instance.memory.readString(1024, 3), "abc");
  assertEquals([frame.pointers[0], frame.byteLengths[0], frame.sizes[0]], [1024, 3, 3]);
  source.release!(frame, 0);
  source.release!(frame, 0);
  assertEquals(calls, [["malloc", 3], ["free", 1024, 3]]);
});

Deno.test("the block has room for a NUL, which is not part of the text", async () => {
  const { instance, calls, bind, content } = await loadAllocator(1024);
  instance.memory.writeString(1024, "xxxxxx");
  const source = bind({ terminated: "always", free: "free" });
  const frame = frameOf();
  source.put(frame, 0, content, "abc");
  source.release!(frame, 0);
  assertEquals(instance.memory.readString(1024, 6), "abc\0xx");
  assertEquals([frame.byteLengths[0], frame.codeUnits[0], frame.sizes[0]], [3, 3, 4]);
  assertEquals(calls, [["malloc", 4], ["free", 1024, 4]]);
});

Deno.test("an allocator that returns 0, or an address outside memory, is refused", async () => {
  const none = await loadAllocator(0);
  assertEquals(guestErrorOf(() => none.bind().put(frameOf(), 0, none.content, "abc")), [
    "out-of-memory",
    'Cannot allocate 3 bytes for "f": "malloc" returned 0, expected a pointer',
  ]);
  const outside = await loadAllocator(65534);
  assertThrows(
    () => outside.bind().put(frameOf(), 0, outside.content, "abc"),
    MemoryRangeError,
    "Cannot write 3 bytes at pointer 0xfffe: memory is 65536 bytes",
  );
});

Deno.test("a block that the call still uses is not overwritten", async () => {
  const { bind, content } = await loadAllocator(1026);
  const frame = frameOf({ pointers: [1024], sizes: [3] });
  assertEquals(guestErrorOf(() => bind({ before: [0] }).put(frame, 1, content, "abc")), [
    "overrun",
    'Cannot allocate 3 bytes for "f": "malloc" returned 0x402, where the call still uses the block ' +
    "at 0x400, expected one of its own",
  ]);
  // The other begins within this one.
  frame.pointers[0] = 1028;
  assertEquals(
    guestErrorOf(() => bind({ before: [0] }).put(frame, 1, content, "abc"))[0],
    "overrun",
  );
  frame.pointers[0] = 1024;
  // The last byte of the other is right before this one.
  frame.sizes[0] = 2;
  bind({ before: [0] }).put(frame, 1, content, "abc");
  assertEquals(frame.pointers[1], 1026);
});

Deno.test("an empty text has no block if that is declared, but an aligned address", async () => {
  const { calls, bind, content } = await loadAllocator(1024);
  const source = bind({ free: "free" }, { empty: "none" });
  const frame = frameOf();
  source.put(frame, 0, content, "");
  source.release!(frame, 0);
  assertEquals([frame.pointers[0], frame.sizes[0], calls], [2, 0, []]);
});

Deno.test("memory grows for a guest that expects room above its heap", async () => {
  const { instance, bind, content } = await loadAllocator(1024);
  const room = { above: "heap", perByte: 65536, plus: 1 };
  bind({}, { room }).put(frameOf(), 0, content, "abc");
  // Above 0x20000, which is two pages, three pages and one byte.
  assertEquals(instance.memory.size, 6 * 65536);
});

Deno.test("blocks that nobody frees are counted", async () => {
  const { instance, bind, content } = await loadAllocator(1024);
  const source = bind({ unfreed: true });
  for (const text of ["abc", "de"]) source.put(frameOf(), 0, content, text);
  assertEquals(instance.unfreed, { results: 0, arguments: 2, byteLength: 5 });
  assertEquals(source.release, undefined);
});
