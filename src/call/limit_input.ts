import type { CoreFunction } from "../abi/core_value.ts";
import type { ManagedFields, ManagedLayout } from "../abi/managed_layout.ts";
import type { Plan } from "../abi/plan.ts";
import type { ParameterPlan } from "../abi/plan_parts.ts";
import type { Layout } from "../abi/struct_layout.ts";
import { GuestError } from "../base/errors.ts";
import { byteLengthOf, bytesOf, classOf } from "../base/typed_arrays.ts";
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
    isData(parameter) && index !== chunk ? [{ index, layout: layoutOf(parameter) }] : []
  );
  if (measured.length === 0) return bound;
  const { call } = bound;
  const refuse = (args: readonly unknown[]) => {
    const values = measured.map(({ index, layout }) => ({ value: args[index], layout }));
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
  const layout = layoutOf(result);
  const accept = (answer: unknown) => {
    const found = measure([{ value: answer, layout }], most, action);
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
