// The component model's canonical ABI, "canon lift": its source, the parts that it shares with
// "canon lower", and how calls of both forms end.

import { ComponentError } from "../../base/errors.ts";
import { literal, quote } from "../../base/show.ts";
import { Forms } from "../../call/call.ts";
import { throwCount } from "../../instance/refusal.ts";
import type { FunctionType } from "../types.ts";
import { Sources, weightOf } from "../values/codecs.ts";
import type { Shapes } from "../values/js_shapes.ts";
import { abiTrap, ValueProblem } from "../values/mistakes.ts";
import { ValueCode } from "../values/value_code.ts";
import {
  layoutOf,
  MOST_FLAT_PARAMETERS,
  MOST_FLAT_RESULTS,
  recordLayout,
} from "../values/value_layout.ts";
import type { CanonPlace, InputCheck } from "./canon_place.ts";
import { enter, leave } from "./linked_instance.ts";
import { type CallScope, createScope, release, undo } from "./component_store.ts";
import { carriesHandles } from "./resources.ts";
import { canFail } from "./host_items.ts";
import type { ComponentInstance, CoreFunction, Host, ValueCall } from "./items.ts";

/** The values to which the source of a call refers. */
export interface CallParts {
  readonly place: CanonPlace;
  /** Refuses host values that are too large; absent without a limit. */
  readonly check: InputCheck | undefined;
}

/**
 * The values of the local variable `blamed` in source: errors in the host's values end nothing,
 * errors of a guest end it.
 */
export const HOST = 1, GUEST = 2;

/** Source of a call of a component function, or of one by it. */
export class CallCode<Parts extends CallParts> extends ValueCode {
  readonly sources: Sources;
  readonly #place: CanonPlace;

  constructor(place: CanonPlace) {
    super(place);
    this.sources = new Sources(place);
    this.#place = place;
  }

  /** Returns the name of a value that differs between calls; equal keys share a name. */
  of(key: string, get: (parts: Parts) => unknown): string {
    return this.bind(key, get as Parameters<CallCode<CallParts>["bind"]>[1]);
  }

  get instance(): string {
    return this.of("instance", ({ place }) => place.instance);
  }

  override allocate(byteLength: string, alignment: number): string {
    this.usesMemory = true;
    const { realloc } = this.#place;
    const block = this.variable("block");
    this.add(`blamed = ${GUEST};`);
    if (realloc === undefined) {
      this.add(`${block} = ${this.place}.allocate(${byteLength}, ${alignment});`); // it throws
    } else {
      const call = this.of("realloc", ({ place }) => place.realloc);
      this.add(`${this.instance}.mayLeave = false;
        ${block} = ${call}(0, 0, ${alignment}, ${byteLength}) >>> 0;
        ${this.instance}.mayLeave = true;`);
      this.checkRange(block, byteLength, alignment, "a block");
    }
    this.add(`blamed = ${HOST};`);
    return block;
  }

  /**
   * Makes the function that makes the call.
   *
   * @returns `undefined` if the engine forbids code from strings, or a value needs a memory that
   * the function does not have.
   */
  makeCall<F>(source: string): ((parts: Parts) => F) | undefined {
    if (this.usesMemory && !this.#place.hasMemory) return undefined;
    return this.make<F>(source) as ((parts: Parts) => F) | undefined;
  }
}

/**
 * The maximum number of values in the types of a compiled function, because source grows with them.
 */
const MOST_WEIGHT = 500;

/** Returns whether the source of a function's values is not too long. */
export function canCompile({ parameters, result }: FunctionType): boolean {
  const types = parameters.map(({ type }) => type);
  if (result !== undefined) types.push(result);
  return types.reduce((sum, type) => sum + weightOf(type), 0) <= MOST_WEIGHT;
}

type Compile<Parts, F> = (parts: Parts) => ((parts: Parts, run: F) => F) | undefined;

/** The compiled forms of a canonical definition, which all instances of its component share. */
const known = new WeakMap<object, Map<string, unknown>>();

/**
 * Returns the compiled form of a definition, which is made once for the same source.
 *
 * @param definition The canonical definition.
 * @param key The other facts on which the source depends, besides the definition and the shapes.
 */
export function formsOf<Parts extends CallParts, F extends (...args: never[]) => unknown>(
  definition: object,
  shapes: Shapes,
  key: string,
  compile: Compile<Parts, F>,
): Forms<Parts, F> {
  const forms = known.get(definition) ?? new Map<string, unknown>();
  known.set(definition, forms);
  const whole = `${shapes.key} ${key}`;
  let found = forms.get(whole);
  if (found === undefined) forms.set(whole, found = new Forms(compile));
  return found as Forms<Parts, F>;
}

/** The values to which a call of a core function refers. */
export interface LiftParts extends CallParts {
  readonly core: CoreFunction;
  readonly postReturn: CoreFunction | undefined;
  /** The instances that the call enters. */
  readonly entered: readonly ComponentInstance[];
  /** The host, if that calls. */
  readonly host: Host | undefined;
  /** The function in errors. */
  readonly name: string;
}

/** Returns the error for a parameter that does not fit, and any other error unchanged. */
export function describe(error: unknown, parameter: string, name: string): unknown {
  if (!(error instanceof ValueProblem)) return error;
  return error.toError(`Cannot pass parameter ${quote(parameter)} to ${quote(name)}`);
}

/** Throws for borrowed handles that a guest has kept. */
export function refuseKept(): never {
  throw abiTrap("it keeps handles that were lent to it", "all of them to be dropped");
}

/**
 * Ends a call that has failed.
 *
 * @param isLowering Whether the guest has not been called.
 * @returns the error to throw.
 */
export function settle(
  error: unknown,
  isLowering: boolean,
  scope: CallScope | undefined,
  { place: { instance: { store } }, entered }: LiftParts,
): unknown {
  release(scope);
  if (!isLowering || store.ended !== undefined) return store.end(error);
  // If a host value does not fit, no value has reached the guest.
  undo(scope);
  leave(entered);
  return error;
}

/** Compiles a call into one function for its guest. */
export function compileLift(
  type: FunctionType,
  { place, check, host, entered, postReturn }: LiftParts,
): ((parts: LiftParts) => ValueCall) | undefined {
  if (!canCompile(type)) return undefined;
  const code = new CallCode<LiftParts>(place);
  const { parameters, result } = type;
  const { tag, payload } = place.shapes.variant;
  const names = parameters.map((_, index) => `a${index}`);
  const hasHandles = carriesHandles(type);
  const name = code.of("name", ({ name }) => name);
  const instance = code.instance;
  const store = code.of("store", ({ place }) => place.instance.store);
  if (check !== undefined) code.add(`${code.of("check", (p) => p.check)}([${names.join(", ")}]);`);
  const flat = writeLower(parameters, names, code);
  code.add(`blamed = ${GUEST};`);
  const core = `${code.of("core", ({ core }) => core)}(${flat.join(", ")})`;
  code.add(result === undefined && postReturn === undefined ? `${core};` : `core = ${core};`);
  const fails = host !== undefined && canFail(type);
  if (result !== undefined) {
    code.add(`value = ${writeLift(result, code)};`);
    if (fails) {
      code.add(`failed = value[${literal(tag)}] !== "ok"; value = value[${literal(payload)}];`);
    }
  }
  if (hasHandles) code.add(`if (scope.borrows > 0) ${code.constant(refuseKept)}();`);
  if (postReturn !== undefined) {
    const free = code.of("post return", ({ postReturn }) => postReturn);
    code.add(`${instance}.mayLeave = false;
      ${free}(${result === undefined ? "" : "core"});
      ${instance}.mayLeave = true;`);
  }
  if (hasHandles) code.add(`${code.constant(release)}(scope);`);
  const body = code.take();
  const all = code.of("entered", ({ entered }) => entered);
  const enters = entered.map((_, index) => code.of(`entered ${index}`, (p) => p.entered[index]));
  const isEntered = enters.map((one) => `!${one}.mayEnter`).join(" || ");
  const mark = (may: boolean) => enters.map((one) => `${one}.mayEnter = ${may};`).join(" ");
  const guest = host && code.of("guest", ({ host }) => host!.instance);
  return code.makeCall<ValueCall>(`return function (${names.join(", ")}) {
  ${guest === undefined ? "" : writeCount(guest, name, host!)}
  let blamed = 0, at = 0, core, value, failed = false, scope;
  ${code.variables()}
  try {
    ${enters.length === 0 ? "" : `if (${isEntered}) ${code.constant(enter)}(${all}, ${name});`}
    ${mark(false)}
    ${store}.begin();
    blamed = ${HOST};
    ${hasHandles ? `${code.place}.scope = scope = ${code.constant(createScope)}();` : ""}
    if (arguments.length > ${names.length}) {
      ${code.constant(throwCount)}(${name}, ${names.length}, arguments.length);
    }
    ${body}
    ${mark(true)}
    ${fails ? "" : "return value;"}
  } catch (error) {
    throw ${code.of("fail", failing(parameters))}(error, blamed, at, scope);
  }${guest === undefined ? "" : ` finally { ${guest}.depth = before; }`}
  ${fails ? `if (failed) throw new ${code.constant(ComponentError)}(value); return value;` : ""}
};`);
}

/** Returns a key for the facts about the calling host on which the source depends. */
export function hostKey({ host, check }: Pick<LiftParts, "host" | "check">): string {
  if (host === undefined) return "guest";
  return `${host.instance.limiter === undefined ? "host" : "limited"} ${check !== undefined}`;
}

/** Writes the source that counts a host call as a call of the guest. */
function writeCount(guest: string, name: string, { instance: { limiter } }: Host): string {
  if (limiter !== undefined) return `const before = ${guest}.enter(${name});`;
  return `if (${guest}.refusal !== undefined) ${guest}.enter(${name});
  const before = ${guest}.depth;
  ${guest}.depth = before + 1;`;
}

/**
 * Makes the function that ends a failed compiled call; `at` is the parameter that was lowered last.
 */
function failing(
  parameters: FunctionType["parameters"],
): (
  parts: LiftParts,
) => (error: unknown, blamed: number, at: number, scope?: CallScope) => unknown {
  return (parts) => (error, blamed, at, scope) => {
    const { name, host } = parts;
    let found = error;
    if (blamed !== 0) {
      if (blamed === HOST && at < parameters.length) {
        found = describe(error, parameters[at]!.name, name);
      }
      found = settle(found, blamed === HOST, scope, parts);
    }
    return host === undefined ? found : host.settle(found, name);
  };
}

/** Writes the lowering of arguments; returns the source of the core arguments. */
function writeLower(
  parameters: FunctionType["parameters"],
  names: readonly string[],
  code: CallCode<LiftParts>,
): readonly string[] {
  const { flat: { length }, parts, byteLength, alignment } = recordLayout(
    parameters.map(({ type }) => type),
  );
  const isIndirect = length > MOST_FLAT_PARAMETERS;
  const block = isIndirect ? code.allocate(String(byteLength), alignment) : "";
  const taken = parameters.map(({ type }, index) => {
    if (index > 0) code.add(`at = ${index};`);
    return code.sources.of(type).take(code, names[index]!);
  });
  if (!isIndirect) return taken.flatMap((one) => one.flat());
  code.renewData();
  taken.forEach((one, index) => one.store({ base: block, offset: parts[index]!.offset }));
  return [block];
}

/** Writes the lifting of a result; returns its source. */
function writeLift(result: NonNullable<FunctionType["result"]>, code: CallCode<LiftParts>): string {
  const source = code.sources.of(result);
  const { flat, byteLength, alignment } = layoutOf(result);
  const isIndirect = flat.length > MOST_FLAT_RESULTS;
  if (!isIndirect) return code.withData(() => source.lift(code, ["core"]));
  const pointer = code.keep("result", "core >>> 0");
  code.checkRange(pointer, String(byteLength), alignment, "a result");
  code.renewData();
  return source.load(code, { base: pointer, offset: 0 });
}
