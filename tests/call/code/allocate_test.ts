import { assertEquals, assertThrows } from "@std/assert";
import { type BlockCall, MemoryRangeError, type Value } from "../../../mod.ts";
import { type AllocatedBlock, isIntegral, writeAllocate } from "../../../src/call/code/allocate.ts";
import { writeGiveBack } from "../../../src/call/code/free.ts";
import { frameOf, instanceOf, makeWritten, planOf } from "../_unit.ts";

const calls: number[][] = [];
const instance = await instanceOf(
  `(import "env" "note" (func $note (param i32 i32 i32)))
   (func (export "sized") (param i32 i32 i32) (result i32)
     (call $note (local.get 0) (local.get 1) (local.get 2)) (i32.const 64))
   (func (export "drop") (param i32 i32 i32)
     (call $note (local.get 0) (local.get 1) (local.get 2)))
   (func (export "none") (param i32) (result i32) (i32.const 0))
   (func (export "last") (param i32) (result i32) (i32.sub (i32.const 65536) (local.get 0)))
   (func (export "beyond") (param i32) (result i32) (i32.sub (i32.const 65537) (local.get 0)))
   (func (export "float") (param i32) (result f64) (f64.const 64))
   (func (export "f") (param i32) (result i32) (local.get 0))`,
  { note: (...args: number[]) => calls.push(args) },
);

const SIZED: BlockCall = { export: "sized", pass: ["byteLength", "codeUnits", "align"] };
const DROP: BlockCall = { export: "drop", pass: ["pointer", "codeUnits", "align"] };

/** Returns the calls of the guest that allocate a block of 8 bytes and free it. */
function allocate(more: Partial<AllocatedBlock>): number[][] | undefined {
  calls.length = 0;
  const place = { kind: "allocator", allocate: SIZED } as const;
  const block = { place, block: 0, free: DROP, align: 2, unit: 2, ...more };
  let isWritten = true;
  const written = makeWritten(instance, planOf({}), (code) => {
    code.set("sizes", 0, "8");
    const sources = [writeAllocate(block, code), writeGiveBack(block, code)];
    isWritten = !sources.includes(undefined);
    if (isWritten) { for (const source of sources) code.add(source!); }
    return "held0";
  });
  if (!isWritten) return undefined;
  assertEquals(written(undefined), false);
  return [...calls];
}

Deno.test("an allocator gets sizes in bytes or units, and the alignment", () => {
  assertEquals(allocate({}), [[8, 4, 2], [64, 4, 2]]);
  assertEquals(allocate({ unit: 1 }), [[8, 8, 2], [64, 8, 2]]);
  assertEquals(allocate({ free: undefined }), [[8, 4, 2]]);
});

Deno.test("a block may end where memory ends, and not one byte later", () => {
  const of = (allocate: BlockCall) => ({ place: { kind: "allocator", allocate } as const });
  assertEquals(allocate({ ...of("last"), free: undefined }), []);
  const error = assertThrows(
    () => allocate({ ...of("beyond"), free: undefined }),
    MemoryRangeError,
  );
  assertEquals(error.message, "Cannot write 8 bytes at pointer 0xfff9: memory is 65536 bytes");
});

Deno.test("an export that may be missing or returns a float is called by the run form", () => {
  assertEquals(allocate({ place: { kind: "allocator", allocate: "float" } }), undefined);
  assertEquals(allocate({ free: { export: "drop", pass: [], optional: true } }), undefined);
});

/**
 * Returns what the frame records about a block of `size` bytes and a second one from the same
 * source, or the name of the function that makes the error for an allocator that misbehaves.
 */
function takeBlocks(size: number, more: Partial<AllocatedBlock>, isTwo = false): unknown {
  const place = { kind: "allocator", allocate: SIZED } as const;
  const source = {
    outOfMemory: (size: number) => ["outOfMemory", size],
    overlap: (...args: number[]) => ["overlap", ...args],
  };
  const frame = frameOf();
  const written = makeWritten(
    instance,
    planOf({}),
    (code) => {
      for (const block of isTwo ? [0, 1] : [0]) {
        code.set("sizes", block, String(size));
        const asked = { place, block, free: DROP, align: 2, unit: 1, ...more };
        code.add(writeAllocate(asked, code)!);
      }
      return "undefined";
    },
    [],
    [source, source] as never,
  );
  try {
    written(undefined, frame);
  } catch (error) {
    return error;
  }
  return [frame.pointers[0], frame.held[0]];
}

Deno.test("an allocator that returns 0, or a block twice, is refused", () => {
  const none = { place: { kind: "allocator", allocate: "none" } } as const;
  assertEquals(takeBlocks(8, none), ["outOfMemory", 8]);
  assertEquals(takeBlocks(0, none), [0, true]);
  assertEquals(takeBlocks(8, {}, true), ["overlap", 64, 8, 64]);
  assertEquals(takeBlocks(0, {}, true), [64, true]);
});

Deno.test("nothing is allocated or held for an empty value if the guest expects none", () => {
  const place = { kind: "allocator", allocate: SIZED, empty: "none" } as const;
  calls.length = 0;
  assertEquals(takeBlocks(0, { place }), [2, false]);
  assertEquals(calls, []);
  assertEquals(takeBlocks(8, { place }), [64, true]);
  assertEquals(takeBlocks(8, { free: undefined }), [64, false]);
});

Deno.test("the address of a block is in the allocator's result, or in memory at that", () => {
  const of = (pointer: Value) => ({
    place: { kind: "allocator", allocate: SIZED, pointer } as const,
  });
  instance.memory.write("u32", 64, 2000);
  assertEquals(takeBlocks(8, of({ low: "result" })), [64, true]);
  assertEquals(takeBlocks(8, of({ sum: ["result", 8] })), [72, true]);
  assertEquals(takeBlocks(8, of({ word: 0, at: "result" })), [2000, true]);
  const none = { kind: "allocator", allocate: "none", pointer: { word: 0, at: "result" } } as const;
  assertEquals(takeBlocks(8, { place: none }), ["outOfMemory", 8]);
});

Deno.test("isIntegral() accepts functions that take and return only integers", () => {
  const integers = { parameters: ["i32", "i64"], results: ["i64"] } as const;
  const float = { parameters: ["i32"], results: ["f64"] } as const;
  assertEquals([integers, float, undefined].map(isIntegral), [true, false, false]);
});
