// The component model's canonical ABI, "canon lift" and "Lifting and Lowering Values".

import { once } from "../../base/lazy.ts";
import { quote } from "../../base/show.ts";
import { throwCount } from "../../instance/refusal.ts";
import type { FunctionType } from "../types.ts";
import type { CoreValue } from "../values/value_codec.ts";
import { MOST_FLAT_PARAMETERS, MOST_FLAT_RESULTS, recordLayout } from "../values/value_layout.ts";
import { abiTrap, ValueProblem } from "../values/mistakes.ts";
import { GUEST_SHAPES, type Shapes } from "../values/js_shapes.ts";
import { createScope, release, undo } from "./handle_table.ts";
import { carriesHandles } from "./handles.ts";
import { type CanonPlace, type LinkedOptions, placeOf } from "./canon_place.ts";
import { enter, enteredFrom, leave } from "./enter.ts";
import type { ComponentInstance, CoreFunction, LinkedFunction, ValueCall } from "./items.ts";

/** A core function as a function of a component. */
export class LiftedFunction implements LinkedFunction {
  readonly kind = "function";
  readonly name = "a function of another component";
  readonly type: FunctionType;
  readonly shapes = GUEST_SHAPES;
  readonly isHosts = false;
  readonly #core: CoreFunction;
  readonly #options: LinkedOptions;
  readonly #instance: ComponentInstance;

  constructor(
    core: CoreFunction,
    options: LinkedOptions,
    type: FunctionType,
    instance: ComponentInstance,
  ) {
    this.#core = core;
    this.#options = options;
    this.type = type;
    this.#instance = instance;
  }

  bind(caller: ComponentInstance | undefined, shapes: Shapes, name = this.name): ValueCall {
    const instance = this.#instance;
    const place = placeOf(instance, this.#options, shapes);
    const prepared = once(() => this.#prepare(place, name));
    const entered = enteredFrom(instance, caller);
    const core = this.#core;
    const { store } = instance;
    const { postReturn } = this.#options;

    return (args) => {
      const { lower, lift, hasHandles } = prepared();
      enter(entered, name);
      store.begin();
      const scope = hasHandles ? createScope() : undefined;
      let isLowering = true;
      try {
        place.scope = scope;
        const flat = lower(args);
        isLowering = false;
        const returned = callCore(core, flat);
        const value = lift?.(returned!);
        if (scope !== undefined && scope.borrows > 0) {
          throw abiTrap("it keeps handles that were lent to it", "all of them to be dropped");
        }
        if (postReturn !== undefined) callPostReturn(instance, postReturn, returned);
        release(scope);
        leave(entered);
        return value;
      } catch (error) {
        release(scope);
        if (!isLowering || store.ended !== undefined) throw store.end(error);
        // A value of the host that does not fit has not reached the guest, and neither have others.
        undo(scope);
        leave(entered);
        throw error;
      }
    };
  }

  #prepare(place: CanonPlace, name: string) {
    const { parameters, result } = this.type;
    return {
      hasHandles: carriesHandles(this.type),
      lower: createLower(parameters, place, name),
      lift: result && createLift(place, result),
    };
  }
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
      if (!(error instanceof ValueProblem)) throw error;
      throw error.toError(`Cannot pass parameter ${quote(parameters[at]!.name)} to ${quote(name)}`);
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

/** Calls a core function. A branch for each usual number of values costs less than a spread. */
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
