import { promising } from "../base/runtime.ts";
import { quote } from "../base/show.ts";
import { exportedFunction } from "../instance/exports.ts";
import { Frame } from "../instance/frame.ts";
import type { Instance } from "../instance/instance.ts";
import { busyError, throwCount } from "../instance/refusal.ts";
import type { CallParts, PlanCall, SettleFailure } from "./call_parts.ts";
import type { PlanCode } from "./code/call_code.ts";

// Calls that wait for promises of asynchronous host functions.

export { promising as awaitable };

/** The state of an instance that waiting changes. */
export type WaitingState = "hostDepth" | "pending" | "giveUp";

/** Begins a call that can wait, if no other is in progress; returns the depth to restore. */
export function enterAsync(
  instance: Pick<Instance, "depth" | "enter" | WaitingState>,
  symbol: string,
): number {
  const before = instance.enter(symbol);
  if (before > 0 || instance.hostDepth > 0) {
    instance.depth = before;
    throw busyError(symbol, "the host function that calls it is called by the guest itself");
  }
  instance.pending = symbol;
  return before;
}

/** Returns the index of the step that calls the guest. */
export function callIn({ plan }: Pick<CallParts, "plan">): number {
  return plan.steps.findIndex(({ step }) => step === "call");
}

/**
 * Settles as `promise` does, or rejects if the guest is closed first: a promise may never settle.
 */
export function untilGivenUp(
  promise: unknown,
  instance: Pick<Instance, WaitingState>,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    instance.giveUp = reject;
    (promise as Promise<unknown>).then(resolve, reject);
  });
}

/**
 * Makes the run form of a call that waits. Its plan calls the guest once, because the guest can
 * wait only in one call.
 *
 * @param settleFailure Settles the state of the guest after a failed call.
 */
export function runWaiting(parts: CallParts, settleFailure: SettleFailure): PlanCall {
  const { plan, instance, runs, claims, holds, release } = parts;
  const { export: symbol, parameters, usesStack } = plan;
  const held = holds ? release : undefined;
  const mayHold = holds || usesStack;
  const at = callIn(parts);
  const { stack } = instance;
  const guardsStack = instance.unwinds === "restores" || usesStack;
  const count = parameters.length;

  return async (...args) => {
    if (args.length !== count) throwCount(symbol, count, args.length);
    const frame = new Frame();
    const before = enterAsync(instance, symbol);
    if (claims !== undefined) frame.outerClaim = instance.claim;
    try {
      if (guardsStack) frame.stackPointer = stack!.save(frame);
      frame.args = args;
      for (let index = 0; index <= at; index++) runs[index]!(frame);
      const pending = frame.result;
      frame.inside = true;
      frame.result = await untilGivenUp(pending, instance);
      instance.giveUp = undefined;
      frame.inside = false;
      if (!instance.callable) throw instance.refuse(`complete ${quote(symbol)}`, symbol);
      for (let index = at + 1; index < runs.length; index++) runs[index]!(frame);
      return frame.value;
    } catch (error) {
      // This is repeated in each run form: a shared function would need another frame on a stack
      // that may just have overflowed, and an overflow here ends the guest.
      instance.giveUp = undefined;
      const { inside } = frame;
      let settled: unknown;
      try {
        settled = settleFailure(error, frame, instance, symbol, held);
      } catch (unsettled) {
        if (inside || mayHold) instance.refusal ??= unsettled;
        throw unsettled;
      }
      throw settled;
    } finally {
      if (claims !== undefined) instance.claim = frame.outerClaim;
      instance.depth = before;
      instance.pending = undefined;
    }
  };
}

/** Returns the name of the export, which returns a promise. */
export function waitingExport(code: PlanCode): string {
  const { export: name } = code.plan;
  return code.of("waiting export", ({ instance }) => promising(exportedFunction(instance, name)));
}

/**
 * Returns source that goes on with the run forms from step `index` on, up to the promise that the
 * guest returns.
 */
export function writeGoOn(index: number, code: PlanCode): string {
  const start = code.of(`start ${index}`, (parts) => (frame: Frame) => {
    const at = callIn(parts);
    for (let step = index; step <= at; step++) parts.runs[step]!(frame);
    return frame.result;
  });
  return `core = ${start}(frame); isSlow = true; break first;`;
}

/** Adds waiting for the promise in `core`, once the guest was called. */
export function writeWait(code: PlanCode): void {
  const { instance, plan } = code;
  const wait = code.constant(untilGivenUp);
  const rest = code.of("rest", (parts) => (frame: Frame, result: unknown) => {
    frame.result = result;
    for (let step = callIn(parts) + 1; step < parts.runs.length; step++) parts.runs[step]!(frame);
    return frame.value;
  });
  code.add(`}
  inside = true; if (frame !== undefined) frame.inside = true;
  core = await ${wait}(core, ${instance});
  ${instance}.giveUp = undefined;
  inside = false; if (frame !== undefined) frame.inside = false;
  ${code.refuseBroken(`complete ${quote(plan.export)}`)}
  if (isSlow) return ${rest}(frame, core);`);
}
