import { assertEquals } from "@std/assert";
import type { ResultPlan } from "../../../src/abi/plan_parts.ts";
import { reportFreeResult } from "../../../src/call/report/free_results.ts";
import { instanceOf, planOf, TEXT } from "../_unit.ts";
import { reportedBy } from "./_reported.ts";

const instance = await instanceOf(`(func (export "free") (param i32))`);

const free = (result: ResultPlan) =>
  reportedBy(instance, planOf({ result }), (lines) => reportFreeResult(result, [], lines));

Deno.test("the line for freeing names the result, or the value that the export returned", () => {
  assertEquals(free(TEXT), []);
  assertEquals(free({ ...TEXT, free: ["free"], whole: ["free"] }), [
    'free: free the result with "free"',
    'free: free what the export returned with "free"',
  ]);
  const fields = [["name", { ...TEXT, free: ["free"] }]] as const;
  assertEquals(free({ kind: "record", nullable: false, fields }), ['free: free it with "free"']);
});
