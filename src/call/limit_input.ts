import type { CoreFunction } from "../abi/core_value.ts";
import type { Plan } from "../abi/plan.ts";
import type { ParameterPlan } from "../abi/plan_parts.ts";
import { GuestError } from "../base/errors.ts";
import { byteLengthOf, bytesOf, classOf } from "../base/numeric_types.ts";
import { isPromise, quote } from "../base/show.ts";
import type { HostPlan, HostResultPlan } from "../plan/host_plan.ts";
import type { PlanCall } from "./call_parts.ts";
import { heldBytes, INPUT_ITEM_SIZE } from "./text_read.ts";

/** A call of an instance. */
interface BoundCall {
  readonly call: PlanCall;
  readonly compiled: PlanCall | undefined;
}

/** Makes a call refuse arguments that take more than `most` bytes, before anything is passed. */
export function limitArguments(plan: Plan, most: number, bound: BoundCall): BoundCall {
  const { export: symbol, chunk, waits } = plan;
  const measured = [...plan.parameters.entries()].flatMap(([index, parameter]) =>
    isData(parameter) && index !== chunk ? [index] : []
  );
  if (measured.length === 0) return bound;
  const { call } = bound;
  const refuse = (args: readonly unknown[]) => {
    const values = measured.map((index) => args[index]);
    const found = measure(values, most, `pass arguments to ${quote(symbol)}`);
    if (found > most) throw inputError(`pass arguments to ${quote(symbol)}`, found, most, symbol);
  };
  return {
    call: waits
      ? async (...args) => {
        refuse(args);
        return await call(...args);
      }
      : (...args) => {
        refuse(args);
        return call(...args);
      },
    // All calls are measured.
    compiled: undefined,
  };
}

/** Makes a host function refuse to return more than `most` bytes to the guest. */
export function limitAnswer(
  { name, label, result }: HostPlan,
  most: number,
  callback: CoreFunction,
): CoreFunction {
  if (result.kind === "void" || !isData(result)) return callback;
  const action = `return a value from ${label}`;
  const accept = (answer: unknown) => {
    const found = measure([answer], most, action);
    if (found > most) throw inputError(action, found, most, name);
    return answer;
  };
  return (...args) => {
    const answer: unknown = callback(...args);
    return isPromise(answer) ? answer.then(accept) : accept(answer);
  };
}

/** Returns whether a value is copied into the guest, or is text: others are numbers or references. */
function isData(part: ParameterPlan | HostResultPlan): boolean {
  if (part.kind === "reference") return part.content !== "any";
  return part.kind !== "number" && part.kind !== "function";
}

/** Returns how many bytes values take; more than `most` need not be exact. */
function measure(values: readonly unknown[], most: number, action: string): number {
  const rest = [...values];
  let taken = 0;
  while (rest.length > 0 && taken <= most) {
    const value = rest.pop();
    if (typeof value === "string") taken += heldBytes(value);
    else if (classOf(value) !== undefined) taken += byteLengthOf(value);
    else if (typeof value === "object" && value !== null) {
      const bytes = bytesOf(value, action);
      const items = bytes === undefined ? Object.values(value) : [];
      taken += bytes?.byteLength ?? items.length * INPUT_ITEM_SIZE;
      for (const item of items) if (typeof item !== "number") rest.push(item);
    }
  }
  return taken;
}

/** Makes the error for values that take `found` bytes of `most`. */
export function inputError(
  action: string,
  found: number,
  most: number,
  symbol: string,
): GuestError {
  return new GuestError(
    "input-too-large",
    `Cannot ${action}: it takes at least ${found} bytes, expected at most ${most} or a higher ` +
      "limits: { input }",
    { export: symbol },
  );
}
