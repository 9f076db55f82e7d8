import type { CoreFunction } from "../../abi/core_value.ts";
import type { GuestFacts } from "../../abi/plan.ts";
import { suspending } from "../../base/runtime.ts";
import type { FunctionType } from "../../binary/types.ts";
import { checkCallable, thrownInto } from "../../instance/import_refusal.ts";
import type { Home } from "../../instance/home.ts";
import type { Instance } from "../../instance/instance.ts";
import type { HostPlan } from "../../plan/host_plan.ts";
import type { CallbackPlan } from "../../plan/plan_callback.ts";
import { Forms, type Made } from "../call.ts";
import { HostCode, hostFrameLayout, type HostParts, planOfHost } from "./host_parts.ts";
import { chooseImport, withArity } from "./import_forms.ts";
import { writeArguments } from "./lift_arguments.ts";
import { writeLowerResult } from "./lower_result.ts";
import { bindResultSource } from "./place.ts";
import { compileFinish, compileRun, compileRuns } from "./run_host.ts";

/**
 * A host function with its compiled form, once there is one. All instances of a module share it.
 */
export class HostForms {
  readonly #hostPlan: HostPlan;
  readonly #isAsync: boolean;
  readonly #forms: Forms<HostParts, CoreFunction>;
  readonly #makeImport: (made: Made<CoreFunction>) => CoreFunction;

  constructor(hostPlan: HostPlan, isAsync: boolean) {
    this.#hostPlan = hostPlan;
    this.#isAsync = isAsync;
    const { arity } = hostPlan;
    this.#makeImport = isAsync ? (made) => withArity(arity, made) : chooseImport(arity);
    this.#forms = new Forms(({ instance, giveBack }) =>
      compileHost(hostPlan, instance.facts(), giveBack !== undefined, isAsync)
    );
  }

  /**
   * Makes the import of one instance, which lifts arguments, calls the callback and lowers its
   * result.
   */
  on(callback: (...args: never[]) => unknown, home: Home): CoreFunction {
    const made: Made<CoreFunction> = {
      compiled: undefined,
      call: (...args) => {
        const { instance } = home;
        // A start function runs before the instance is known, so nothing that is made for it is
        // kept.
        if (instance === undefined) {
          return this.#make(callback as CoreFunction, home.early)(...args);
        }
        this.#settle(made, callback as CoreFunction, instance);
        return made.call(...args);
      },
    };
    return this.#makeImport(made);
  }

  #settle(made: Made<CoreFunction>, callback: CoreFunction, instance: Instance): void {
    const hostPlan = this.#hostPlan;
    const sources = bindResultSource(hostPlan, instance);
    const runs = compileRuns(hostPlan, callback, instance, sources);
    const parts: HostParts = {
      ...runs,
      plan: planOfHost(hostPlan),
      instance,
      layout: hostFrameLayout(hostPlan, instance.address64),
      sources,
      finish: compileFinish(runs, instance),
    };
    this.#forms.improve(parts, compileRun(runs, instance, this.#isAsync), made);
  }

  #make(callback: CoreFunction, instance: Instance | undefined): CoreFunction {
    const runs = compileRuns(this.#hostPlan, callback, instance, []);
    return compileRun(runs, instance, this.#isAsync);
  }
}

/** A host function that guests call through their tables, in both forms. */
export class CallbackForms {
  /** The type of the function in the table. */
  readonly type: FunctionType;
  readonly #forms: HostForms;
  readonly #isAsync: boolean;
  readonly #count: number;

  constructor(plan: CallbackPlan, isAsync: boolean) {
    this.type = plan.type;
    this.#forms = new HostForms(plan, isAsync);
    this.#isAsync = isAsync;
    this.#count = plan.parameters.length;
  }

  /**
   * Makes the core function of one instance: it gets lifted arguments, and its result is lowered.
   */
  on(callback: (...args: never[]) => unknown, home: Home): CoreFunction {
    const fn = this.#forms.on(callback, home);
    return this.#isAsync ? suspending(fn) as unknown as CoreFunction : fn;
  }

  /**
   * Makes a function that calls what `current` returns. The usual numbers of arguments need no
   * spread, which would cost more than the call.
   */
  dispatch(current: () => (...args: unknown[]) => unknown): (...args: unknown[]) => unknown {
    switch (this.#count) {
      case 0:
        return () => current()();
      case 1:
        return (a) => current()(a);
      case 2:
        return (a, b) => current()(a, b);
      case 3:
        return (a, b, c) => current()(a, b, c);
      default:
        return (...args) => current()(...args);
    }
  }
}

/**
 * Compiles a host function into one function for its import: like a function that is written by
 * hand, with all checks. It calls the run form of a part if the part has no fast form, or in
 * unusual cases.
 *
 * @param isFreed Whether the host owns blocks of the arguments.
 * @param waits Whether the callback returns a promise, whose value is the result.
 * @returns `undefined` if the engine makes no code from strings.
 */
function compileHost(
  hostPlan: HostPlan,
  facts: GuestFacts,
  isFreed: boolean,
  waits: boolean,
): ((parts: HostParts) => CoreFunction) | undefined {
  const code = new HostCode(hostPlan, facts);
  const { instance } = code;
  const values = writeArguments(code, isFreed);
  const callback = `${code.of("callback", ({ callback }) => callback)}(${values.join(", ")})`;
  const lift = code.take();
  const finish = code.of("finish", ({ finish }) => finish);
  const otherwise = () => `{ ${code.ensureFrame()} synced = true; return ${finish}(frame, a0); }`;
  code.add(`if (${instance}.refusal !== undefined) ${otherwise()}`);
  const mark = code.mark();
  let core = writeLowerResult(hostPlan.result, code, otherwise);
  if (core === undefined) {
    code.rollBack(mark);
    code.add(`let core; ${code.onFrame(`core = ${finish}(frame, a0);`)}`);
    core = "core";
  }
  const lower = code.take();
  const { usesFrame } = code;
  // Calls of a callback that returns a promise can overlap, so each has a frame of its own.
  const enter = !usesFrame
    ? ""
    : waits
    ? `frame = ${code.newFrame};`
    : `frame = spare ?? ${code.newFrame}; spare = undefined; frame.result = [${code.cores}];`;
  // The frame of a failed call is never used again.
  const leave = usesFrame && !waits
    ? `const results = ${core}; frame.result = undefined; spare = frame;
    return results;`
    : `return ${core};`;
  const note = `if (!(synced ? frame.inside : inside)) ${instance}.thrown = error;
    throw ${instance}.refusal === undefined ? error : ${code.constant(thrownInto)}(error);`;
  const check = code.constant(checkCallable);
  const locals = ["frame", "inside = false", "synced = false", "slow = false", ...code.values];
  const returning = waits
    ? `const promise = ${callback};
    return (async () => {
      try {
        const a0 = await promise;
        ${lower}
        ${leave}
      } catch (error) {
        ${note}
      }
    })();`
    : `const a0 = ${callback};
    ${lower}
    ${leave}`;
  return code.make<CoreFunction>(`
let spare;
return (${code.cores}) => {
  const before = ${instance}.hostDepth;
  ${instance}.hostDepth = before + 1;
  let ${locals.join(", ")};
  ${code.declare()}
  try {
    if (${instance}.refusal !== undefined) ${check}(${instance}, "call", ${
    code.constant(hostPlan.name)
  }, ${code.constant(hostPlan.label)});
    ${enter}
    ${lift}
    ${returning}
  } catch (error) {
    ${note}
  } finally {
    ${instance}.hostDepth = before;
  }
};`);
}
