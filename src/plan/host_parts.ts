import type { BlockSource, CoreArgument, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { HostParameter, HostResult, Result } from "../abi/declaration.ts";
import type { ParameterPlan, TextResultPlan } from "../abi/plan_parts.ts";
import type { ResultForm } from "../abi/result.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import type { Length, Value } from "../abi/value.ts";
import { allOf, Problem } from "../base/errors.ts";
import { formsOf, isText } from "./flatten.ts";
import { flattenHost, hostConvention, importLabel, misfit, resolveTarget } from "./flatten_host.ts";
import type { Flattening } from "./flattening.ts";
import type {
  HostImport,
  HostParameterPlan,
  HostPlan,
  HostResultPlan,
  HostTextPlan,
  Target,
} from "./host_plan.ts";
import { resolveParameter, resolveResult } from "./parts.ts";
import { freeingCalls } from "./plan_blocks.ts";

/** Finds how a parameter is lifted from the core arguments; absent if they do not have it. */
export function resolveHostParameter(
  parameter: HostParameter,
  index: number,
  coreArguments: readonly CoreArgument[],
  convention: Convention,
): HostParameterPlan | Problem | undefined {
  if (!isText(parameter, convention)) return resolvePlain(parameter, index, coreArguments);
  const form = findText(parameter, index, coreArguments, convention);
  if (form === undefined) return undefined;
  // The guest frees the data that it passes to a host function, unless the declaration differs.
  const declared = typeof parameter === "string" ? { type: parameter } : parameter;
  const result = { freedBy: "guest", ...declared } as Result;
  return resolveResult(result, { form }, convention, -1) as TextResultPlan | Problem;
}

/** Plans a number, or a JavaScript value that crosses unchanged. */
function resolvePlain(
  parameter: HostParameter,
  index: number,
  coreArguments: readonly CoreArgument[],
): HostParameterPlan | undefined {
  const type = typeof parameter === "string" ? parameter : parameter.type;
  const at = coreArguments.findIndex((coreArgument) =>
    typeof coreArgument === "object" && "parameter" in coreArgument &&
    coreArgument.parameter === index
  );
  if (at < 0) return undefined;
  if (type === "externref") return { kind: "reference", content: "any", nullable: true, at };
  if (type !== "string" && type !== "bytes" && type !== "array") {
    return { kind: "number", type, at };
  }
  const nullable = typeof parameter === "object" && (parameter.nullable ?? false);
  return { kind: "reference", content: type === "string" ? type : "any", nullable, at };
}

/** Finds the place of a parameter's text. */
function findText(
  parameter: HostParameter,
  index: number,
  coreArguments: readonly CoreArgument[],
  convention: Convention,
): ResultForm | undefined {
  const find = (as: Pass): { result: number } | undefined => {
    const at = coreArguments.findIndex((coreArgument) =>
      typeof coreArgument === "object" && "text" in coreArgument && coreArgument.text === index &&
      coreArgument.as === as
    );
    return at < 0 ? undefined : { result: at };
  };
  const high = find("packedPointerHigh"), low = find("packedPointerLow");
  if (high !== undefined) return formOf({ high }, { low: high });
  if (low !== undefined) return formOf({ low }, { high: low });
  const pointer = find("pointer"), units = find("codeUnits");
  if (pointer === undefined) return undefined;
  if (units !== undefined) return formOf(pointer, units, "codeUnits");
  const length = find("byteLength") ?? statedLength(parameter);
  if (length !== undefined) return formOf(pointer, length);
  const form = loneForm(parameter, convention);
  return { ...form, text: inArgument(form.text, pointer) };
}

function formOf(pointer: Value, length: Length, unit?: "codeUnits"): ResultForm {
  // A guest that passes no text need not have a place for it.
  return { name: "argument", text: { pointer, length, nullIs: "empty", ...(unit && { unit }) } };
}

function statedLength(parameter: HostParameter): Length | undefined {
  return typeof parameter === "object" && "length" in parameter ? parameter.length : undefined;
}

/**
 * Finds what ends the data at a pointer alone: the same as for the guest's results, if that is
 * settled.
 */
function loneForm(parameter: HostParameter, convention: Convention): ResultForm {
  const type = typeof parameter === "string" ? parameter : parameter.type;
  const forms = formsOf(type, convention);
  const [form] = forms;
  return forms.length === 1 && form?.results?.join() === "p" ? form : RESULT_FORMS.terminated;
}

/** Returns the place of a result that is a core argument. */
function inArgument<Part>(part: Part, argument: { result: number }): Part {
  if (part === "result") return argument as Part;
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, inArgument(value, argument)]),
  ) as Part;
}

/** An import's answer, as the parameter that it would be for an export. */
type Returned =
  | { readonly kind: "void" }
  | Extract<ParameterPlan, { readonly kind: "number" | "reference" | "text" }>;

/** Plans an import's answer before its place is known. */
export function resolveReturned(result: HostResult, convention: Convention): Returned | Problem {
  if (result === "void") return { kind: "void" };
  const parameter = typeof result === "string" ? result : result.type === "array"
    ? {
      type: result.type,
      element: result.element,
      nullable: result.nullable ?? false,
      ...(result.class && { class: result.class }),
    }
    : {
      type: result.type,
      nullable: result.nullable ?? false,
      ...(result.class && { class: result.class }),
      ...(result.encoding && { encoding: result.encoding }),
    };
  return resolveParameter(parameter, [], convention) as Returned | Problem;
}

/**
 * Plans the place of an import's answer. It is a problem if the guest could not find it, or not
 * find its length.
 */
export function resolveHostResult(
  item: HostImport,
  returned: Returned,
  { coreArguments, form }: Flattening,
  convention: Convention,
): HostResultPlan | Problem {
  const output = findOutput(item, coreArguments, returned);
  if (output instanceof Problem) return output;
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
  const unit = typeof result === "object" ? result.unit : undefined;
  const isEnded = isTerminated(item, target, content === "string", convention);
  return isEnded instanceof Problem ? isEnded : {
    ...returned,
    place: withoutPins(place, convention),
    target,
    unit: unit ?? form?.text.unit ?? "bytes",
    terminated: isEnded ? "always" : "never",
  };
}

/** Returns the buffer that the guest passed for the answer. */
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

/** Returns whether a NUL ends the answer. */
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
  const isDeclared = typeof result === "object" && result.length === "nul";
  if (isString) return isUncounted || isDeclared || terminated === "always";
  if (!isUncounted) return false;
  const found = "the guest cannot know how many bytes it gets";
  return misfit(item, "result", found, "an import that returns the length, or a text");
}

/**
 * Returns a block source without pins, because the guest owns the answer. They stay if the guest
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

/**
 * Plans the answer of an import with declared parameters, or returns a problem if the import's type
 * cannot carry the declaration.
 */
export function planHost(
  item: HostImport,
  given: Convention | CustomConvention | Problem,
): HostPlan | Problem {
  const { name, declaration, type } = item;
  const convention = hostConvention(given);
  const returned = resolveReturned(declaration.result, convention);
  if (returned instanceof Problem) return returned;
  const place: BlockSource = returned.kind === "text" ? returned.place : { kind: "reference" };
  const flattening = flattenHost(item, convention, place);
  if (flattening instanceof Problem) return flattening;
  const { coreArguments } = flattening;
  const parameters = allOf(declaration.parameters.map((parameter: HostParameter, index) => {
    const found = resolveHostParameter(parameter, index, coreArguments, convention);
    if (found !== undefined) return found;
    const coreArgument = isText(parameter, convention)
      ? `{ text: ${index}, as: "pointer" }`
      : `{ parameter: ${index} }`;
    const missing = `its arguments have no place for parameter ${index}`;
    return misfit(item, "arguments", missing, `${coreArgument} among them`);
  }));
  if (parameters instanceof Problem) return parameters;
  const result = resolveHostResult(item, returned, flattening, convention);
  return result instanceof Problem ? result : {
    name,
    label: item.label ?? importLabel(name),
    arity: coreArguments.length,
    parameters,
    result,
    type,
  };
}
