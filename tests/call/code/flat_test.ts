import { assertEquals } from "@std/assert";
import type { ResultPlan, TextResultPlan } from "../../../src/abi/plan_parts.ts";
import type { Value } from "../../../src/abi/value.ts";
import { basesOf, isFlat, isFlatItem, reachOf } from "../../../src/call/code/flat.ts";
import { TEXT } from "../_unit.ts";

function record(...values: Value[]): ResultPlan {
  const fields = values.map((value, index) =>
    [`${index}`, { kind: "number", type: "i32", value }] as const
  );
  return { kind: "record", nullable: false, fields };
}

const load = (offset: number, at?: Value): Value =>
  at === undefined ? { load: "i32", offset } : { load: "i32", offset, at };

/** The addresses of the numbers of a record, and the extent that is read from each. */
const ROWS: readonly (readonly [result: ResultPlan, isFlat: boolean, reach: object])[] = [
  [record(load(0, "result"), load(8, "result")), true, { '"result"': 12 }],
  [record("result", load(4), load(16, "area")), true, { '"area"': 20 }],
  [record({ result: 1 }, load(0, { result: 0 })), true, { '{"result":0}': 4 }],
  [record(load(0), load(4, { argument: 2 })), true, { '"area"': 4, '{"argument":2}': 8 }],
  [record({ export: "asked" }, load(0)), false, { '"area"': 4 }],
  [record(load(-4, "result")), false, { '"result"': 0 }],
];

for (const [result, flat, reach] of ROWS) {
  Deno.test(`${JSON.stringify(reach)} of ${flat ? "a flat record" : "another record"}`, () => {
    const bases = basesOf(result);
    assertEquals(isFlat(result, bases), flat);
    const found = Object.fromEntries(
      [...bases.keys()].map((key) => [key, reachOf(result, 4, key)]),
    );
    assertEquals(found, reach);
  });
}

Deno.test("data in the block of an argument are flat if the call knows their length", () => {
  const data = (text: Partial<TextResultPlan["text"]>): ResultPlan => ({
    kind: "record",
    nullable: false,
    fields: [["numbers", {
      ...TEXT,
      content: { element: "f64" },
      text: { pointer: { argument: 0 }, length: { byteLengthOf: 0 }, ...text },
    }]],
  });
  const isFound = (result: ResultPlan) => isFlat(result, basesOf(result));
  assertEquals(isFound(data({})), true);
  assertEquals(isFound(data({ length: { export: "asked" } })), false);
  assertEquals(isFound(data({ pointer: "result" })), false);
  assertEquals(isFound(data({ call: "next" })), false);
});

Deno.test("a text at a fixed distance after an item is read without calling the guest", () => {
  const textAt = (pointer: Value): ResultPlan => ({
    kind: "text",
    content: "string",
    encoding: "utf-8",
    text: { pointer, length: { load: "u8", at: "result" } },
    nullable: false,
    nullIs: "error",
    trailingNul: "keep",
  });
  const flat = (pointer: Value) => isFlatItem(textAt(pointer));
  assertEquals(flat({ sum: ["result", 8] }), true);
  assertEquals(flat({ sum: ["result", -8] }), false);
  assertEquals(flat({ sum: ["result", 8, 8] }), false);
  assertEquals(flat({ sum: [{ export: "base" }, 8] }), false);
});
