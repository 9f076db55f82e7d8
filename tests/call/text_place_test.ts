import { assertEquals } from "@std/assert";
import type { TextResultPlan } from "../../src/abi/plan_parts.ts";
import { UTF16_TAG } from "../../src/memory/text/common.ts";
import { compileByteLength, compileLength, traitsOf } from "../../src/call/text_place.ts";
import { contextOf, frameOf, instanceOf, TEXT } from "./_unit.ts";

/** "abc" and a NUL, then "a€" in UTF-16 and a wide NUL, then a length of 3. */
const instance = await instanceOf(`
  (data (i32.const 64) "abc\\00")
  (data (i32.const 80) "a\\00\\ac\\20\\00\\00")
  (data (i32.const 96) "\\03\\00\\00\\00")`);

const { layout } = contextOf(instance);

/** The length at an address: its count and its bytes, and the bytes before and after the text. */
function lengthAt(at: number, text: Partial<TextResultPlan["text"]>, more = {}): unknown[] {
  const plan: TextResultPlan = { ...TEXT, text: { ...TEXT.text, ...text }, ...more };
  const { head, tail, unit, isEnded } = traitsOf(plan);
  const count = compileLength(plan, instance, layout)(frameOf({ result: [at, 5] }), at);
  return [count, compileByteLength(plan, unit)(count), head, tail, isEnded];
}

Deno.test("a length is found in each of its places, and counts bytes or code units", () => {
  assertEquals(lengthAt(64, {}), [5, 5, 0, 0, false]);
  assertEquals(lengthAt(64, { unit: "codeUnits" }, { encoding: "utf-16" }), [5, 10, 0, 0, false]);
  assertEquals(lengthAt(64, { length: "nul" }), [3, 3, 0, 1, true]);
  assertEquals(lengthAt(80, { length: "nul" }, { encoding: "utf-16" }), [4, 4, 0, 2, true]);
  assertEquals(lengthAt(96, { length: { prefix: "u32" } }), [3, 3, 4, 0, true]);
  assertEquals(lengthAt(98, { length: { prefix: "u16", offset: -2 } }), [3, 3, 0, 0, true]);
  assertEquals(lengthAt(64, { length: { end: 70 } }), [6, 6, 0, 0, false]);
});

Deno.test("a tag in the length shows in which unit it is", () => {
  const encoding = { encoding: "latin1+utf16" };
  const units = { length: UTF16_TAG + 2, unit: "codeUnits" } as const;
  assertEquals(lengthAt(80, units, encoding).slice(0, 2), [UTF16_TAG + 2, 4]);
  assertEquals(lengthAt(64, { ...units, length: 2 }, encoding).slice(0, 2), [2, 2]);
});

Deno.test("null is null, empty if the guest reports a length of 0, or an error", () => {
  const nullIs = (plan: Partial<TextResultPlan>) => traitsOf({ ...TEXT, ...plan }).nullIs;
  assertEquals(nullIs({}), "error");
  assertEquals(nullIs({ nullIs: "empty" }), "empty");
  assertEquals(nullIs({ nullIs: "empty", nullable: true }), "null");
  // Nothing at address 0 shows a length.
  const ended = { text: { pointer: "result", length: "nul" } } as const;
  assertEquals(nullIs({ nullIs: "empty", ...ended }), "error");
});

Deno.test("a length that the caller sets is compared only with the block of the output", () => {
  const isStated = (text: TextResultPlan["text"]) => traitsOf({ ...TEXT, text }).isStated;
  assertEquals(isStated({ pointer: { argument: 0 }, length: 3 }), true);
  assertEquals(isStated({ pointer: { argument: 0 }, length: "result" }), false);
  assertEquals(isStated({ pointer: "output", length: 3 }), false);
});
