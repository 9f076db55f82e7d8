import { assertEquals } from "@std/assert";
import type { CustomConvention } from "../../mod.ts";
import { orThrow } from "../../src/base/errors.ts";
import { custom, planParts } from "../../src/plan/resolve.ts";
import { makeContext, problemOf } from "./_context.ts";

await custom.load();

const own: CustomConvention = {
  name: "own",
  lower: () => ({ args: [] }),
  lift: () => "",
};

Deno.test("a custom convention lowers and lifts text, and no parts of its own", () => {
  const context = makeContext({ f: "(i32, i32) -> i32" }, own);
  const plan = orThrow(planParts("f", { parameters: ["string", "i32"], result: "bytes" }, context));
  assertEquals([plan.custom === own, plan.parameters, plan.result], [
    true,
    [{ kind: "custom", content: "string" }, { kind: "number", type: "i32" }],
    { kind: "custom", content: "bytes" },
  ]);
  const place = { type: "string", place: { kind: "stack" } } as const;
  assertEquals(problemOf(planParts("f", { parameters: [place], result: "void" }, context)), [
    "signature",
    "parameters[0]",
    'Cannot pass "string" with parts of its own to "f": the convention "own" lowers by itself, ' +
    'expected "string" or "bytes"',
  ]);
});
