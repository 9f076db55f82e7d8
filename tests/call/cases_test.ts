import { assertEquals } from "@std/assert";
import type { ChoicePlan, ResultPlan } from "../../src/abi/plan_parts.ts";
import { compileCases, writeCases } from "../../src/call/cases.ts";
import { compileLift, writeLift } from "../../src/call/steps/result_steps.ts";
import { guestErrorOf } from "../_errors.ts";
import {
  contextOf,
  frameOf,
  instanceOf,
  makeWritten,
  OTHERWISE,
  otherwise,
  planOf,
  TEXT,
} from "./_unit.ts";

const instance = await instanceOf(`(func (export "f") (result i32) (i32.const 0))`);

const TAGGED: ChoicePlan = {
  kind: "choice",
  value: "result",
  cases: [
    { name: "none", is: 0 },
    { name: "number", is: [1, 2], item: { kind: "number", type: "i32", value: "result" } },
  ],
  isOpen: false,
};

const ONLY: ChoicePlan = {
  kind: "choice",
  value: "result",
  cases: [{ is: "nonzero", item: { kind: "number", type: "i32", value: "result" } }],
  isOpen: true,
};

function run(plan: ChoicePlan, result: number): unknown {
  return compileCases(plan, contextOf(instance), compileLift).lift(frameOf({ result }));
}

function written(plan: ChoicePlan, result: number): unknown {
  const scope = { result: "core", types: ["i32"], otherwise, key: "core" } as const;
  return makeWritten(instance, planOf(), (code) => writeCases(plan, scope, code, writeLift)!)(
    result,
  );
}

for (const lift of [run, written]) {
  Deno.test(`the tag selects the case of a value, and the result has the tag's name: ${lift.name}`, () => {
    assertEquals([0, 1, 2].map((result) => lift(TAGGED, result)), [
      { tag: "none" },
      { tag: "number", value: 1 },
      { tag: "number", value: 2 },
    ]);
  });

  Deno.test(`a value that exists only for some numbers is undefined for the others: ${lift.name}`, () => {
    assertEquals([lift(ONLY, 0), lift(ONLY, 7)], [undefined, 7]);
  });
}

const UNFREED = {
  ...TEXT,
  text: { pointer: { load: "u32", at: "result", offset: 4 }, length: "nul" },
  unfreed: true,
} as const;

/** A tag, a text in one case, and the address of another text. */
const PAIR: ResultPlan & { kind: "record" } = {
  kind: "record",
  fields: [
    ["one", {
      kind: "choice",
      value: { load: "u32", at: "result" },
      cases: [{ name: "none", is: 0 }, { name: "text", is: 1, item: UNFREED }],
      isOpen: false,
    }],
    ["other", { ...UNFREED, text: { ...UNFREED.text, pointer: { word: 2, at: "result" } } }],
  ],
  nullable: false,
};

Deno.test("a text of a case is counted if the case has it and the fast form reads all", async () => {
  const guest = await instanceOf(`(data (i32.const 64)
    "\\00\\00\\00\\00\\00\\00\\00\\00\\80\\00\\00\\00\\01\\00\\00\\00\\80\\00\\00\\00\\80\\00\\00\\00")
    (data (i32.const 88) "\\01\\00\\00\\00\\80\\00\\00\\00\\00\\00\\00\\00")
    (data (i32.const 128) "Ada\\00")`);
  const scope = { result: "core", types: ["i32"], otherwise, key: "core" } as const;
  const lift = makeWritten(guest, planOf(), (code) => writeLift(PAIR, scope, code)!);
  assertEquals(lift(64), { one: { tag: "none" }, other: "Ada" });
  assertEquals(guest.unfreed.results, 1);
  assertEquals(lift(76), { one: { tag: "text", value: "Ada" }, other: "Ada" });
  assertEquals(guest.unfreed.results, 3);
  // The run form reports the null pointer, and counts what it reads before.
  assertEquals(lift(88), OTHERWISE);
  assertEquals(guest.unfreed.results, 3);
});

Deno.test("an unknown tag is an error with its value, which the run form reports", () => {
  assertEquals(guestErrorOf(() => run(TAGGED, 3)), [
    "signature",
    'Cannot lift the result of "f": its tag is 3, expected 0 for "none", one of 1 and 2 for "number"',
  ]);
  assertEquals(written(TAGGED, 3), OTHERWISE);
});
