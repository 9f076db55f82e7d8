import { assertEquals } from "@std/assert";
import type { HostFunctionDeclaration } from "../../mod.ts";
import { Problem } from "../../src/base/errors.ts";
import { formatFunctionType } from "../../src/binary/defined_types.ts";
import type { FunctionType, ModuleInfo } from "../../src/binary/types.ts";
import { planCallback } from "../../src/plan/plan_callback.ts";
import { cString } from "../../src/presets/allocator.ts";
import { typeOf } from "../conventions/_host_plan.ts";

/** The function types of an imaginary guest. */
function infoOf(types: readonly string[]): ModuleInfo {
  return {
    types: types.map((type) => ({ kind: "function", function: typeOf(type) as FunctionType })),
  } as unknown as ModuleInfo;
}

const rows: readonly [
  declaration: HostFunctionDeclaration,
  types: readonly string[] | undefined,
  answer: string,
][] = [
  [{ parameters: ["i32", "i64"], result: "f64" }, ["(i32, i64) -> f64"], "(i32, i64) -> f64"],
  [{ parameters: ["i32", "f32"], result: "void" }, undefined, "(i32, f32) -> ()"],
  [{ parameters: ["string"], result: "void" }, ["(i32)", "(i64)"], "(i32) -> ()"],
  [
    { parameters: [{ type: "string", pass: ["pointer", "byteLength"] }], result: "void" },
    ["(i32)", "(i32, i32)"],
    "(i32, i32) -> ()",
  ],
  [
    { parameters: ["string"], result: "void" },
    ["(i32)", "(i32, i32)", "(f32)"],
    'Cannot tell how the guest calls the callback ("string") -> "void": it has functions of the ' +
    'types (i32, i32) -> (), (i32) -> (), expected "pass" in the parameters, or "arguments"',
  ],
  [
    { parameters: ["i32"], result: "i32" },
    ["(i32)", "(f32) -> f32"],
    'Cannot pass the callback ("i32") -> "i32": that is (i32) -> i32, which is not among the ' +
    "guest's function types, expected one of (i32) -> (), (f32) -> f32",
  ],
];

for (const [declaration, types, answer] of rows) {
  Deno.test(`${JSON.stringify(declaration)} in a guest with ${types ?? "unknown types"}`, () => {
    const plan = planCallback(declaration, {
      convention: cString(),
      address64: false,
      info: types && infoOf(types),
    });
    assertEquals(plan instanceof Problem ? plan.message : formatFunctionType(plan.type), answer);
  });
}

Deno.test("a result without a place in the guest is a problem of its own", () => {
  const none = new Problem({ code: "no-convention", part: "", cannot: "", found: "" });
  const plan = planCallback({ parameters: [], result: "string" }, {
    convention: none,
    address64: false,
    info: infoOf(["() -> i32"]),
  });
  assertEquals(
    plan instanceof Problem && plan.message,
    'Cannot return "string" from the callback () -> "string": no place in the guest is known for ' +
      'it, expected the option convention with an allocator, or "output" and "capacity" among the ' +
      "arguments",
  );
});
