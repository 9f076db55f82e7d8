import { assertEquals } from "@std/assert";
import { functionProblems } from "../../src/check/function_problems.ts";

const context = { convention: undefined, address64: false } as never;

Deno.test("a plan without functions has no problem, whatever the guest exports", () => {
  const plan = { export: "f", parameters: [{ kind: "number", type: "i32" }] } as never;
  assertEquals(functionProblems(plan, context, { exports: {} } as never), []);
});

Deno.test("a guest without a table cannot be given a function", () => {
  const parameter = { kind: "function", declaration: { parameters: [], result: "void" } };
  const plan = { export: "f", parameters: [parameter] } as never;
  assertEquals(functionProblems(plan, context, { exports: {}, info: () => undefined } as never), [
    'Cannot pass a function to "f": the guest exports no table of functions, expected one that ' +
    "was linked with --export-table and --growable-table",
  ]);
});
