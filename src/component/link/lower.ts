// The component model's canonical ABI, "canon lower" and "Lifting and Lowering Values".

import { once } from "../../base/lazy.ts";
import { quote } from "../../base/show.ts";
import type { FunctionType } from "../types.ts";
import type { CoreValue } from "../values/value_codec.ts";
import { MOST_FLAT_PARAMETERS, MOST_FLAT_RESULTS, recordLayout } from "../values/value_layout.ts";
import { ValueProblem } from "../values/mistakes.ts";
import { type CallScope, createScope, release } from "./handle_table.ts";
import { carriesHandles } from "./handles.ts";
import { type CanonPlace, type LinkedOptions, placeOf } from "./canon_place.ts";
import { checkMayLeave } from "./enter.ts";
import type { ComponentInstance, CoreFunction, LinkedFunction } from "./items.ts";

/** Makes the core function by which a component instance calls a function. */
export function lower(
  callee: LinkedFunction,
  type: FunctionType,
  options: LinkedOptions,
  instance: ComponentInstance,
): CoreFunction {
  const { name, shapes } = callee;
  const place = placeOf(instance, options, shapes);
  const prepared = once(() => ({
    hasHandles: carriesHandles(type),
    lift: createLift(type.parameters, place),
    put: type.result && createPut(type.result, place, name),
    call: callee.bind(instance, shapes, name),
  }));
  const { store } = instance;

  return (...flat) => {
    let scope: CallScope | undefined;
    let isLifted = false;
    try {
      checkMayLeave(instance);
      const { hasHandles, lift, call, put } = prepared();
      store.begin();
      place.scope = scope = hasHandles ? createScope() : undefined;
      const args = lift(flat);
      isLifted = true;
      const returned = put === undefined ? void call(args) : put(call(args), flat);
      release(scope);
      return returned;
    } catch (error) {
      release(scope);
      // The host is to blame for its own errors, and for a result that does not fit.
      throw store.end(error, isLifted && callee.isHosts);
    }
  };
}

/** Makes the function that lifts arguments from core values. */
function createLift(
  parameters: FunctionType["parameters"],
  place: CanonPlace,
): (flat: readonly CoreValue[]) => unknown[] {
  const types = parameters.map(({ type }) => type);
  const codecs = types.map((type) => place.codecs.of(type));
  const { flat: { length }, parts, byteLength, alignment } = recordLayout(types);
  if (length <= MOST_FLAT_PARAMETERS) {
    return (flat) => codecs.map((codec, at) => codec.lift(flat, parts[at]!.index));
  }
  return (flat) => {
    const pointer = (flat[0] as number) >>> 0;
    place.checkRange(pointer, byteLength, alignment, "a block of arguments");
    const data = place.memory.data();
    return codecs.map((codec, at) => codec.load(pointer + parts[at]!.offset, data));
  };
}

/** Makes the function that lowers a result into a core value, or to where the caller wants it. */
function createPut(
  type: NonNullable<FunctionType["result"]>,
  place: CanonPlace,
  name: string,
): (value: unknown, flat: readonly CoreValue[]) => CoreValue | undefined {
  const codec = place.codecs.of(type);
  const { byteLength, alignment } = codec;
  const put = codec.flat.length <= MOST_FLAT_RESULTS
    ? (value: unknown) => {
      const result: CoreValue[] = [];
      codec.lower(value, result, 0);
      return result[0];
    }
    : (value: unknown, flat: readonly CoreValue[]) => {
      const pointer = (flat.at(-1) as number) >>> 0;
      place.checkRange(pointer, byteLength, alignment, "the place of a result");
      codec.store(value, pointer);
      return undefined;
    };
  return (value, flat) => {
    try {
      return put(value, flat);
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      throw error.toError(`Cannot return the result of import ${quote(name)}`);
    }
  };
}
