import { assertEquals, assertThrows } from "@std/assert";
import { type BlockCall, load } from "../../../mod.ts";
import { freeOnce, writeGiveBack, writeGiveBackResult } from "../../../src/call/code/free.ts";
import { testTiers } from "../../_tiers.ts";
import { assemble } from "../../_wat.ts";
import { instanceOf, makeWritten, otherwise, planOf, TEXT } from "../_unit.ts";

const calls: number[][] = [];
const instance = await instanceOf(
  `(import "env" "note" (func $note (param i32 i32 i32)))
   (func (export "sized") (param i32 i32 i32) (result i32) (i32.const 64))
   (func (export "packed") (param i32) (result i64) (i64.const 0x4000000010))
   (func (export "seven") (result i32) (i32.const 7))
   (func (export "drop") (param i32 i32 i32)
     (call $note (local.get 0) (local.get 1) (local.get 2)))
   (func (export "f") (param i32) (result i32) (local.get 0))`,
  { note: (...args: number[]) => calls.push(args) },
);

const SIZED: BlockCall = { export: "sized", pass: ["byteLength", "codeUnits", "align"] };
const DROP: BlockCall = { export: "drop", pass: ["pointer", "codeUnits", "align"] };

Deno.test("the result's block is freed, and an argument in the same block is not freed again", () => {
  const give = (argument: number, length: "nul" | { readonly prefix: "u8" }) => {
    calls.length = 0;
    let isWritten = true;
    const written = makeWritten(instance, planOf({}), (code) => {
      code.set("pointers", 0, String(argument));
      code.set("held", 0, "true");
      code.holdResult("64", "7", 1);
      const text = { pointer: "result", length } as const;
      const part = { ...TEXT, text, free: [DROP] };
      const { resultBlock: block } = code;
      const source = writeGiveBackResult({ part, block }, [0], code, freeOnce(code));
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

Deno.test("a result at address 0 is not freed", () => {
  calls.length = 0;
  const written = makeWritten(instance, planOf({}), (code) => {
    for (const [register, value] of [["pointers", "0"], ["sizes", "0"], ["held", "true"]]) {
      code.set(register as "pointers", 0, value!);
    }
    const place = { kind: "allocator", allocate: SIZED } as const;
    code.add(writeGiveBack({ place, block: 0, free: DROP, align: 1, unit: 1 }, code)!);
    return "held0";
  });
  assertEquals([written(undefined), ...calls], [false]);
});

Deno.test("the arguments of a freeing export can be the allocator's result and the number from a getter", () => {
  const free: BlockCall = {
    export: "drop",
    pass: ["pointer", { low: "allocated" }, { export: "seven" }],
  };
  const place = { kind: "allocator", allocate: "packed" } as const;
  calls.length = 0;
  const written = makeWritten(instance, planOf({}), (code) => {
    code.set("pointers", 0, "64");
    code.set("sizes", 0, "8");
    code.set("held", 0, "true");
    code.set("allocated", 0, "0x4000000010n");
    code.add(writeGiveBack({ place, block: 0, free, align: 1, unit: 1, otherwise }, code)!);
    return "held0";
  });
  assertEquals([written(undefined), ...calls], [false, [64, 16, 7]]);
});

Deno.test("a result is freed with the numbers that were recorded when it was found", () => {
  const free: BlockCall = { export: "drop", pass: ["pointer", { word: 2 }, { word: 3 }] };
  calls.length = 0;
  const written = makeWritten(instance, planOf({}), (code) => {
    code.holdResult("64", "7");
    const { resultBlock: block } = code;
    code.set("kept", block, "[5, 6, 7, 8]");
    const text = { pointer: "result", length: "nul" } as const;
    const last: BlockCall = { export: "drop", pass: [0, { word: 3 }, { word: 3 }] };
    const part = { ...TEXT, text, free: [free, last] };
    code.add(writeGiveBackResult({ part, block }, [], code, freeOnce(code))!);
    return "undefined";
  });
  assertEquals([written(undefined), ...calls], [undefined, [64, 5, 6], [0, 7, 8]]);
});

testTiers("if one of several calls for a block throws, the others are still made", async () => {
  const bytes = assemble(`(module
    (import "env" "refuse" (func $refuse))
    (memory (export "memory") 1)
    (global (export "__stack_pointer") (mut i32) (i32.const 4096))
    (global $dropped (export "dropped") (mut i32) (i32.const 0))
    (func (export "leave") (param i32) (call $refuse))
    (func (export "drop") (param i32) (global.set $dropped (local.get 0)))
    (func (export "find") (result i32) (i32.const 64))
    (data (i32.const 64) "\\80"))`);
  const text = {
    type: "string",
    pointer: { word: 0, at: "result" },
    length: 1,
    freedBy: { calls: ["leave", "drop"] },
  } as const;
  function refuse(): void {
    throw new RangeError("refused");
  }
  using guest = await load(bytes, {
    imports: { env: { refuse } },
    symbols: { find: { parameters: [], result: { type: "record", fields: { text } } } },
  });
  assertThrows(() => guest.symbols.find(), RangeError, "refused");
  assertEquals((guest.exports.dropped as WebAssembly.Global).value, 0x80);
});
