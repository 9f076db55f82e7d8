import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { compileRun, compileRuns } from "../../../src/call/host/run_host.ts";
import type { HostRuns } from "../../../src/call/host/host_parts.ts";
import { errorOf } from "../../../src/instance/refusal.ts";
import { makeHostPlan } from "../../conventions/_host_plan.ts";
import { guestErrorOf } from "../../_errors.ts";
import { instanceOf } from "../_unit.ts";

const instance = await instanceOf(`(data (i32.const 64) "abc")`);

/** A function of a text and a number that returns a number. */
const hostPlan = makeHostPlan(
  { parameters: ["string", "u8"], result: "u8" },
  "(i32, i32, i32) -> i32",
);

const runNow = (given: HostRuns, on = instance) => compileRun(given, on, false);

const runs = (callback: (...args: never[]) => unknown) =>
  compileRuns(hostPlan, callback as never, instance, []);

Deno.test("a host function gets the lifted arguments, and its result is checked and lowered", () => {
  const seen: unknown[] = [];
  const call = runNow(runs((...args: unknown[]) => {
    seen.push(...args, instance.hostDepth);
    return 200;
  }));
  assertEquals([call(64, 3, 0x107), seen, instance.hostDepth], [200, ["abc", 7, 1], 0]);
  const wrong = runNow(runs(() => 256));
  assertThrows(() => wrong(64, 3, 0), RangeError, "Cannot return a value from import");
});

Deno.test("an error that the host throws is recorded as the host's", () => {
  const failure = new WebAssembly.RuntimeError("the host's own");
  const call = runNow(runs(() => {
    throw failure;
  }));
  assertThrows(() => call(64, 3, 0), WebAssembly.RuntimeError);
  assertStrictEquals(instance.thrown, failure);
  assertEquals(instance.hostDepth, 0);
});

Deno.test("a promise is refused from a synchronous host function, and awaited from an asynchronous one", async () => {
  const promised = runs(() => Promise.resolve(7));
  assertEquals(guestErrorOf(() => runNow(promised)(64, 3, 0))[0], "asynchronous");
  assertEquals(await compileRun(promised, instance, true)(64, 3, 0), 7);
  const failure = new Error("later");
  const failing = compileRun(runs(() => Promise.reject(failure)), instance, true);
  assertStrictEquals(await assertRejects(() => failing(64, 3, 0) as Promise<unknown>), failure);
  assertStrictEquals(instance.thrown, failure);
});

Deno.test("a guest that has ended gets no result", async () => {
  const other = await instanceOf();
  const end = () => {
    other.poison(new GuestError("poisoned", "ended"));
    return 1;
  };
  const number = makeHostPlan({ parameters: ["u8"], result: "u8" }, "(i32) -> i32");
  const call = runNow(compileRuns(number, end as never, other, []), other);
  // A trap carries the error, because the guest could catch the error itself.
  const error = errorOf(assertThrows(() => call(1), WebAssembly.RuntimeError));
  assert(error instanceof GuestError);
  const { message } = error;
  assertEquals(message.startsWith('Cannot return from import "env.f"'), true, message);
});
