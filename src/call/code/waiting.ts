import { promising } from "../../base/runtime.ts";
import { quote } from "../../base/show.ts";
import { exportedFunction } from "../../instance/exports.ts";
import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import type { CallParts } from "../call_parts.ts";
import type { PlanCode } from "./call_code.ts";

// The fast form of calls that wait for promises of asynchronous host functions.

export { promising as awaitable };

/** Returns the index of the step that calls the guest. */
export function callIn({ plan }: Pick<CallParts, "plan">): number {
  return plan.steps.findIndex(({ step }) => step === "call");
}

/**
 * Settles as `promise` does, or rejects if the guest is closed first: a promise may never settle.
 */
export function untilGivenUp(promise: unknown, instance: Instance): Promise<unknown> {
  return new Promise((resolve, reject) => {
    instance.giveUp = reject;
    (promise as Promise<unknown>).then(resolve, reject);
  });
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
