import { assertEquals } from "@std/assert";
import type { PlanParts, ResultPlan } from "../../src/abi/plan_parts.ts";
import { checkResult, checkStatus } from "../../src/check/result_problems.ts";
import type { Scope } from "../../src/check/value_kinds.ts";
import { makeContext } from "../plan/_context.ts";

const TYPES = { ratio: "() -> f64", count: "() -> i32" };

/** A call of an export with one parameter. */
const PLAN: PlanParts = {
  export: "f",
  parameters: [{ kind: "number", type: "u32" }],
  coreArguments: [{ parameter: 0 }],
  core: ["i32"],
  result: { kind: "void" },
};

/** Returns what `check` finds to be wrong. */
function problemsOf(check: (scope: Scope) => void): string[] {
  const problems = new Set<string>();
  check({
    plan: PLAN,
    context: makeContext(TYPES, undefined),
    exports: Object.fromEntries(Object.keys(TYPES).map((name) => [name, () => 0])),
    results: ["i32"],
    isDeclared: true,
    problems,
  });
  return [...problems];
}

/** A number that an export gives. */
function number(type: "u32" | "f64", name: "ratio" | "count"): ResultPlan {
  return { kind: "number", type, value: { export: name } };
}

const FLOAT = 'is { export: "ratio" }, a floating-point number, expected an integer';

/** Results, and where one of their parts is a fraction instead of an integer. */
const RESULTS: readonly (readonly [result: ResultPlan, at: string | undefined])[] = [
  [number("u32", "count"), undefined],
  [number("f64", "ratio"), undefined],
  [number("u32", "ratio"), "result.value"],
  [{ kind: "record", fields: [["a", number("u32", "ratio")]] }, "result.fields.a.value"],
  [
    {
      kind: "choice",
      value: "result",
      cases: [
        { name: "none", is: "zero" },
        { name: "some", is: "nonzero", item: number("u32", "ratio") },
      ],
      isOpen: false,
    } as unknown as ResultPlan,
    "result.cases.some.value.value",
  ],
  [{ kind: "slice", parameter: 0, from: 0, to: { export: "ratio" }, nullable: false }, "result.to"],
];

Deno.test("each part of a result is checked, and named by its place", () => {
  for (const [result, at] of RESULTS) {
    const found = problemsOf((scope) => checkResult(result, "result", scope));
    const problems = found.filter((problem) => problem.endsWith(FLOAT));
    assertEquals(problems, at === undefined ? [] : [`${at} ${FLOAT}`]);
  }
});

Deno.test("the value and the code of a status are checked", () => {
  const status = { value: { export: "ratio" }, fails: "zero", code: { argument: 4 } } as const;
  assertEquals(problemsOf((scope) => checkStatus(status, "status", scope)), [
    "status.code is { argument: 4 }, expected 0, the only parameter",
  ]);
});
