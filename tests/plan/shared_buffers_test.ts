import { assertEquals, assertStrictEquals } from "@std/assert";
import type { BlockSource } from "../../mod.ts";
import type { ParameterPlan, PlanParts } from "../../src/abi/plan_parts.ts";
import { refuseShared } from "../../src/plan/shared_buffers.ts";
import { problemOf } from "./_context.ts";

function text(place: BlockSource): ParameterPlan {
  return { kind: "text", content: "string", encoding: "utf-8", place, terminated: "never" };
}

/** The plan of a call with a text in each place. */
function planOf(places: readonly BlockSource[], more: Partial<PlanParts> = {}): PlanParts {
  return {
    export: "f",
    parameters: places.map(text),
    coreArguments: [],
    core: undefined,
    result: { kind: "void" },
    ...more,
  };
}

const buffer = (pointer: string | number, more: object = {}): BlockSource => ({
  kind: "buffer",
  pointer,
  ...more,
});

/** Block sources that do not overlap. */
const APART: Readonly<Record<string, readonly BlockSource[]>> = {
  "two buffers": [buffer("a"), buffer("b")],
  "a buffer and the stack": [buffer("a"), { kind: "stack" }],
  "the stack twice": [{ kind: "stack" }, { kind: "stack" }],
  "pages that are added for each": [
    { kind: "buffer", pointer: { reserve: 100 } },
    { kind: "buffer", pointer: { reserve: 100 } },
  ],
  "two parts of a buffer": [buffer("a", { capacity: 8 }), buffer("a", { offset: 8 })],
  "two ranges": [buffer(1024, { capacity: 8 }), buffer(1000, { capacity: 24 })],
};

for (const [name, places] of Object.entries(APART)) {
  Deno.test(`a call may have ${name}`, () => {
    const plan = planOf(places);
    assertStrictEquals(refuseShared(plan, 4), plan);
  });
}

Deno.test("two arguments in one buffer are refused, with the cure for the second", () => {
  assertEquals(problemOf(refuseShared(planOf([buffer("a"), buffer("b"), buffer("a")]), 4)), [
    "signature",
    "parameters[2]",
    'Cannot pass arguments 0 and 2 to "f": both go into the guest\'s buffer "a", expected a place ' +
    'of its own for one of them: { type: "string", place: { kind: "buffer", pointer: "…" } }',
  ]);
});

Deno.test("a range that reaches into another is refused, with the capacity that would fit", () => {
  const places = [buffer(1032), buffer(1024, { capacity: 9 })];
  assertEquals(problemOf(refuseShared(planOf(places), 4)), [
    "signature",
    "parameters[1]",
    'Cannot pass arguments 1 and 0 to "f": the place of one reaches into that of the other in ' +
    "the range at 0x400, expected a capacity of at most 8 bytes for argument 1",
  ]);
});

Deno.test("a return area is as large as its words, which are as wide as pointers", () => {
  const area = { words: 2, place: buffer(1024) };
  const plan = planOf([buffer(1024 + 8, { capacity: 8 })], { area });
  assertStrictEquals(refuseShared(plan, 4), plan);
  assertEquals(problemOf(refuseShared(plan, 8)).slice(0, 2), ["signature", "area"]);
});

Deno.test("an output buffer in the buffer of an argument is refused", () => {
  const output = { capacity: 16, place: buffer("a") };
  assertEquals(problemOf(refuseShared(planOf([buffer("a")], { output }), 4)), [
    "signature",
    "output",
    'Cannot take an output buffer for "f": it would lie in the guest\'s buffer "a", which ' +
    "argument 0 goes into, expected a place of its own: output: { capacity: …, place: { kind: " +
    '"buffer", pointer: "…" } }',
  ]);
});
