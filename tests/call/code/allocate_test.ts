import { assertEquals } from "@std/assert";
import type { BlockCall } from "../../../mod.ts";
import {
  type AllocatedBlock,
  writeAllocate,
  writeGiveBack,
  writeGiveBackResult,
} from "../../../src/call/code/allocate.ts";
import { instanceOf, makeWritten, planOf, TEXT } from "../_unit.ts";

const calls: number[][] = [];
const instance = await instanceOf(
  `(import "env" "note" (func $note (param i32 i32 i32)))
   (func (export "sized") (param i32 i32 i32) (result i32)
     (call $note (local.get 0) (local.get 1) (local.get 2)) (i32.const 64))
   (func (export "drop") (param i32 i32 i32)
     (call $note (local.get 0) (local.get 1) (local.get 2)))
   (func (export "wide") (param i64) (result i32) (i32.const 64))
   (func (export "f") (param i32) (result i32) (local.get 0))`,
  { note: (...args: number[]) => calls.push(args) },
);

const SIZED: BlockCall = { export: "sized", pass: ["byteLength", "codeUnits", "align"] };
const DROP: BlockCall = { export: "drop", pass: ["pointer", "codeUnits", "align"] };

/** Returns the calls that asking for a block of 8 bytes and giving it back makes. */
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

Deno.test("an export that may be missing or takes 64 bits is called by the run form", () => {
  assertEquals(allocate({ place: { kind: "allocator", allocate: "wide" } }), undefined);
  assertEquals(allocate({ free: { export: "drop", pass: [], optional: true } }), undefined);
});

Deno.test("the result's block is freed, and an argument in the same block is not freed again", () => {
  const give = (argument: number, length: "nul" | { readonly prefix: "u8" }) => {
    calls.length = 0;
    let isWritten = true;
    const written = makeWritten(instance, planOf({}), (code) => {
      code.set("pointers", 0, String(argument));
      code.set("held", 0, "true");
      code.holdResult("64", "7", 1);
      const text = { pointer: "result", length } as const;
      const source = writeGiveBackResult(DROP, { ...TEXT, text }, [0], code);
      isWritten = source !== undefined;
      code.add(source ?? "");
      return "held0";
    });
    return isWritten ? [written(undefined), ...calls] : undefined;
  };
  assertEquals(give(32, "nul"), [true, [64, 8, 1]]);
  assertEquals(give(64, "nul"), [false, [64, 8, 1]]);
  // The run form counts the units of a text without its length.
  assertEquals(give(32, { prefix: "u8" }), undefined);
});
