import type { CoreFunction } from "../../abi/core_value.ts";
import { suspending } from "../../base/runtime.ts";
import type { FunctionType } from "../../binary/types.ts";
import type { Home } from "../../instance/home.ts";
import type { CallbackPlan } from "../../plan/plan_callback.ts";
import { HostForms } from "../host/host_forms.ts";

/** A function of the host that guests call through their tables, in both of its forms. */
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

  /** Makes the core function of one instance: it gets lifted arguments, and its answer is lowered. */
  on(callback: (...args: never[]) => unknown, home: Home): CoreFunction {
    const fn = this.#forms.on(callback, home);
    return this.#isAsync ? suspending(fn) as unknown as CoreFunction : fn;
  }

  /**
   * Makes a function that calls what `current` returns. The usual numbers of arguments need no spread,
   * which would cost more than the call.
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
