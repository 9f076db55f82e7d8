import type { BlockSource, CoreArgument } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { HostResult, Parameter, Result } from "../abi/declaration.ts";
import type { HostListResult, HostStruct, HostVariant } from "../abi/host_struct.ts";
import type { ObjectsType, ObjectType, ReferenceType } from "../abi/managed.ts";
import type { ParameterPlan } from "../abi/plan_parts.ts";
import { Problem } from "../base/errors.ts";
import { isObjectType, isStruct, objects, structs } from "./flatten.ts";
import { misfit, noPlace, resolveTarget } from "./flatten_host.ts";
import type { Flattening } from "./flattening.ts";
import type {
  HostImport,
  HostOwnResult,
  HostResultPlan,
  HostStructPlan,
  HostTextPlan,
  Target,
} from "./host_plan.ts";
import { resolveParameter } from "./parts.ts";
import { freeingCalls } from "./plan_blocks.ts";

/** An import's result, as the corresponding parameter of an export. */
type Returned =
  | { readonly kind: "void" }
  | Extract<
    ParameterPlan,
    { readonly kind: "number" | "reference" | "function" | "text" | "managed" }
  >
  | Omit<HostStructPlan, "target">;

/** Returns whether an import returns a struct or a list. */
function isStructResult(result: HostResult): result is HostStruct | HostVariant | HostListResult {
  return isStruct(result as Result);
}

/** Plans an import's result before its place is known. */
export function resolveReturned(
  item: HostImport,
  convention: Convention,
): Returned | Problem {
  const { declaration: { result }, address64 } = item;
  if (result === "void") return { kind: "void" };
  if (isStructResult(result)) {
    return structs.module.planStructResult(result, address64 ? 8 : 4, convention) ?? noPlace(item);
  }
  if (typeof result === "object" && result.type === "function") {
    return { kind: "function", declaration: result, nullable: result.nullable ?? false };
  }
  if (isObjectType(result as Result)) {
    return objects.module.resolveObject(result as ObjectType, convention);
  }
  const plain = result as Exclude<typeof result, ObjectType | ObjectsType | ReferenceType>;
  const parameter = typeof plain === "string" ? plain : plain.type === "array"
    ? {
      type: plain.type,
      element: plain.element,
      nullable: plain.nullable ?? false,
      ...(plain.class && { class: plain.class }),
    }
    : {
      type: plain.type,
      nullable: plain.nullable ?? false,
      ...(plain.class && { class: plain.class }),
      ...(plain.encoding && { encoding: plain.encoding }),
      ...(plain.onInvalid && { onInvalid: plain.onInvalid }),
    };
  return resolveParameter(parameter, [], convention) as Returned | Problem;
}

/**
 * Plans the place of an import's result. It is a problem if the guest could not find it or its
 * length.
 */
export function resolveHostResult(
  item: HostImport,
  returned: Returned,
  flattening: Flattening,
  convention: Convention,
): HostOwnResult | Problem {
  const { coreArguments, form } = flattening;
  const output = findOutput(item, coreArguments, returned);
  if (output instanceof Problem) return output;
  if (returned.kind === "compound") return resolveStruct(item, returned, flattening, convention);
  if (returned.kind !== "text") return returned;
  const { place, content } = returned;
  const target = output ?? resolveTarget(form!, coreArguments, place)!;
  if (target.kind === "reference") {
    return {
      kind: "reference",
      content: content === "string" ? content : "any",
      nullable: returned.nullable ?? false,
    };
  }
  const { result } = item.declaration;
  const unit = typeof result === "object" && "unit" in result ? result.unit : undefined;
  const isEnded = isTerminated(item, target, content === "string", convention);
  return isEnded instanceof Problem ? isEnded : {
    ...returned,
    place: withoutPins(place, convention),
    target,
    unit: unit ?? form?.text.unit ?? (typeof content === "object" ? "codeUnits" : "bytes"),
    terminated: isEnded ? "always" : "never",
  };
}

/** Adds the values that an import returns through pointers to its own result. */
export function withOuts(
  item: HostImport,
  own: HostOwnResult,
  coreArguments: readonly CoreArgument[],
  convention: Convention,
): HostResultPlan | Problem {
  const { declaration: { parameters }, address64 } = item;
  if (!parameters.some((parameter) => isStruct(parameter as Parameter))) return own;
  const outs = structs.module.planOuts(parameters, coreArguments, address64 ? 8 : 4, convention);
  if (outs === undefined) return own;
  if (typeof outs === "number") {
    const found = `its arguments have no place for parameter ${outs}`;
    return misfit(item, "arguments", found, `{ text: ${outs}, as: "pointer" } among them`);
  }
  if (outs.place === undefined && structs.module.hasPointers(outs.layout)) {
    return noPlace(item, "out");
  }
  return { kind: "returned", own, outs };
}

/** Plans where the guest finds a struct or a list. */
function resolveStruct(
  item: HostImport,
  returned: Omit<HostStructPlan, "target">,
  { coreArguments, form }: Flattening,
  { place }: Convention,
): HostStructPlan | Problem {
  const result = item.declaration.result as HostStruct | HostVariant | HostListResult;
  if (result.type !== "list") {
    const target = structs.module.structTarget(result, returned.layout, coreArguments);
    if (target !== undefined) return { ...returned, target };
    const found = `no argument is the address that the ${result.type} goes to`;
    return misfit(item, "arguments", found, "{ area: 0 } among them");
  }
  const { pointer, count } = result;
  const target: Target | undefined = pointer === "result" && typeof count === "number"
    ? { kind: "pointer", length: "known" }
    : resolveTarget(form!, coreArguments, place);
  if (target !== undefined && target.kind !== "reference" && target.kind !== "output") {
    return { ...returned, target, ...(typeof count === "number" && { count }) };
  }
  const found = "the guest cannot find the address and the number of items";
  return misfit(item, "result", found, 'pointer: "result" and count: { word: 0 }, for instance');
}

/** Returns the buffer that the guest passed for the result. */
function findOutput(
  item: HostImport,
  coreArguments: readonly CoreArgument[],
  { kind }: Returned,
): Target & { kind: "output" } | Problem | undefined {
  const pointer = coreArguments.indexOf("output"), capacity = coreArguments.indexOf("capacity");
  if (pointer < 0) return undefined;
  if (kind !== "text") {
    const found = 'there is no text for "output" among its arguments';
    return misfit(item, "result", found, 'a result of "string", "bytes" or an array');
  }
  if (capacity < 0) {
    const found = '"output" is among its arguments without "capacity"';
    return misfit(item, "arguments", found, "both");
  }
  return { kind: "output", pointer, capacity };
}

/** Returns whether the result is NUL-terminated. */
function isTerminated(
  item: HostImport,
  target: HostTextPlan["target"],
  isString: boolean,
  { terminated }: Convention,
): boolean | Problem {
  if (target.kind === "pointer") return target.length === "nul";
  if (target.kind !== "output") return false;
  const { declaration: { result }, type } = item;
  const isUncounted = type?.results.length === 0;
  const isDeclared = typeof result === "object" && "length" in result && result.length === "nul";
  if (isString) return isUncounted || isDeclared || terminated === "always";
  if (!isUncounted) return false;
  const found = "the guest cannot know how many bytes it gets";
  return misfit(item, "result", found, "an import that returns the length, or a text");
}

/**
 * Returns a block source without pins, because the guest owns the result. Pins stay if the guest
 * frees by unpinning, as with reference counting.
 */
function withoutPins(place: BlockSource, { resultsFreedBy }: Convention): BlockSource {
  if (place.kind !== "allocator") return place;
  const { pin, unpin, ...rest } = place;
  const { free = [] } = freeingCalls(resultsFreedBy);
  const counts = pin !== undefined &&
    free.some((call) => (typeof call === "string" ? call : call.export) === unpin);
  return counts ? place : rest;
}
