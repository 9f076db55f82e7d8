import { assertEquals } from "@std/assert";
import type { ResultPlan } from "../../../src/abi/plan_parts.ts";
import { reportResult } from "../../../src/call/report/results.ts";
import { instanceOf, planOf, TEXT } from "../_unit.ts";
import { reportedBy } from "./_reported.ts";

const instance = await instanceOf(`(func (export "buffer") (result i32) (i32.const 64))`);

const lift = (result: ResultPlan) =>
  reportedBy(instance, planOf({ result }), (lines) => reportResult(result, [], lines));

Deno.test("a number is taken from its place, and nothing from nowhere", () => {
  assertEquals(lift({ kind: "number", type: "u8", value: { low: "result" } }), [
    "read: take the low half of the result as a u8",
  ]);
  assertEquals(lift({ kind: "void" }), []);
});

Deno.test("a text is found, measured, checked and read", () => {
  assertEquals(lift(TEXT), [
    "find: take the address of the text from result 0",
    "length: take the length from result 1",
    "check: check that the text lies within memory",
    "read: read it as UTF-8",
  ]);
  const nul = { ...TEXT, text: { pointer: { export: "buffer" }, length: "nul" } } as const;
  assertEquals(lift({ ...nul, nullable: true, trailingNul: "trim" }), [
    'find: ask "buffer" where the text is',
    "length: find the NUL that ends it",
    "check: check that the text lies within memory; a null pointer is null",
    "read: read it as UTF-8, without the NULs at its end",
  ]);
  assertEquals(lift({ ...TEXT, content: "bytes" }).at(-1), "read: copy them");
});

Deno.test("a list is described by one of its items", () => {
  const item = { kind: "number", type: "i32", value: { word: 1, at: "result" } } as const;
  const bytes = { ...TEXT, content: "bytes" } as const;
  assertEquals(lift({ kind: "elements", item, bytes, count: { result: 1 }, stride: 8 }), [
    "find: take the address of the first item from result 0",
    "length: take the number of items from result 1",
    "check: check that the items lie within memory, 8 bytes each",
    "read: take word 1 of the item as an i32",
  ]);
});
