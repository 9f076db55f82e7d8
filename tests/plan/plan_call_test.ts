import { assertEquals } from "@std/assert";
import { allocator, type SymbolDeclaration } from "../../mod.ts";
import type { Step } from "../../src/abi/plan.ts";
import { orThrow, Problem } from "../../src/base/errors.ts";
import { planCall, slicedParameters } from "../../src/plan/plan_call.ts";
import { planParts } from "../../src/plan/resolve.ts";
import { makeContext, problemOf } from "./_context.ts";

const MALLOC = allocator({
  allocate: "malloc",
  free: "free",
  result: "packedPointerHigh",
  resultsFreedBy: "host",
});

function stepsOf(type: string, declaration: SymbolDeclaration): readonly Step[] {
  const parts = orThrow(planParts("f", declaration, makeContext({ f: type }, MALLOC)));
  return orThrow(planCall(parts, { hasStack: true })).steps;
}

const names = (steps: readonly Step[]) => steps.map(({ step }) => step);

Deno.test("arguments are lowered in order, then the export is called and the result lifted", () => {
  const steps = stepsOf("(i32, i32, i32) -> i64", {
    parameters: ["string", "i32"],
    result: "string",
  });
  assertEquals(names(steps), ["lower", "lower", "call", "claim", "lift", "release"]);
  assertEquals(steps.slice(0, 2), [
    { step: "lower", argument: 0, keeps: false },
    { step: "lower", argument: 1, keeps: false },
  ]);
});

Deno.test("a block of the result is claimed before the status is checked, so that it is freed", () => {
  const status = { value: { export: "failed" }, fails: "nonzero" } as const;
  const steps = stepsOf("(i32, i32) -> i64", { parameters: ["string"], result: "string", status });
  assertEquals(names(steps).slice(2), ["claim", "check status", "lift", "release"]);
});

Deno.test("a result that may be a status is claimed only after the status was checked", () => {
  const steps = stepsOf("(i32, i32) -> i32", {
    parameters: ["string"],
    result: "i32",
    status: { value: "result", fails: "negative" },
  });
  assertEquals(names(steps).slice(1), ["call", "check status", "claim", "lift", "release"]);
});

const STACKED: SymbolDeclaration = {
  parameters: [{ type: "bytes", place: { kind: "stack" } }],
  result: "void",
};

Deno.test("the stack pointer is restored last, and only if a block was put there", () => {
  const steps = stepsOf("(i32, i32) -> ()", STACKED);
  assertEquals(names(steps).slice(-2), ["release", "restore stack"]);
});

Deno.test("a guest whose stack cannot be moved is a problem before any call", () => {
  const parts = orThrow(planParts("f", STACKED, makeContext({ f: "(i32, i32) -> ()" })));
  const found = planCall(parts, { hasStack: false });
  assertEquals(found instanceof Problem, true);
  assertEquals(problemOf(found), [
    "no-convention",
    "place",
    'Cannot put a block on the stack for "f": the guest exports neither "__stack_pointer" nor a ' +
    'function that moves it, expected an "areaPlace" elsewhere',
  ]);
});

Deno.test("an argument is kept if a slice is taken of it, however deep in the result", () => {
  const slice = { kind: "slice", parameter: 1, from: 0, to: 1, nullable: false } as const;
  const record = {
    kind: "record",
    nullable: false,
    fields: [["a", slice], ["b", { ...slice, parameter: 3 }], ["c", { kind: "void" }]],
  } as const;
  const cursor = {
    kind: "cursor",
    item: record,
    next: "result",
    call: undefined,
    most: 1,
  } as const;
  assertEquals([...slicedParameters(cursor)], [1, 3]);
  assertEquals([...slicedParameters({ kind: "void" })], []);
});
