import { assertEquals, assertStrictEquals } from "@std/assert";
import type { ResultPlan } from "../../../src/abi/plan_parts.ts";
import { compileLift } from "../../../src/call/steps/result_steps.ts";
import { guestErrorOf } from "../../_errors.ts";
import { contextOf, frameOf, instanceOf, planOf, TEXT } from "../_unit.ts";

const instance = await instanceOf(`
  (data (i32.const 64) "abc")
  (func (export "f") (result f64) (f64.const 0.5))
  (func (export "unsure") (result i32) (i32.const 0))`);

/** Lifts a result of `f`, which returned `core`. */
function lift(result: ResultPlan, core: unknown, values: readonly unknown[] = []): unknown {
  const frame = frameOf({ result: core as never, values: [...values] as never[] });
  return compileLift(result, contextOf(instance, planOf())).lift(frame);
}

const slice = {
  kind: "slice",
  parameter: 0,
  from: { result: 0 },
  to: { result: 1 },
  nullable: true,
} as const;

Deno.test("void, a number and a text are lifted according to their plans", () => {
  assertEquals(lift({ kind: "void" }, 5), undefined);
  assertEquals(lift({ kind: "number", type: "u8", value: "result" }, -1), 255);
  assertEquals(lift({ kind: "number", type: "bool", value: { result: 1 } }, [0, 2]), true);
  assertEquals(lift(TEXT, [64, 3]), "abc");
});

Deno.test("a float is not accepted as an integer, unless the export's type is a float", () => {
  const value = { kind: "number", type: "i32", value: { result: 0 } } as const;
  assertEquals(guestErrorOf(() => lift(value, [1.5])), [
    "signature",
    'Cannot read { result: 0 } for "f": it is 1.5, expected an integer that an address or a length ' +
    "can be",
  ]);
  assertEquals(lift({ ...value, type: "f64" }, [1.5]), 1.5);
});

Deno.test("a reference is returned unchanged, and has to be a string if that is declared", () => {
  const any = { kind: "reference", content: "any", nullable: false } as const;
  const text = { kind: "reference", content: "string", nullable: false } as const;
  const value = {};
  assertStrictEquals(lift(any, value), value);
  assertEquals([lift(text, "abc"), lift({ ...text, nullable: true }, null)], ["abc", null]);
  assertEquals(guestErrorOf(() => lift(text, null)), [
    "null-pointer",
    'Cannot lift the result of "f": it is null, expected a string',
  ]);
  assertEquals(guestErrorOf(() => lift(text, 5)), [
    "invalid-text",
    'Cannot lift the result of "f": it is 5, expected a string',
  ]);
});

Deno.test("a slice is a part of the string that was passed", () => {
  assertEquals(lift(slice, [1, 3], ["a€c"]), "€c");
  assertEquals(lift(slice, [-1, 3], ["a€c"]), null);
  assertEquals(guestErrorOf(() => lift(slice, [1, 4], ["a€c"])), [
    "overrun",
    'Cannot lift the result of "f": it is from 1 to 4 of a text of 3 code units',
  ]);
});
