import type { HostResult } from "../host.ts";
import type { Convention, Place, Slot } from "./convention.ts";
import { bindError } from "./host_layout.ts";
import type { HostImport } from "./host_recipe.ts";
import { resolveTarget, type Target } from "./host_target.ts";
import type { Layout } from "./layouts.ts";
import { resolveParameter } from "./parts.ts";
import type { ParameterRecipe } from "./recipe.ts";

/** What an import answers with. */
export type HostResultRecipe =
  | { readonly kind: "void" }
  | Extract<ParameterRecipe, { readonly kind: "number" | "reference" }>
  | HostTextRecipe;

/** Text, bytes or an array that an import answers with. */
export type HostTextRecipe = Extract<ParameterRecipe, { readonly kind: "text" }> & {
  /** Where the guest finds it. */
  readonly target: Exclude<Target, { kind: "reference" }>;
  /** What its length counts. */
  readonly unit: "bytes" | "codeUnits";
};

/** What an import returns as the parameter that it would be for an export. */
export type Returned =
  | { readonly kind: "void" }
  | Extract<ParameterRecipe, { readonly kind: "number" | "reference" | "text" }>;

/** What an import returns, before it is known where that goes. */
export function resolveReturned(result: HostResult, convention: Convention): Returned {
  if (result === "void") return { kind: "void" };
  const parameter = typeof result === "string"
    ? result
    : result.type === "array"
    ? { type: result.type, element: result.element, nullable: result.nullable ?? false }
    : {
      type: result.type,
      nullable: result.nullable ?? false,
      ...(result.encoding && { encoding: result.encoding }),
    };
  return resolveParameter(parameter, [], convention) as Returned;
}

/**
 * Works out where the answer of an import goes.
 *
 * @throws {GuestError} if the guest could not find it, or not tell how long it is.
 */
export function resolveHostResult(
  item: HostImport,
  returned: Returned,
  { slots, form }: Layout,
  convention: Convention,
): HostResultRecipe {
  const output = findOutput(item, slots, returned);
  if (returned.kind !== "text") return returned;
  const { place, content } = returned;
  const target = output ?? resolveTarget(form!, slots, place)!;
  if (target.kind === "reference") {
    return {
      kind: "reference",
      content: content === "string" ? content : "any",
      nullable: returned.nullable ?? false,
    };
  }
  const { result } = item.declaration;
  const unit = typeof result === "object" ? result.unit : undefined;
  return {
    ...returned,
    place: withoutPins(place, convention),
    target,
    unit: unit ?? form?.text.unit ?? "bytes",
    terminated: isTerminated(item, target, content === "string", convention) ? "always" : "never",
  };
}

/** The buffer that the guest passed for the answer. */
function findOutput(
  item: HostImport,
  slots: readonly Slot[],
  { kind }: Returned,
): Target & { kind: "output" } | undefined {
  const pointer = slots.indexOf("output"), capacity = slots.indexOf("capacity");
  if (pointer < 0) return undefined;
  if (kind !== "text") throw bindError(item, 'there is no text for "output" among its arguments');
  if (capacity < 0) throw bindError(item, '"output" is among its arguments without "capacity"');
  return { kind: "output", pointer, capacity };
}

/** Whether a NUL ends what the guest gets. */
function isTerminated(
  item: HostImport,
  target: HostTextRecipe["target"],
  isString: boolean,
  { terminated }: Convention,
): boolean {
  if (target.kind === "pointer") return target.length === "nul";
  if (target.kind !== "output") return false;
  const { declaration: { result }, type } = item;
  const isUncounted = type?.results.length === 0;
  const isDeclared = typeof result === "object" && result.length === "nul";
  if (isString) return isUncounted || isDeclared || terminated === "always";
  if (isUncounted) throw bindError(item, "nothing tells the guest how many bytes it gets");
  return false;
}

/**
 * A block that the guest gets is its own: the host does not pin it, unless the guest gives back what
 * it gets by unpinning it, as where references are counted.
 */
function withoutPins(place: Place, { resultsFreedBy }: Convention): Place {
  if (place.kind !== "allocator") return place;
  const { pin, unpin, ...rest } = place;
  const counts = typeof resultsFreedBy === "object" && pin !== undefined &&
    (typeof resultsFreedBy.call === "string" ? resultsFreedBy.call : resultsFreedBy.call.export) ===
      unpin;
  return counts ? place : rest;
}
