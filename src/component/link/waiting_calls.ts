// Calls in which a component waits for promises of the host: the engine suspends its core modules,
// as https://github.com/WebAssembly/js-promise-integration says.

import { promising, suspending } from "../../base/runtime.ts";
import { isPromise } from "../../base/show.ts";
import {
  functionType,
  HEADER,
  keptModule,
  section,
  typeKey,
  u32,
} from "../../binary/function_module.ts";
import { enterAsync, untilGivenUp } from "../../call/waiting.ts";
import type { CoreSignature } from "../values/value_layout.ts";
import type { Store } from "./component_store.ts";
import type {
  CoreFunction,
  Host,
  LiftSteps,
  LowerSteps,
  Running,
  ValueCall,
  Waiting,
} from "./items.ts";

/** The state that the waiting calls of one linked component share. */
export class WaitingCalls implements Waiting {
  /** 1 in a call that waits. */
  readonly #waits = new WebAssembly.Global({ value: "i32", mutable: true }, 0);

  get isOn(): boolean {
    return this.#waits.value === 1;
  }

  choose(type: CoreSignature, now: CoreFunction, later: CoreFunction): CoreFunction {
    const module = keptModule(`choose ${typeKey(type)}`, () => encodeChooser(type));
    const imports = { "": { w: this.#waits, l: suspending(later), n: now } };
    return new WebAssembly.Instance(module, imports as WebAssembly.Imports)
      .exports.f as CoreFunction;
  }

  lower(steps: LowerSteps, call: ValueCall, store: Store): CoreFunction {
    async function finish(
      promise: PromiseLike<unknown>,
      flat: Parameters<CoreFunction>,
      running: Running,
    ): Promise<unknown> {
      try {
        const value = await promise;
        store.limiter?.returned();
        if (store.ended !== undefined) throw store.ended.error;
        return steps.end(value, flat, running);
      } catch (error) {
        throw steps.fail(error, running);
      }
    }

    return ((...flat) => {
      const running: Running = { scope: undefined, isCalled: false };
      try {
        const value = call(...steps.lift(flat, running));
        return isPromise(value) ? finish(value, flat, running) : steps.end(value, flat, running);
      } catch (error) {
        throw steps.fail(error, running);
      }
    }) as CoreFunction;
  }

  lift(steps: LiftSteps, core: CoreFunction): ValueCall {
    const call = promising(core);
    return async (...args) => {
      const running = steps.enter();
      try {
        const returned = await call(...steps.lower(args, running));
        return steps.end(returned as ReturnType<CoreFunction>, running);
      } catch (error) {
        throw steps.fail(error, running);
      }
    };
  }

  counted(call: ValueCall, { instance, settle }: Host, name: string): ValueCall {
    return async (...args) => {
      const before = enterAsync(instance, name);
      this.#waits.value = 1;
      try {
        return await untilGivenUp(call(...args), instance);
      } catch (thrown) {
        throw settle(thrown, name);
      } finally {
        this.#waits.value = 0;
        instance.giveUp = instance.pending = undefined;
        instance.depth = before;
      }
    };
  }

  atOnce(act: () => void): void {
    const before = this.#waits.value;
    this.#waits.value = 0;
    try {
      act();
    } finally {
      this.#waits.value = before;
    }
  }
}

/**
 * Encodes the module `(func (export "f") … (if (global.get $waits) (then (return (call $later …))))
 * (call $now …))`. JavaScript cannot choose, because the engine cannot suspend its frames.
 */
function encodeChooser({ parameters, results }: CoreSignature): Uint8Array<ArrayBuffer> {
  const imported = (name: string) => [0, 1, name.charCodeAt(0)];
  const call = (index: number) => [...parameters.flatMap((_, at) => [0x20, at]), 0x10, index];
  const body = [
    ...[0x00, 0x23, 0x00, 0x04, 0x40], // global.get 0, if
    ...[...call(0), 0x0f, 0x0b], // return, end
    ...[...call(1), 0x0b],
  ];
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [1, ...functionType({ parameters, results })]),
    ...section(2, [
      3,
      ...[...imported("w"), 0x03, 0x7f, 0x01], // a mutable global, an i32
      ...[...imported("l"), 0x00, 0x00], // functions of type 0
      ...[...imported("n"), 0x00, 0x00],
    ]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, "f".charCodeAt(0), 0x00, 2]),
    ...section(10, [1, ...u32(body.length), ...body]),
  ]);
}
