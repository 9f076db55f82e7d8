// The component model's canonical ABI, "canon lower" and "Lifting and Lowering Values".

import { quote } from "../../base/show.ts";
import type { Made } from "../../call/call.ts";
import { keptImport } from "../../call/host/import_forms.ts";
import type { FunctionType } from "../types.ts";
import { ValueProblem } from "../values/mistakes.ts";
import {
  type CoreValue,
  layoutOf,
  MOST_FLAT_PARAMETERS,
  MOST_FLAT_RESULTS,
  recordLayout,
  signatureOf,
} from "../values/value_layout.ts";
import { CallCode, type CallParts, canCompile, formsOf, GUEST, HOST } from "./call_code.ts";
import { type CanonPlace, type InputCheck, type LinkedOptions, placeOf } from "./canon_place.ts";
import { checkMayLeave } from "./linked_instance.ts";
import { type CallScope, createScope, release } from "./component_store.ts";
import { carriesHandles } from "./resources.ts";
import type {
  BoundCall,
  ComponentInstance,
  CoreFunction,
  LinkedFunction,
  LowerSteps,
  Running,
  ValueCall,
} from "./items.ts";

/** The values to which a call by a component instance refers. */
interface LowerParts extends CallParts {
  readonly callee: LinkedFunction;
  readonly call: BoundCall;
}

/**
 * Makes the core function with which a component instance calls a function.
 *
 * @param definition The canonical definition, whose instances share compiled forms.
 */
export function lower(
  callee: LinkedFunction,
  definition: { readonly type: FunctionType },
  options: LinkedOptions,
  instance: ComponentInstance,
): CoreFunction {
  const { name, shapes } = callee;
  const { type } = definition;
  const made: Made<CoreFunction> = {
    compiled: undefined,
    call: (...flat) => {
      const place = placeOf(instance, options, shapes);
      const parts = {
        place,
        callee,
        check: checkOf(callee, type, place),
        call: timed(callee.bind(instance, shapes, name), callee, instance),
      };
      const compile = (parts: LowerParts) => compileLower(type, parts);
      const run = runLower(lowerSteps(type, parts), parts.call);
      const key = `lower ${callee.isHosts} ${parts.check !== undefined}`;
      formsOf(definition, shapes, key, compile).improve(parts, run, made);
      return made.call(...flat);
    },
  };
  const signature = signatureOf(type, "lower");
  const make = keptImport(definition, signature.parameters.length);
  const now = make(made as Made<never>) as CoreFunction;
  const { waiting, store } = instance;
  if (waiting === undefined || !callee.mayWait) return now;
  let later: CoreFunction | undefined;
  return waiting.choose(signature, now, (...flat) => {
    const place = placeOf(instance, options, shapes);
    later ??= waiting.lower(
      lowerSteps(type, { place, callee, check: checkOf(callee, type, place) }),
      callee.bindWaiting(instance, shapes, name),
      store,
    );
    return later(...flat);
  });
}

/** Makes a function that refuses a host value that is too large, if there is a limit. */
function checkOf(
  { isHosts, name }: LinkedFunction,
  { result }: FunctionType,
  place: CanonPlace,
): InputCheck | undefined {
  const { inputLimit } = place.instance.store;
  if (!isHosts || result === undefined) return undefined;
  return place.limitInput([result], inputLimit, `return a value from import ${quote(name)}`, name);
}

/** Wraps a call of the host so that it checks the deadline when it returns, if there is one. */
function timed(
  bound: BoundCall,
  { isHosts }: LinkedFunction,
  instance: ComponentInstance,
): BoundCall {
  const { limiter } = instance.store;
  if (!isHosts || limiter === undefined) return bound;
  const call: ValueCall = (...args) => {
    const value = bound.call(...args);
    limiter.returned();
    return value;
  };
  return { call, compiled: call };
}

/** Makes the run form of a call. */
function runLower(steps: LowerSteps, bound: BoundCall): CoreFunction {
  return (...flat) => {
    const running: Running = { scope: undefined, isCalled: false };
    try {
      return steps.end(bound.call(...steps.lift(flat, running)), flat, running);
    } catch (error) {
      throw steps.fail(error, running);
    }
  };
}

/** Makes the functions that run before and after a call. */
function lowerSteps(
  type: FunctionType,
  { place, callee, check }: Omit<LowerParts, "call">,
): LowerSteps {
  const { instance } = place;
  const { store } = instance;
  const hasHandles = carriesHandles(type);
  const lift = createLift(type.parameters, place);
  const put = type.result && createPut(type.result, place, callee.name);
  return {
    lift(flat, running) {
      checkMayLeave(instance);
      store.begin();
      place.scope = running.scope = hasHandles ? createScope() : undefined;
      const args = lift(flat);
      running.isCalled = true;
      return args;
    },
    end(value, flat, { scope }) {
      check?.([value]);
      const returned = put?.(value, flat);
      release(scope);
      return returned;
    },
    fail(error, { scope, isCalled }) {
      release(scope);
      // Errors of the host and results that do not fit are the host's fault.
      return store.end(error, isCalled && callee.isHosts);
    },
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

/** Makes the function that lowers a result into a core value, or into the caller's return area. */
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
      throw describe(error, name);
    }
  };
}

/** Returns the error for a result that does not fit, and any other error unchanged. */
function describe(error: unknown, name: string): unknown {
  if (!(error instanceof ValueProblem)) return error;
  return error.toError(`Cannot return the result of import ${quote(name)}`);
}

/** Compiles a call into one function for its guest. */
function compileLower(
  type: FunctionType,
  { place, check, callee: { isHosts } }: LowerParts,
): ((parts: LowerParts) => CoreFunction) | undefined {
  if (!canCompile(type)) return undefined;
  const code = new CallCode<LowerParts>(place);
  const { result } = type;
  const hasHandles = carriesHandles(type);
  const { names, args } = writeArguments(type.parameters, code);
  const bound = code.of("call", ({ call }) => call);
  // A host function never changes; a component's function gets a compiled form later.
  const call = isHosts ? code.of("host", ({ call }) => call.call) : `${bound}.call`;
  code.add(`blamed = ${HOST};`);
  code.add(`value = ${call}(${args.join(", ")});`);
  if (check !== undefined) code.add(`${code.of("check", (p) => p.check)}([value]);`);
  const returned = result === undefined ? "undefined" : writeResult(result, names, code);
  if (hasHandles) code.add(`${code.constant(release)}(scope);`);
  const body = code.take();
  return code.makeCall<CoreFunction>(`return function (${names.join(", ")}) {
  let blamed = ${GUEST}, value, scope;
  ${code.variables()}
  try {
    if (!${code.instance}.mayLeave) ${code.constant(checkMayLeave)}(${code.instance});
    ${code.instance}.store.begin();
    ${hasHandles ? `${code.place}.scope = scope = ${code.constant(createScope)}();` : ""}
    ${body}
    return ${returned};
  } catch (error) {
    throw ${code.of("fail", failing)}(error, blamed === ${HOST}, scope);
  }
};`);
}

/** Makes the function that ends a failed compiled call. */
function failing(
  { place: { instance: { store } }, callee: { name, isHosts } }: LowerParts,
): (error: unknown, isLifted: boolean, scope: CallScope | undefined) => unknown {
  return (error, isLifted, scope) => {
    release(scope);
    return store.end(describe(error, name), isLifted && isHosts);
  };
}

/**
 * Writes the lifting of arguments; returns the names of the core arguments and the source of the
 * values.
 */
function writeArguments(
  parameters: FunctionType["parameters"],
  code: CallCode<LowerParts>,
): { readonly names: string[]; readonly args: readonly string[] } {
  const sources = parameters.map(({ type }) => code.sources.of(type));
  const { flat, parts, byteLength, alignment } = recordLayout(parameters.map(({ type }) => type));
  const isIndirect = flat.length > MOST_FLAT_PARAMETERS;
  const names = isIndirect ? ["c0"] : flat.map((_, index) => `c${index}`);
  const base = isIndirect ? code.keep("pointer", "c0 >>> 0") : "";
  if (isIndirect) code.checkRange(base, String(byteLength), alignment, "a block of arguments");
  const args = code.withData(() =>
    sources.map((source, at) => {
      const { offset, index, flat: { length } } = parts[at]!;
      const value = isIndirect
        ? source.load(code, { base, offset })
        : source.lift(code, names.slice(index, index + length));
      return code.keep("value", value);
    })
  );
  return { names, args };
}

/** Writes the lowering of a result; returns the source of the core result. */
function writeResult(
  result: NonNullable<FunctionType["result"]>,
  names: string[],
  code: CallCode<LowerParts>,
): string {
  const source = code.sources.of(result);
  const { flat, byteLength, alignment } = layoutOf(result);
  if (flat.length <= MOST_FLAT_RESULTS) return source.take(code, "value").flat()[0]!;
  const last = `c${names.length}`;
  names.push(last);
  const place = code.keep("place", `${last} >>> 0`);
  code.add(`blamed = ${GUEST};`);
  code.checkRange(place, String(byteLength), alignment, "the place of a result");
  code.add(`blamed = ${HOST};`);
  const taken = source.take(code, "value");
  code.renewData();
  taken.store({ base: place, offset: 0 });
  return "undefined";
}
