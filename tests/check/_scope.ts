import type { ParameterPlan, PlanParts } from "../../src/abi/plan_parts.ts";
import type { Scope } from "../../src/check/value_kinds.ts";
import { makeContext } from "../plan/_context.ts";

const TYPES = {
  f: "(i32) -> i32",
  length: "() -> i32",
  ratio: "() -> f64",
  add: "(i32, i32) -> i32",
  nothing: "() -> ()",
};

const PARAMETERS: readonly ParameterPlan[] = [
  { kind: "number", type: "i64" },
  {
    kind: "text",
    content: "string",
    encoding: "utf-8",
    place: { kind: "stack" },
    terminated: "never",
  },
  { kind: "reference", content: "any" },
];

/** Makes the scope that values can refer to. */
export function makeScope(more: Partial<Scope> = {}, plan: Partial<PlanParts> = {}): Scope {
  const base = {
    export: "f",
    parameters: PARAMETERS,
    coreArguments: [],
    core: undefined,
    result: { kind: "void" },
  };
  return {
    plan: { ...base, ...plan } as PlanParts,
    context: makeContext(TYPES, undefined, {
      globalType: (name) => name === "base" ? "i32" : name === "table" ? "externref" : undefined,
    }),
    exports: {
      ...Object.fromEntries(Object.keys(TYPES).map((name) => [name, () => 0])),
      base: new WebAssembly.Global({ value: "i32" }, 0),
      table: new WebAssembly.Global({ value: "externref" as "i32" }),
    },
    results: ["i32"],
    isDeclared: true,
    problems: new Set(),
    ...more,
  };
}
