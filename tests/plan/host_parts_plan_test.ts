import { assertEquals, assertThrows } from "@std/assert";
import { allocator, GuestError } from "../../mod.ts";
import { Problem } from "../../src/base/errors.ts";
import { planHost } from "../../src/plan/host_parts.ts";
import { makeHostPlan, typeOf } from "../conventions/_host_plan.ts";

Deno.test("the plan of a host function has the import's arity, and the position of each parameter", () => {
  const declaration = { parameters: ["u32", "string"], result: "i32" } as const;
  const plan = makeHostPlan(declaration, "(i32, i32, i32) -> i32");
  assertEquals([plan.name, plan.arity, plan.result], ["env.f", 3, { kind: "number", type: "i32" }]);
  const [number, text] = plan.parameters;
  assertEquals(number, { kind: "number", type: "u32", at: 0 });
  assertEquals(text?.kind === "text" && text.text, {
    pointer: { result: 1 },
    length: { result: 2 },
    nullIs: "empty",
    unit: "bytes",
    // The guest, which allocated it, frees it.
    freedBy: "guest",
  });
});

Deno.test("arguments say where each parameter is, in any order", () => {
  const plan = makeHostPlan({
    parameters: ["u32", "f64"],
    result: "void",
    arguments: [{ parameter: 1 }, { parameter: 0 }],
  }, "(f64, i32) -> ()");
  assertEquals(plan.parameters, [
    { kind: "number", type: "u32", at: 1 },
    { kind: "number", type: "f64", at: 0 },
  ]);
});

/** Declarations that leave a parameter out of the import's arguments. */
const MISSING = [
  ["u32", "{ parameter: 0 }"],
  ["string", '{ text: 0, as: "pointer" }'],
] as const;

for (const [type, coreArgument] of MISSING) {
  Deno.test(`an argument is missing for a parameter of ${type}`, () => {
    const { code, message } = assertThrows(
      () => makeHostPlan({ parameters: [type], result: "void", arguments: [0] }, "(i32) -> ()"),
      GuestError,
    );
    assertEquals([code, message.includes("have no place for parameter 0")], ["signature", true]);
    assertEquals(message.includes(`expected ${coreArgument} among them`), true, message);
  });
}

Deno.test("a text for a guest without a convention is its problem, a number is not", () => {
  const none = new Problem({
    code: "no-convention",
    part: "convention",
    cannot: "Cannot",
    found: "x",
  });
  const plan = (result: "string" | "u32") =>
    planHost({
      name: "env.f",
      declaration: { parameters: [], result },
      type: typeOf("() -> i32"),
      address64: false,
    }, none);
  assertEquals([plan("u32") instanceof Problem, plan("string") instanceof Problem], [false, true]);
});

Deno.test("a type that cannot carry the declaration is refused", () => {
  const refuse = (type: string) =>
    assertThrows(
      () =>
        makeHostPlan({ parameters: ["u32"], result: "void" }, type, allocator({ allocate: "a" })),
      GuestError,
    ).code;
  assertEquals([refuse("(f64) -> ()"), refuse("(i32, i32) -> ()")], ["signature", "signature"]);
});
