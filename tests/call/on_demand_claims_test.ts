import { assertEquals } from "@std/assert";
import type { ParameterPlan } from "../../src/abi/plan_parts.ts";
import { compileClaims } from "../../src/call/on_demand.ts";
import { instanceOf, planOf } from "./_unit.ts";

const inBuffer: ParameterPlan = {
  kind: "text",
  content: "string",
  encoding: "utf-8",
  place: { kind: "buffer", pointer: "buffer" },
  terminated: "never",
};

Deno.test("nothing is claimed if no other call can come between, and no two blocks can meet", async () => {
  const plain = await instanceOf();
  assertEquals(compileClaims(planOf({ parameters: [inBuffer] }), plain), undefined);
  const claims = compileClaims(planOf({ parameters: [inBuffer, inBuffer] }), plain)!;
  assertEquals(claims.result, undefined);
  assertEquals(claims.of(1, { kind: "buffer", pointer: "buffer" }), {
    block: "argument 1",
    action: "pass argument 1 to",
    isRead: false,
    keeper: "host",
  });
});
