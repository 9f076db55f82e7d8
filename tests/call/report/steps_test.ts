import { assertEquals } from "@std/assert";
import type { Plan } from "../../../src/abi/plan.ts";
import {
  reportCall,
  reportLower,
  reportPrepare,
  reportRelease,
} from "../../../src/call/report/steps.ts";
import { instanceOf, planOf, TEXT } from "../_unit.ts";
import { reportedBy } from "./_reported.ts";

const instance = await instanceOf(`
  (func (export "malloc") (param i32) (result i32) (i32.const 64))
  (func (export "free") (param i32))`);

const allocator = { kind: "allocator", allocate: "malloc", free: "free" } as const;
const text: Plan["parameters"][number] & { kind: "text" } = {
  kind: "text",
  content: "string",
  encoding: "utf-8",
  place: allocator,
  terminated: "always",
  free: "free",
};
const range = [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }] as const;

Deno.test("an argument is checked for its type, and data goes into a block", () => {
  const lower = (parameter: Plan["parameters"][number]) =>
    reportedBy(instance, planOf({ parameters: [parameter] }), (lines) => reportLower(0, lines));
  assertEquals(lower({ kind: "number", type: "i8" }), ["check: check that the text is an i8"]);
  assertEquals(lower({ kind: "reference", content: "any" }), []);
  assertEquals(lower({ kind: "reference", content: "string", nullable: true }), [
    "check: check that the text is a string or null, which is passed unchanged",
  ]);
  assertEquals(
    lower({ ...text, nullable: true })[0],
    'allocate: ask "malloc" for a block for the text and a NUL; one with a NUL is refused; null is ' +
      "passed as an address of 0",
  );
});

Deno.test("a call names what it passes, and waits if the symbol is asynchronous", () => {
  const plan = planOf({ parameters: [text], coreArguments: range });
  assertEquals(reportedBy(instance, plan, reportCall), [
    'call: call "f" with the address and the byte length of the text',
  ]);
  assertEquals(reportedBy(instance, planOf(), reportCall, { isAsync: true }), [
    'call: call "f", and wait for it',
  ]);
});

Deno.test("sizes are checked, and room is taken for what the guest writes", () => {
  const plan = planOf({
    parameters: [{ ...text, byteLength: 4 }],
    area: { words: 2, place: { kind: "stack" } },
    output: { capacity: 16, place: { kind: "stack" } },
  });
  assertEquals(reportedBy(instance, plan, reportPrepare), [
    "check: check that the text has as many bytes as 4",
    "allocate: take room for a return area of 2 words on the guest's stack",
    "write: clear the return area",
    "allocate: take room for an output buffer of 16 bytes on the guest's stack",
  ]);
});

Deno.test("results are given back before arguments, and areas after those", () => {
  const plan = planOf({
    parameters: [text],
    result: { ...TEXT, free: ["free"] },
    area: { words: 2, place: allocator, free: "free" },
  });
  assertEquals(reportedBy(instance, plan, reportRelease), [
    'free: free the result with "free"',
    'free: free the block of the text with "free"',
    'free: free the block of the return area with "free"',
  ]);
});
