import type { CoreFunction } from "../abi/core_value.ts";
import type { ManagedFields, ManagedLayout } from "../abi/managed_layout.ts";
import type { Plan } from "../abi/plan.ts";
import type { ParameterPlan, ResultPlan } from "../abi/plan_parts.ts";
import type { Layout } from "../abi/struct_layout.ts";
import { GuestError } from "../base/errors.ts";
import { byteLengthOf, bytesOf, classOf } from "../base/typed_arrays.ts";
import { isPromise, quote } from "../base/show.ts";
import type { Instance } from "../instance/instance.ts";
import type { HostParameterPlan, HostPlan, HostResultPlan } from "../plan/host_plan.ts";
import type { PlanCall } from "./call_parts.ts";
import { heldBytes, INPUT_ITEM_SIZE, tooMuchError } from "./text_read.ts";

/** A call of an instance. */
interface BoundCall {
  readonly call: PlanCall;
  readonly compiled: PlanCall | undefined;
}

/** Throws if values take too much. */
type Refuse = (values: readonly unknown[]) => void;

/**
 * Makes a call refuse arguments that take too much, before anything is passed, and a string that is
 * returned as a reference if that does.
 */
export function limitCall(plan: Plan, instance: Instance, bound: BoundCall): BoundCall {
  const { export: symbol, result, waits } = plan;
  const refuse = refuseArguments(plan, instance.inputLimit);
  const { referenceLimit } = instance;
  const refuseResult = refuseReferences(
    [result],
    referenceLimit,
    () => `the result of ${quote(symbol)}`,
    symbol,
  );
  if (refuse === undefined && refuseResult === undefined) return bound;
  const { call } = bound;
  return {
    call: waits
      ? async (...args) => {
        refuse?.(args);
        const value = await call(...args);
        refuseResult?.([value]);
        return value;
      }
      : (...args) => {
        refuse?.(args);
        const value = call(...args);
        refuseResult?.([value]);
        return value;
      },
    // All calls are measured.
    compiled: undefined,
  };
}

/** Makes a host function refuse strings that take too much, and to return what does. */
export function limitHost(
  hostPlan: HostPlan,
  instance: Instance | undefined,
  callback: CoreFunction,
): CoreFunction {
  const { name, label, parameters } = hostPlan;
  const limited = limitResult(hostPlan, instance?.inputLimit, callback);
  const subject = (index: number) => `argument ${index} of ${label}`;
  const refuse = refuseReferences(parameters, instance?.referenceLimit, subject, name);
  return refuse === undefined ? limited : (...args) => {
    refuse(args);
    return limited(...args);
  };
}

/** Makes what refuses input that takes too much, before any of it is passed in chunks. */
export function refuseInput(
  { parameters, chunked }: Plan,
  { inputLimit }: Instance,
): Refuse | undefined {
  const { parameter, calls: { update } } = chunked!;
  const part = { export: update.export, parameters: [parameters[parameter]!] };
  return refuseArguments(part, inputLimit);
}

function refuseArguments(
  { export: symbol, chunk, parameters }: Pick<Plan, "export" | "chunk" | "parameters">,
  most: number | undefined,
): Refuse | undefined {
  if (most === undefined) return undefined;
  const measured = [...parameters.entries()].flatMap(([index, parameter]) =>
    isData(parameter) && index !== chunk ? [{ index, layout: layoutOf(parameter) }] : []
  );
  if (measured.length === 0) return undefined;
  return (args) => {
    const values = measured.map(({ index, layout }) => ({ value: args[index], layout }));
    const found = measure(values, most, `pass arguments to ${quote(symbol)}`);
    if (found > most) throw inputError(`pass arguments to ${quote(symbol)}`, found, most, symbol);
  };
}

function limitResult(
  { name, label, result }: HostPlan,
  most: number | undefined,
  callback: CoreFunction,
): CoreFunction {
  if (most === undefined || result.kind === "void" || !isData(result)) return callback;
  const action = `return a value from ${label}`;
  const layout = layoutOf(result);
  const accept = (returned: unknown) => {
    const found = measure([{ value: returned, layout }], most, action);
    if (found > most) throw inputError(action, found, most, name);
    return returned;
  };
  return (...args) => {
    const returned: unknown = callback(...args);
    return isPromise(returned) ? returned.then(accept) : accept(returned);
  };
}

/**
 * Makes what refuses strings that cross as references. They are not in the guest's memory: it can
 * join some to one that is far longer.
 *
 * @param subject Returns the name that errors use for the value at an index.
 */
function refuseReferences(
  parts: readonly (ResultPlan | HostParameterPlan)[],
  most: number | undefined,
  subject: (index: number) => string,
  symbol: string,
): Refuse | undefined {
  const measured = [...parts.entries()].flatMap(([index, part]) =>
    part.kind === "reference" && part.content !== "any" ? [index] : []
  );
  if (most === undefined || measured.length === 0) return undefined;
  return (values) => {
    let taken = 0;
    for (const index of measured) {
      const value = values[index];
      if (typeof value !== "string") continue;
      // The engine would join the parts of a longer one to look at what is in it.
      taken += value.length > most ? value.length : heldBytes(value);
      if (taken <= most) continue;
      const context = { instance: { resultLimit: most }, symbol, subject: subject(index) };
      throw tooMuchError(taken, context);
    }
  };
}

/**
 * Returns whether a value is copied into the guest, or is text: others are numbers or references.
 */
function isData(part: ParameterPlan | HostResultPlan): boolean {
  if (part.kind === "reference") return part.content !== "any";
  return part.kind !== "number" && part.kind !== "function";
}

/** How a value is declared: one of a struct, one of AssemblyScript, or a list of such values. */
type Declared = Layout | ManagedLayout | { readonly kind: "items"; readonly item: Declared };

/** Returns how a value is declared; `undefined` if it is text, or its parts are. */
function layoutOf(part: ParameterPlan | HostResultPlan): Declared | undefined {
  if (part.kind === "managed") return part.layout;
  if (part.kind !== "compound") return undefined;
  return part.isList ? { kind: "items", item: part.layout } : part.layout;
}

/** A value that is measured. */
interface Measured {
  readonly value: unknown;
  readonly layout: Declared | undefined;
  readonly around?: Around | undefined;
}

/** The object that a value is in, with those around it. */
interface Around {
  readonly layout: ManagedFields;
  readonly outer: Around | undefined;
}

/** Returns how many bytes values take; more than `most` need not be exact. */
function measure(values: readonly Measured[], most: number, action: string): number {
  const rest = [...values];
  let taken = 0;
  while (rest.length > 0 && taken <= most) {
    const { value, layout, around } = rest.pop()!;
    if (typeof value === "string") taken += heldBytes(value);
    else if (classOf(value) !== undefined) taken += byteLengthOf(value);
    else if (typeof value === "object" && value !== null) {
      const byteLength = bytesOf(value, action)?.byteLength;
      taken += byteLength ?? INPUT_ITEM_SIZE * addParts(value, layout, around, rest);
    }
  }
  return taken;
}

/** Adds the parts of an object that are passed to those that are measured; returns their number. */
function addParts(
  value: object,
  layout: Declared | undefined,
  around: Around | undefined,
  to: Measured[],
): number {
  const add = (value: unknown, layout?: Declared, inside = around) => {
    if (typeof value !== "number") to.push({ value, layout, around: inside });
  };
  switch (layout?.kind) {
    case "pointed":
      return addParts(value, layout.to, around, to);
    case "again": {
      let found = around;
      while (found!.layout.class !== layout.class) found = found!.outer;
      return addParts(value, found!.layout, found!.outer, to);
    }
    case "struct":
    case "object": {
      const inside = layout.kind === "object" ? { layout, outer: around } : undefined;
      const named = value as Readonly<Record<string, unknown>>;
      for (const { name, layout: part } of layout.fields) add(named[name], part, inside);
      return layout.fields.length;
    }
    case "variant": {
      const { tag, value: item } = value as { tag?: unknown; value?: unknown };
      const chosen = layout.cases.find(({ name }) => name === tag);
      if (chosen?.layout !== undefined) add(item, chosen.layout);
      return 0;
    }
    case "reference":
      return 0;
  }
  const item = layout !== undefined && "item" in layout && typeof layout.item === "object"
    ? layout.item
    : undefined;
  const items = Object.values(value);
  for (const one of items) add(one, item);
  return items.length;
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
