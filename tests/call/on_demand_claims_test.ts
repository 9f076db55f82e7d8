import { assertEquals } from "@std/assert";
import { compileClaims } from "../../src/call/on_demand.ts";
import { inBuffer, instanceOf, planOf } from "./_unit.ts";

Deno.test("nothing is claimed if no other call can run in between and no two blocks can overlap", async () => {
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
