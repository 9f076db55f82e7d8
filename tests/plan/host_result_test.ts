import { assertEquals, assertThrows } from "@std/assert";
import type { HostResult } from "../../mod.ts";
import { makeHostPlan } from "../conventions/_host_plan.ts";
import { POINT } from "../_struct_guests.ts";

const by = "value";

/** The places in which a guest finds the result of an import, by the import's type. */
const ROWS: readonly (readonly [result: HostResult, type: string, target: unknown])[] = [
  [POINT, "() -> i32", { kind: "pointer", length: "known" }],
  [{ ...POINT, by }, "(i32) ->", { kind: "at", argument: 0 }],
  [{ type: "struct", fields: { x: "f64" }, by }, "() -> f64", { kind: "number", type: "f64" }],
  [{ type: "struct", fields: { x: "string" }, by }, "() -> i32", { kind: "number", type: "u32" }],
  [
    { type: "list", item: "u8", pointer: { high: "result" }, count: { low: "result" } },
    "() -> i64",
    { kind: "packed", pointer: "high" },
  ],
  [
    { type: "list", item: "u8", pointer: { result: 1 }, count: { result: 0 } },
    "() -> (i32, i32)",
    { kind: "results", pointer: 1 },
  ],
  [
    { type: "list", item: "u8", pointer: "result", count: 3 },
    "() -> i32",
    { kind: "pointer", length: "known" },
  ],
];

for (const [result, type, target] of ROWS) {
  Deno.test(`an import of the type ${type} returns ${JSON.stringify(result)}`, () => {
    const plan = makeHostPlan({ parameters: [], result }, type);
    assertEquals("target" in plan.result && plan.result.target, target);
  });
}

Deno.test("the number of items that an import returns can go to a word", () => {
  const result = { type: "list", item: POINT, pointer: "result", count: { word: 0 } } as const;
  const declaration = {
    parameters: ["i32"],
    result,
    arguments: [{ parameter: 0 }, { area: 0 }],
  } as const;
  const plan = makeHostPlan(declaration, "(i32, i32) -> i32");
  assertEquals("target" in plan.result && plan.result.target, {
    kind: "counted",
    length: { argument: 1, words: 0 },
  });
});

Deno.test("a list whose place the guest cannot find is refused", () => {
  const result = { type: "list", item: "u8", pointer: "result", count: { word: 0 } } as const;
  assertThrows(
    () => makeHostPlan({ parameters: [], result }, "() -> i32"),
    Error,
    'Cannot bind () -> "list" to import "env.f": the guest cannot find the address and the number ' +
      'of items, expected pointer: "result" and count: { word: 0 }, for instance',
  );
});
