import { assertEquals, assertThrows } from "@std/assert";
import { MemoryRangeError } from "../../mod.ts";
import type { TextResultPlan } from "../../src/abi/plan_parts.ts";
import { compileSlice } from "../../src/call/several.ts";
import { compileText } from "../../src/call/text_result.ts";
import { guestErrorOf } from "../_errors.ts";
import { contextOf, frameOf, instanceOf, TEXT } from "./_unit.ts";

/** A guest whose data are from 64 on: a struct of an address and a length, and the text there. */
const GUEST = `
  (global (export "__data_end") i32 (i32.const 96))
  (global $asked (mut i32) (i32.const 70))
  (func (export "asked") (result i32)
    (global.set $asked (i32.add (global.get $asked) (i32.const 1))) (global.get $asked))
  (func (export "count") (result i32) (i32.const 2))
  (data (i32.const 64) "\\50\\00\\00\\00\\03\\00\\00\\00")
  (data (i32.const 80) "abc\\00")`;

const instance = await instanceOf(GUEST);
const { block } = contextOf(instance);

/** Lifts a text that the export returned `core` for; its block is at `at` if that is known. */
function lift(plan: Partial<TextResultPlan>, core: unknown, at?: number) {
  const frame = frameOf({ result: core as never });
  const text = compileText({ ...TEXT, ...plan }, contextOf(instance)).lift(frame, at);
  const byteLength = frame.byteLengths[block], size = frame.sizes[block];
  return { text, pointer: frame.pointers[block], byteLength, size };
}

Deno.test("a text is found at its pointer, or at a known address", () => {
  assertEquals(lift({}, [80, 3]), { text: "abc", pointer: 80, byteLength: 3, size: 3 });
  assertEquals(lift({}, [0, 2], 81).text, "bc");
  const pointed = {
    text: { pointer: { word: 0, at: "result" }, length: { word: 1, at: "result" } },
  } as const;
  assertEquals(lift(pointed, 64).text, "abc");
});

Deno.test("null is null where it is declared, empty without a length, and otherwise refused", () => {
  assertEquals(lift({ nullable: true }, [0, 3]).text, null);
  assertEquals(lift({ nullIs: "empty" }, [0, 0]).text, "");
  for (const [plan, core] of [[{}, [0, 0]], [{ nullIs: "empty" }, [0, 3]]] as const) {
    assertEquals(guestErrorOf(() => lift(plan, core)), [
      "null-pointer",
      'Cannot lift the result of "f": the guest gave a null pointer, expected text',
    ]);
  }
});

Deno.test("a number below the guest's data is refused as the address of a C string", () => {
  const nul = { text: { pointer: "result", length: "nul" } } as const;
  assertEquals(lift(nul, 80).text, "abc");
  assertEquals(guestErrorOf(() => lift(nul, 5)), [
    "null-pointer",
    'Cannot lift the result of "f": the guest gave 0x5, which is below its data, expected text',
  ]);
});

Deno.test("a text has to lie within memory, unless it is empty", () => {
  assertThrows(
    () => lift({}, [65534, 3]),
    MemoryRangeError,
    "Cannot read 3 bytes at pointer 0xfffe: memory is 65536 bytes",
  );
  assertEquals(lift({}, [70000, 0]).text, "");
});

Deno.test("a check of a value next to the text fails for another value", () => {
  const check = { value: { result: 2 }, is: 7, what: "tag" } as const;
  const tagged = { text: { ...TEXT.text, check } } as const;
  assertEquals(lift(tagged, [80, 3, 7]).text, "abc");
  assertEquals(guestErrorOf(() => lift(tagged, [80, 3, 8])), [
    "signature",
    'Cannot lift the result of "f": its tag is 8, expected 7',
  ]);
});

Deno.test("the getter of a struct's address is called once", () => {
  const at = { call: "asked", with: [] } as const;
  const text = { pointer: { load: "u8", offset: 9, at }, length: 1 } as const;
  // The answers are 71, 72 and so on; 97 is the byte at 71 + 9, "a".
  assertEquals(lift({ text }, 0).pointer, 97);
});

Deno.test("for a text that an export of its own returns, the result is that of this export", () => {
  const plan = { text: { call: "count", pointer: 80, length: "result" } } as const;
  const frame = frameOf({ result: 5 });
  assertEquals(compileText({ ...TEXT, ...plan }, contextOf(instance)).lift(frame), "ab");
  assertEquals(frame.result, 5);
});

Deno.test("the block of a text has its NUL, or the length before it", () => {
  const ended = { text: { pointer: "result", length: "nul" } } as const;
  assertEquals(lift(ended, 80), { text: "abc", pointer: 80, byteLength: 3, size: 4 });
  // The word at 68 is 3, and behind it lie bytes of 0.
  const counted = { text: { pointer: "result", length: { prefix: "u32" } } } as const;
  assertEquals(lift(counted, 68), { text: "\0\0\0", pointer: 68, byteLength: 3, size: 7 });
});

Deno.test("a part of a text that was passed lies within it, and is null only where it may be", () => {
  const slice = (range: readonly [number, number], nullable = false) => {
    const frame = frameOf({ values: ["a€c"], result: range as never });
    const [from, to] = [{ result: 0 }, { result: 1 }];
    const plan = { kind: "slice", parameter: 0, from, to, nullable } as const;
    return compileSlice(plan, contextOf(instance))(frame);
  };
  assertEquals([slice([1, 3]), slice([3, 3]), slice([-1, 0], true)], ["€c", "", null]);
  for (const [from, to] of [[-1, 0], [2, 1], [0, 4]] as const) {
    assertEquals(guestErrorOf(() => slice([from, to])), [
      "overrun",
      `Cannot lift the result of "f": it is from ${from} to ${to} of a text of 3 code units`,
    ]);
  }
});
