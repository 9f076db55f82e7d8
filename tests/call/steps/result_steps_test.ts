import { assertEquals, assertThrows } from "@std/assert";
import { allocator, GuestError } from "../../../mod.ts";
import type { ResultPlan, StatusPlan } from "../../../src/abi/plan_parts.ts";
import { makeParts } from "../../../src/call/make_parts.ts";
import { claimStep, statusStep } from "../../../src/call/steps/result_steps.ts";
import { BUFFER, buffer, failed, MALLOC, owned, testParity } from "../_parity.ts";
import { frameOf, instanceOf, makeWritten, OTHERWISE, otherwise, planOf, TEXT } from "../_unit.ts";

const overrun = (message: string) => ({ name: "GuestError", message, code: "overrun" });

testParity([
  {
    name: "a negative status beside a text that is found elsewhere",
    body: `${MALLOC} (func (export "call") (param i32 i32 i32) (result i32)
      (i32.store (local.get 2) (local.get 0))
      (i32.store offset=4 (local.get 2) (local.get 1))
      (select (i32.const -7) (i32.const 0) (i32.eq (local.get 1) (i32.const 5))))`,
    convention: allocator(owned),
    symbol: {
      parameters: ["string"],
      arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, { area: 0 }],
      result: { type: "string", pointer: { word: 0 }, length: { word: 1 } },
      status: { value: "result", fails: "negative" },
    },
    calls: [["abc", "abc"], ["fails", failed("the guest returned -7")]],
  },
  {
    name: "a negative status in the place of a pointer",
    body: `${MALLOC} (func (export "call") (param i32 i32) (result i32)
      (select (i32.const -7) (local.get 0) (i32.eq (local.get 1) (i32.const 5))))`,
    convention: allocator(owned),
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: "result", length: "nul" },
      status: { value: "result", fails: "negative" },
    },
    calls: [["abc", "abc"], ["fails", failed("the guest returned -7")]],
  },
  {
    name: "a result in the argument's place, in the guest's buffer",
    body: `${BUFFER} (func (export "call") (param i32 i32) (result i32)
      (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x6e)) (then (return (i32.const -3))))
      (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x74)) (then (return (i32.const 4))))
      (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 0x6f)) (then (return (i32.const 101))))
      (local.get 1))`,
    convention: buffer,
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: { argument: 0 }, length: "result" },
    },
    calls: [
      ["abc", "abc"],
      // The convention takes a negative length for a failure.
      ["negative", failed("the guest returned -3")],
      // The length that the guest returned counts the NUL, which is trimmed.
      ["tri", "tri"],
      [
        "overrun",
        overrun(
          'Cannot lift the result of "call": the guest returned 101 bytes, its buffer holds 100',
        ),
      ],
    ],
  },
  {
    name: "a length of 64 bits",
    body: `${BUFFER} (func (export "call") (param i32) (result i64)
      (i64.extend_i32_s (local.get 0)))`,
    convention: buffer,
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: { export: "buffer" }, length: "result" },
    },
    calls: [["abc", "abc"], ["Grüße", "Grüße"]],
  },
  {
    name: "text in UTF-16 up to a NUL, for any unit of its length",
    body: `${MALLOC} (func (export "call") (param i32 i32) (result i32) (local.get 0))`,
    convention: allocator({ ...owned, encoding: "utf-16" }),
    symbol: {
      parameters: ["string"],
      result: { type: "string", pointer: "result", length: "nul", unit: "codeUnits" },
    },
    calls: [["abc", "abc"], ["Grüße", "Grüße"]],
  },
]);

const instance = await instanceOf(`(func (export "f") (result i32) (i32.const 0))
  (func (export "free") (param i32))`);

/** Statuses that the guest returned, and whether each means that the call has failed. */
const STATUSES: readonly (readonly [fails: StatusPlan["fails"], failing: readonly boolean[]])[] = [
  ["negative", [true, false, false, false]],
  ["zero", [false, true, false, false]],
  ["nonzero", [true, false, true, true]],
  [{ except: [0, 2] }, [true, false, true, false]],
];

for (const [fails, failing] of STATUSES) {
  Deno.test(`both forms agree which status is a failure: ${JSON.stringify(fails)}`, () => {
    const step = { step: "check status" } as const;
    const plan = planOf({ status: { value: "result", fails } });
    const run = statusStep.run(step, makeParts(plan, instance));
    const written = makeWritten(instance, plan, (code) => {
      code.results = ["i32"];
      assertEquals(statusStep.write!(step, code, otherwise), true);
      return "undefined";
    });
    for (const [index, status] of [-1, 0, 1, 2].entries()) {
      const isFailing = failing[index];
      assertEquals(written(status), isFailing ? OTHERWISE : undefined);
      const frame = frameOf({ result: status });
      if (isFailing) {
        assertThrows(() => run(frame), GuestError, `"f": the guest returned ${status}`);
      } else run(frame);
    }
  });
}

Deno.test("generated source records a result that is freed as a whole, unless a part of it is freed by its own call", () => {
  const whole = ["free"];
  const record = (field: ResultPlan, more = {}): ResultPlan => ({
    kind: "record",
    fields: [["field", field]],
    nullable: false,
    ...more,
  });
  const elements = (bytes: Partial<typeof TEXT> & { whole?: string[] }, more = {}): ResultPlan => ({
    kind: "elements",
    item: { ...TEXT, whole },
    bytes: { ...TEXT, ...bytes },
    count: 1,
    stride: 4,
    ...more,
  });
  const rows: [result: ResultPlan, isWritten: boolean][] = [
    [{ kind: "void" }, true],
    [TEXT, true],
    [{ ...TEXT, whole }, true],
    [record(TEXT), true],
    [record(TEXT, { whole }), true],
    [record(record({ ...TEXT, whole })), false],
    [elements({}), true],
    [elements({ whole }), true],
    [elements({}, { whole }), true],
  ];
  for (const [result, expected] of rows) {
    let isWritten: boolean | undefined;
    makeWritten(instance, planOf({ result }), (code) => {
      isWritten = claimStep.write!({ step: "claim" }, code, otherwise);
      return "undefined";
    });
    assertEquals(isWritten, expected, Deno.inspect(result, { depth: 9 }));
  }
});
