// The component model's canonical ABI, "canon lift" and "Lifting and Lowering Values".

import { quote } from "../../base/show.ts";
import { throwCount } from "../../instance/refusal.ts";
import type { FunctionType } from "../types.ts";
import { GUEST_SHAPES, type Shapes } from "../values/js_shapes.ts";
import {
  type CoreValue,
  MOST_FLAT_PARAMETERS,
  MOST_FLAT_RESULTS,
  recordLayout,
} from "../values/value_layout.ts";
import {
  compileLift,
  describe,
  formsOf,
  hostKey,
  type LiftParts,
  refuseKept,
  settle,
} from "./call_code.ts";
import { type CanonPlace, type LinkedOptions, placeOf } from "./canon_place.ts";
import { enter, enteredFrom, leave } from "./linked_instance.ts";
import { createScope, release } from "./component_store.ts";
import { carriesHandles } from "./resources.ts";
import { exportCall, isHost, waitingCall } from "./host_items.ts";
import type {
  BoundCall,
  ComponentInstance,
  CoreFunction,
  Host,
  LiftSteps,
  LinkedFunction,
  ValueCall,
} from "./items.ts";

/** A core function as a function of a component. */
export class LiftedFunction implements LinkedFunction {
  readonly kind = "function";
  readonly name = "a function of another component";
  readonly type: FunctionType;
  readonly shapes = GUEST_SHAPES;
  readonly isHosts = false;
  readonly #definition: object;
  readonly #core: CoreFunction;
  readonly #options: LinkedOptions;
  readonly #instance: ComponentInstance;

  /** @param definition The canonical definition, whose instances share compiled forms. */
  constructor(
    definition: { readonly type: FunctionType },
    core: CoreFunction,
    options: LinkedOptions,
    instance: ComponentInstance,
  ) {
    this.#definition = definition;
    this.#core = core;
    this.#options = options;
    this.type = definition.type;
    this.#instance = instance;
  }

  get mayWait(): boolean {
    return this.#instance.waiting !== undefined;
  }

  bind(caller: ComponentInstance | Host, shapes: Shapes, name = this.name): BoundCall {
    const { type } = this;
    const made: BoundCall = {
      compiled: undefined,
      call: (...args) => {
        const parts = this.#parts(caller, shapes, name);
        const { host } = parts;
        const run = runLift(liftSteps(type, parts), parts.core);
        const key = `lift ${parts.entered.length} ${hostKey(parts)}`;
        formsOf(this.#definition, shapes, key, (parts: LiftParts) => compileLift(type, parts))
          .improve(
            parts,
            host === undefined ? run : exportCall(run, type, host, name, shapes),
            made,
          );
        return made.call(...args);
      },
    };
    return made;
  }

  bindWaiting(caller: ComponentInstance | Host, shapes: Shapes, name = this.name): ValueCall {
    const { waiting } = this.#instance;
    const parts = this.#parts(caller, shapes, name);
    const steps = liftSteps(this.type, parts);
    const call = waiting?.lift(steps, parts.core) ?? runLift(steps, parts.core);
    const { host } = parts;
    return host === undefined ? call : waitingCall(call, this.type, host, name, shapes);
  }

  #parts(caller: ComponentInstance | Host, shapes: Shapes, name: string): LiftParts {
    const host = isHost(caller) ? caller : undefined;
    const place = placeOf(this.#instance, this.#options, shapes);
    const types = this.type.parameters.map(({ type }) => type);
    const action = `pass arguments to ${quote(name)}`;
    return {
      place,
      check: place.limitInput(types, host?.instance.inputLimit, action, name),
      core: this.#core,
      postReturn: this.#options.postReturn,
      entered: enteredFrom(
        this.#instance,
        host === undefined ? caller as ComponentInstance : undefined,
      ),
      host,
      name,
    };
  }
}

/** Makes the run form of a call. */
function runLift(steps: LiftSteps, core: CoreFunction): ValueCall {
  return (...args) => {
    const running = steps.enter();
    try {
      return steps.end(callCore(core, steps.lower(args, running)), running);
    } catch (error) {
      throw steps.fail(error, running);
    }
  };
}

/** Makes the functions that run before and after a call. */
function liftSteps(type: FunctionType, parts: LiftParts): LiftSteps {
  const { place, check, postReturn, entered, name } = parts;
  const { instance } = place;
  const { store } = instance;
  const hasHandles = carriesHandles(type);
  const lower = createLower(type.parameters, place, name);
  const lift = type.result && createLift(place, type.result);
  return {
    enter() {
      enter(entered, name);
      store.begin();
      return { scope: hasHandles ? createScope() : undefined, isCalled: false };
    },
    lower(args, running) {
      place.scope = running.scope;
      check?.(args);
      const flat = lower(args);
      running.isCalled = true;
      return flat;
    },
    end(returned, { scope }) {
      const value = lift?.(returned!);
      if (scope !== undefined && scope.borrows > 0) refuseKept();
      if (postReturn !== undefined) callPostReturn(instance, postReturn, returned);
      release(scope);
      leave(entered);
      return value;
    },
    fail: (error, { scope, isCalled }) => settle(error, !isCalled, scope, parts),
  };
}

/** Makes the function that lowers arguments into core values. */
function createLower(
  parameters: FunctionType["parameters"],
  place: CanonPlace,
  name: string,
): (args: readonly unknown[]) => CoreValue[] {
  const types = parameters.map(({ type }) => type);
  const { flat: { length }, parts, byteLength, alignment } = recordLayout(types);
  const isIndirect = length > MOST_FLAT_PARAMETERS;
  const put = types.map((type, at): (value: unknown, flat: CoreValue[]) => void => {
    const codec = place.codecs.of(type);
    const { offset, index } = parts[at]!;
    return isIndirect
      ? (value, flat) => codec.store(value, (flat[0] as number) + offset)
      : (value, flat) => codec.lower(value, flat, index);
  });
  return (args) => {
    if (args.length > put.length) throwCount(name, put.length, args.length);
    const flat: CoreValue[] = [];
    if (isIndirect) flat.push(place.allocate(byteLength, alignment));
    let at = 0;
    try {
      for (; at < put.length; at++) put[at]!(args[at], flat);
    } catch (error) {
      throw describe(error, parameters[at]!.name, name);
    }
    return flat;
  };
}

/** Makes the function that lifts the result of a core value. */
function createLift(
  place: CanonPlace,
  type: NonNullable<FunctionType["result"]>,
): (returned: CoreValue) => unknown {
  const codec = place.codecs.of(type);
  if (codec.flat.length <= MOST_FLAT_RESULTS) return (returned) => codec.lift([returned], 0);
  const { byteLength, alignment } = codec;
  return (returned) => {
    const pointer = (returned as number) >>> 0;
    place.checkRange(pointer, byteLength, alignment, "a result");
    return codec.load(pointer, place.memory.data());
  };
}

/** Calls a core function. A branch for each common number of values costs less than a spread. */
function callCore(core: CoreFunction, flat: readonly CoreValue[]): CoreValue | undefined {
  switch (flat.length) {
    case 0:
      return core();
    case 1:
      return core(flat[0]!);
    case 2:
      return core(flat[0]!, flat[1]!);
    case 3:
      return core(flat[0]!, flat[1]!, flat[2]!);
    case 4:
      return core(flat[0]!, flat[1]!, flat[2]!, flat[3]!);
  }
  return core(...flat);
}

function callPostReturn(
  instance: ComponentInstance,
  postReturn: CoreFunction,
  returned: CoreValue | undefined,
): void {
  instance.mayLeave = false;
  if (returned === undefined) postReturn();
  else postReturn(returned);
  instance.mayLeave = true;
}
