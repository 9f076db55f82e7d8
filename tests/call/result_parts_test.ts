import { assertEquals, assertStrictEquals } from "@std/assert";
import type { PlanParts, ResultPlan } from "../../src/abi/plan_parts.ts";
import { concat, isEmpty, joinParts, type Part, partReader } from "../../src/call/result_parts.ts";
import { guestErrorOf } from "../_errors.ts";
import { instanceOf, planOf } from "./_unit.ts";

const instance = await instanceOf();

/** A plan whose guest returns a result in parts. */
function planFor(content: unknown, encoding = "utf-8"): PlanParts {
  const call = { export: "update", coreArguments: [] };
  return planOf({
    result: { kind: "text", content, encoding } as unknown as ResultPlan,
    chunked: { parameter: 0, calls: { update: call }, hasHandle: false, parts: true, repeats: [] },
  });
}

/** Returns the values that the caller gets for each part, and at the end. */
function readAll(plan: PlanParts, parts: readonly Part[]): Part[] {
  const reader = partReader(plan, instance);
  return [...parts.map((part) => reader.read(part)), reader.end()];
}

const rocket = new TextEncoder().encode("a🚀b");

Deno.test("UTF-8 is decoded across parts, wherever they end", () => {
  for (let at = 0; at <= rocket.length; at++) {
    const parts = [rocket.slice(0, at), rocket.slice(at)];
    assertEquals(readAll(planFor("string"), parts).join(""), "a🚀b");
    for (const text of readAll(planFor("string"), parts) as string[]) {
      assertEquals(text.isWellFormed(), true);
    }
  }
  const bom = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61);
  assertEquals(readAll(planFor("string"), [bom.slice(0, 2), bom.slice(2)]).join(""), "\ufeffa");
});

Deno.test("invalid UTF-8, and text that ends within a character, is refused", () => {
  const expected = [
    "invalid-text",
    'Cannot decode the result of "update": it is not UTF-8, or ends within a character, expected ' +
    "UTF-8",
  ];
  assertEquals(guestErrorOf(() => readAll(planFor("string"), [Uint8Array.of(0xff)])), expected);
  assertEquals(guestErrorOf(() => readAll(planFor("string"), [rocket.slice(0, 3)])), expected);
  const replacing = planFor("string", "utf-8 replace");
  assertEquals(readAll(replacing, [rocket.slice(0, 3)]).join(""), "a\ufffd");
});

Deno.test("a pair of surrogates stays together, and a lone one is kept", () => {
  const utf16 = planFor("string", "utf-16");
  assertEquals(readAll(utf16, ["a\ud83d", "\ude80b"]), ["a", "🚀b", ""]);
  assertEquals(readAll(utf16, ["\ud83d", "a"]), ["", "\ud83da", ""]);
  assertEquals(readAll(utf16, ["a\ud83d"]), ["a", "\ud83d"]);
});

Deno.test("parts of one kind are put together, and no part is an empty value", () => {
  assertEquals(
    concat([Uint8Array.of(1), Uint8Array.of(2, 3)], new Uint8Array()),
    Uint8Array.of(1, 2, 3),
  );
  const only = Uint8Array.of(1);
  assertStrictEquals(concat([only], new Uint8Array()), only);
  const none = (content: unknown) => joinParts([], planFor(content), instance);
  assertEquals([none("string"), none("bytes"), none({ element: "f64" })], [
    "",
    new Uint8Array(),
    new Float64Array(),
  ]);
  assertEquals([null, undefined, "", new Uint8Array(), "a"].map(isEmpty), [
    true,
    true,
    true,
    true,
    false,
  ]);
});
