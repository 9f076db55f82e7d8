import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import type { Plan } from "../../../src/abi/plan.ts";
import { makeParts } from "../../../src/call/make_parts.ts";
import { callStep } from "../../../src/call/steps/step_kinds.ts";
import { frameOf, instanceOf, makeWritten, planOf } from "../_unit.ts";

const STEP = { step: "call" } as const;
const never = () => "";

/** A guest that calls the host and then doubles a number. */
const load = (tick = () => {}) =>
  instanceOf(
    `(import "env" "tick" (func $tick))
     (func (export "f") (param i32) (result i32) (call $tick) (i32.mul (local.get 0) (i32.const 2)))`,
    { tick },
  );

const plan: Plan = planOf({
  parameters: [{ kind: "number", type: "i32" }],
  coreArguments: [{ parameter: 0 }],
  core: ["i32"],
});

Deno.test("the guest gets its core arguments, and the frame gets its result", async () => {
  const frame = frameOf({ values: [21] });
  callStep.run(STEP, makeParts(plan, await load()))(frame);
  assertEquals([frame.result, frame.inside], [42, false]);
});

Deno.test("generated source calls the guest in the same way, and has its result", async () => {
  const instance = await load();
  const written = makeWritten(instance, plan, (code) => {
    assertEquals(callStep.write!(STEP, code, never), true);
    assertEquals([code.hasCalled, code.results], [true, ["i32"]]);
    return "core";
  });
  assertEquals(written(undefined, frameOf({ values: [21] })), 42);
});

Deno.test("a guest that ended during the call has no result, in both forms", async () => {
  const end = (error: GuestError) => instance.poison(error);
  const reason = new GuestError("poisoned", "ended");
  let instance = await load(() => end(reason));
  const run = callStep.run(STEP, makeParts(plan, instance));
  assertThrows(() => run(frameOf({ values: [21] })), GuestError, 'Cannot complete "f"');
  instance = await load(() => end(reason));
  const written = makeWritten(instance, plan, (code) => {
    callStep.write!(STEP, code, never);
    return "core";
  });
  assertThrows(
    () => written(undefined, frameOf({ values: [21] })),
    GuestError,
    'Cannot complete "f"',
  );
});

Deno.test("a guest whose types are unknown, and one of chunks, are called by the run form", async () => {
  const instance = await load();
  const isWritten = (more: Partial<Plan>) => {
    let isWritten: boolean | undefined;
    makeWritten(instance, { ...plan, ...more }, (code) => {
      isWritten = callStep.write!(STEP, code, never);
      return "undefined";
    });
    return isWritten;
  };
  assertEquals(isWritten({}), true);
  assertEquals(isWritten({ export: "gone" }), false);
});
