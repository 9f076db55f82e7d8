import { assertEquals } from "@std/assert";
import type { StatusPlan } from "../../../src/abi/plan_parts.ts";
import { reportResult } from "../../../src/call/report/results.ts";
import { reportStatus } from "../../../src/call/report/steps.ts";
import { instanceOf, planOf, TEXT } from "../_unit.ts";
import { reportedBy } from "./_reported.ts";

const instance = await instanceOf(`
  (func (export "buffer") (result i32) (i32.const 64))
  (func (export "free") (param i32))`);

const status = (plan: StatusPlan) =>
  reportedBy(instance, planOf(), (lines) => reportStatus(plan, lines));

Deno.test("the lines for a status show which values are errors, and where the message is", () => {
  assertEquals(status({ value: { result: 1 }, fails: "nonzero" }), [
    "status: check result 1: anything but 0 is the guest's error",
  ]);
  const code = { word: 0 } as const;
  assertEquals(status({ value: "result", fails: { except: [0, 1] }, code, message: TEXT }), [
    "status: check the result: anything but 0 and 1 is the guest's error",
    "status: if there is an error, take its code from word 0 of the return area and its text from " +
    "result 0",
  ]);
});

Deno.test("a length whose negative values are errors is taken once", () => {
  const result = { ...TEXT, text: { pointer: { export: "buffer" }, length: "result" } } as const;
  const lines = reportedBy(instance, planOf({ result }), (lines) => {
    reportStatus({ value: "result", fails: "negative" }, lines);
    reportResult(result, [], lines);
  });
  assertEquals(lines.filter((line) => /^(?:length|status)/.test(line)), [
    "length: take the length from the result; a negative one is the guest's error",
  ]);
});
