import type {
  BlockSource,
  CoreArgument,
  DataArgument,
  LengthUnit,
  Pass,
} from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type {
  HostFunctionParameter,
  HostParameter,
  Parameter,
  Result,
} from "../abi/declaration.ts";
import type { HostInOut, HostListParameter, HostStruct, HostVariant } from "../abi/host_struct.ts";
import type { HostOut } from "../abi/out_parameter.ts";
import type { ObjectsType, ObjectType, ReferenceType } from "../abi/managed.ts";
import type { TextResultPlan } from "../abi/plan_parts.ts";
import type { ResultForm } from "../abi/result.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import type { Length, Value } from "../abi/value.ts";
import { allOf, Problem } from "../base/errors.ts";
import { refuseClass } from "./compound.ts";
import { formsOf, isObjectType, isStruct, isText, objects, structs } from "./flatten.ts";
import { flattenHost, hostConvention, importLabel, misfit } from "./flatten_host.ts";
import { resolveHostResult, resolveReturned, withOuts } from "./host_result.ts";
import type { HostImport, HostParameterPlan, HostPlan } from "./host_plan.ts";
import { resolveResult } from "./parts.ts";

/** The types of AssemblyScript's objects. */
type ObjectTypes = ObjectType | ObjectsType | ReferenceType;

/** Finds how a parameter is lifted from the core arguments; absent if they do not have it. */
export function resolveHostParameter(
  parameter: HostParameter,
  index: number,
  coreArguments: readonly CoreArgument[],
  convention: Convention,
  word: 4 | 8,
): HostParameterPlan | Problem | undefined {
  if (typeof parameter === "object" && parameter.type === "function") {
    const at = findNumber(index, coreArguments);
    const { nullable = false } = parameter;
    return at === undefined
      ? undefined
      : { kind: "function", declaration: parameter, nullable, at };
  }
  if (isObjectType(parameter as Parameter)) {
    const at = findNumber(index, coreArguments);
    const object = objects.module.resolveObject(parameter as ObjectType, convention);
    if (at === undefined || object instanceof Problem) {
      return at === undefined ? at : object as Problem;
    }
    return { ...object, at };
  }
  if (isStruct(parameter as Parameter)) {
    const struct = parameter as HostStruct | HostVariant | HostListParameter | HostInOut;
    const value = structs.module.hostValue(struct, index, coreArguments, word);
    const kept = { ...convention, resultsFreedBy: "guest" } as const;
    return value && resolveResult(value, {}, kept, -1) as HostParameterPlan | Problem;
  }
  const plain = parameter as Plain;
  if (!isText(plain, convention)) return resolvePlain(plain, index, coreArguments);
  const form = findText(parameter, index, coreArguments, convention);
  if (form === undefined) return undefined;
  // The guest frees the data that it passes to a host function, unless the declaration differs.
  const declared = typeof parameter === "string" ? { type: parameter } : parameter;
  const result = { freedBy: "guest", ...declared } as Result;
  return resolveResult(result, { form }, convention, -1) as TextResultPlan | Problem;
}

/** A parameter that neither has a C layout nor is a function. */
type Plain = Exclude<
  HostParameter,
  | HostStruct
  | HostVariant
  | HostListParameter
  | HostInOut
  | HostOut
  | HostFunctionParameter
  | ObjectTypes
>;

/** Plans a number, or a JavaScript value that is passed unchanged. */
function resolvePlain(
  parameter: Plain,
  index: number,
  coreArguments: readonly CoreArgument[],
): HostParameterPlan | Problem | undefined {
  const type = typeof parameter === "string" ? parameter : parameter.type;
  const at = findNumber(index, coreArguments);
  if (at === undefined) return undefined;
  if (type === "externref") return { kind: "reference", content: "any", nullable: true, at };
  if (type !== "string" && type !== "bytes" && type !== "array") {
    return { kind: "number", type, at };
  }
  if (typeof parameter === "object" && "as" in parameter && parameter.as !== undefined) {
    return refuseClass(parameter.as);
  }
  const nullable = typeof parameter === "object" && (parameter.nullable ?? false);
  return { kind: "reference", content: type === "string" ? type : "any", nullable, at };
}

/** Finds the core argument of a parameter that is not in memory. */
function findNumber(index: number, coreArguments: readonly CoreArgument[]): number | undefined {
  const at = coreArguments.findIndex((coreArgument) =>
    typeof coreArgument === "object" && "parameter" in coreArgument &&
    coreArgument.parameter === index
  );
  return at < 0 ? undefined : at;
}

/** Finds the place of a parameter's text. */
function findText(
  parameter: HostParameter,
  index: number,
  coreArguments: readonly CoreArgument[],
  convention: Convention,
): ResultForm | undefined {
  const isOwn = (one: CoreArgument): one is DataArgument =>
    typeof one === "object" && "text" in one && one.text === index;
  const find = (as: Pass): { result: number } | undefined => {
    const at = coreArguments.findIndex((one) => isOwn(one) && one.as === as);
    return at < 0 ? undefined : { result: at };
  };
  const packed = coreArguments.find(isOwn)?.unit;
  const high = find("packedPointerHigh"), low = find("packedPointerLow");
  if (high !== undefined) return formOf({ high }, { low: high }, packed);
  if (low !== undefined) return formOf({ low }, { high: low }, packed);
  const pointer = find("pointer"), units = find("codeUnits");
  if (pointer === undefined) return undefined;
  if (units !== undefined) return formOf(pointer, units, "codeUnits");
  const length = find("byteLength") ?? statedLength(parameter);
  if (length !== undefined) return formOf(pointer, length, "bytes");
  const form = loneForm(parameter, convention);
  return { ...form, text: inArgument(form.text, pointer) };
}

function formOf(pointer: Value, length: Length, unit?: LengthUnit): ResultForm {
  // A guest may pass a null pointer for an empty text.
  return { name: "argument", text: { pointer, length, nullIs: "empty", ...(unit && { unit }) } };
}

function statedLength(parameter: HostParameter): Length | undefined {
  return typeof parameter === "object" && "length" in parameter ? parameter.length : undefined;
}

/**
 * Finds where data ends that is passed by a pointer alone: as for the guest's results, if that is
 * known.
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

/**
 * Plans an import with a declaration, or returns a problem if the declaration does not fit the
 * import's type.
 */
export function planHost(
  item: HostImport,
  given: Convention | CustomConvention | Problem,
): HostPlan | Problem {
  const { name, declaration, type } = item;
  const convention = hostConvention(given);
  const returned = resolveReturned(item, convention);
  if (returned instanceof Problem) return returned;
  const place: BlockSource = returned.kind === "text" ? returned.place : { kind: "reference" };
  const flattening = flattenHost(item, convention, place);
  if (flattening instanceof Problem) return flattening;
  const { coreArguments } = flattening;
  const word = item.address64 ? 8 : 4;
  const parameters = allOf(declaration.parameters.flatMap((parameter: HostParameter, index) => {
    // The callback gets no argument for a value that it only returns.
    if (typeof parameter === "object" && parameter.type === "out") return [];
    const found = resolveHostParameter(parameter, index, coreArguments, convention, word);
    if (found !== undefined) return [found];
    const coreArgument = isText(parameter as Parameter, convention) ||
        isStruct(parameter as Parameter)
      ? `{ text: ${index}, as: "pointer" }`
      : `{ parameter: ${index} }`;
    const missing = `its arguments have no place for parameter ${index}`;
    return [misfit(item, "arguments", missing, `${coreArgument} among them`)];
  }));
  if (parameters instanceof Problem) return parameters;
  const own = resolveHostResult(item, returned, flattening, convention);
  if (own instanceof Problem) return own;
  const result = withOuts(item, own, coreArguments, convention);
  return result instanceof Problem ? result : {
    name,
    label: item.label ?? importLabel(name),
    arity: coreArguments.length,
    parameters,
    result,
    type,
  };
}
