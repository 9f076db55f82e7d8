import type { BlockSource, CoreArgument, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type {
  HostFunctionDeclaration,
  HostParameter,
  Parameter,
  Result,
  SymbolDeclaration,
} from "../abi/declaration.ts";
import type { TextParameter } from "../abi/parameter.ts";
import type { ResultForm, TextResultDeclaration } from "../abi/result.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import type { StructParameter, VariantField } from "../abi/struct.ts";
import { isNumericType } from "../base/numeric_types.ts";
import { OnDemand } from "../base/lazy.ts";
import type { Flattening } from "./flattening.ts";

/** The code for arrays of numbers and of texts. */
export const arrays = new OnDemand(() => import("./arrays.ts"));

/** The code for structs and lists with a C layout. */
export const structs = new OnDemand(() => import("./structs/struct_results.ts"));

/** The code for objects of AssemblyScript. */
export const objects = new OnDemand(() => import("./objects.ts"));

/** The types of parameters and results that are text, bytes or arrays. */
export const DATA_TYPES: readonly string[] = ["string", "bytes", "array", "strings"];

const STRUCT_TYPES: readonly string[] = ["struct", "list", "out", "inout"];
const OBJECT_TYPES: readonly string[] = ["object", "objects", "reference"];

/**
 * Returns whether a part of a declaration has a C layout: a struct, a variant, a list, an
 * out-parameter.
 */
export function isStruct<Part extends Parameter | Result>(
  part: Part,
): part is Extract<
  Part,
  { readonly type: "struct" | "list" | "out" | "inout" } | VariantField<unknown>
> {
  return typeof part === "object" && (STRUCT_TYPES.includes(part.type) ||
    // The tag of a variant result has a place, not a type.
    part.type === "variant" && isNumericType(part.tag));
}

/** Returns whether a part of a declaration is an object of AssemblyScript. */
export function isObjectType<Part extends Parameter | Result>(
  part: Part,
): part is Extract<Part, { readonly type: "object" | "objects" | "reference" }> {
  return typeof part === "object" && OBJECT_TYPES.includes(part.type);
}

/**
 * Returns whether a declaration, or that of a function that it takes or returns, has a part of a
 * kind: `isStruct` or `isObjectType`.
 */
export function hasPart(
  { parameters = [], result }: Partial<SymbolDeclaration | HostFunctionDeclaration>,
  isOne: (part: Parameter | Result) => boolean,
): boolean {
  return [...parameters, result].some((part) =>
    typeof part === "object" &&
    (part.type === "function" ? hasPart(part, isOne) : isOne(part as Result))
  );
}

/**
 * Returns whether a part of a declaration has function pointers; an invalid declaration can be
 * cyclic.
 */
export function hasFunctions(part: unknown, seen: Set<unknown> = new Set()): boolean {
  return typeof part === "object" && part !== null && seen.size < seen.add(part).size &&
    ((part as { type?: unknown }).type === "function" ||
      Object.values(part).some((inner) => hasFunctions(inner, seen)));
}

/**
 * Lists every way in which a declaration could be passed under a convention, the most common first.
 *
 * @param open The possible core arguments of a text, if the convention does not apply.
 */
export function flatten(
  declaration: SymbolDeclaration,
  convention: Convention | undefined,
  open?: readonly (readonly Pass[])[],
): Flattening[] {
  const forms = resultForms(declaration.result, convention);
  if (declaration.arguments !== undefined) {
    const coreArguments = declaration.arguments;
    return forms.map((form) => ({ coreArguments, pass: [], ...(form && { form }) }));
  }
  const found: Flattening[] = [];
  for (const pass of passes(declaration.parameters, convention, open)) {
    const coreArguments = declaration.parameters.flatMap((parameter, index) =>
      coreArgumentsOf(parameter, index, pass, convention)
    );
    const isOpen = convention?.terminated === "without length" && forms.length > 1;
    const bare = isOpen && pass.length === 1 && pass[0] === "pointer";
    for (const form of forms) {
      // A guest whose arguments are NUL-terminated also terminates its results.
      if (bare && form?.name !== "terminated") continue;
      const area: CoreArgument = { area: 0 };
      found.push({
        pass,
        coreArguments: form?.area === "before"
          ? [area, ...coreArguments]
          : form?.area === "after"
          ? [...coreArguments, area]
          : coreArguments,
        ...(form && { form }),
      });
    }
  }
  return found;
}

/** Returns whether a parameter is text or bytes in linear memory. */
export function isText(
  parameter: Parameter | HostParameter,
  convention: Convention | undefined,
): boolean {
  const type = typeof parameter === "string" ? parameter : parameter.type;
  if (!DATA_TYPES.includes(type)) return false;
  const declared = placeOf(parameter);
  return (declared ?? convention?.place)?.kind !== "reference";
}

/** Lists the possible core arguments of the texts that leave them open. */
export function passes(
  parameters: readonly Parameter[],
  convention: Convention | undefined,
  open: readonly (readonly Pass[])[] = convention?.pass ?? [["pointer", "byteLength"]],
): readonly (readonly Pass[])[] {
  return parameters.some((parameter) => isOpen(parameter, convention)) ? open : [[]];
}

/** Returns whether a parameter is a text whose core arguments are left open. */
export function isOpen(parameter: Parameter, convention: Convention | undefined): boolean {
  if (!isText(parameter, convention)) return false;
  if (typeof parameter === "string") return true;
  return parameter.type !== "strings" && (parameter as TextParameter).pass === undefined;
}

export function hasPlace(parameter: Parameter): boolean {
  return placeOf(parameter) !== undefined;
}

/** Returns the block source that a parameter declares. */
export function placeOf(parameter: Parameter | HostParameter): BlockSource | undefined {
  return typeof parameter === "object" && "place" in parameter ? parameter.place : undefined;
}

/** Returns the core arguments of a parameter. */
export function coreArgumentsOf(
  parameter: Parameter,
  index: number,
  pass: readonly Pass[],
  convention: Convention | undefined,
): CoreArgument[] {
  if (isStruct(parameter)) return structs.module.coreArgumentsOf(parameter, index);
  if (!isText(parameter, convention)) return [{ parameter: index }];
  if (typeof parameter === "object" && parameter.type === "array") {
    return arrays.module.argumentsOfArray(parameter, index, pass);
  }
  const { pass: declared } = typeof parameter !== "object"
    ? {}
    : parameter.type === "strings"
    ? { pass: arrays.module.passOfStrings(parameter, convention) }
    : parameter as TextParameter;
  return (declared ?? pass).map((as) => ({ text: index, as }));
}

function resultForms(
  result: Result,
  convention: Convention | undefined,
): readonly (ResultForm | undefined)[] {
  if (isStruct(result)) return [structs.module.formOf(result)];
  const type = typeof result === "string" ? result : result.type;
  if (type !== "string" && type !== "bytes" && type !== "array") return [undefined];
  const stated = typeof result === "string" ? undefined : statedForm(result);
  if (stated !== undefined) return [stated];
  return convention === undefined ? [] : formsOf(type, convention);
}

/** Returns the forms of a convention's results that are text, bytes or an array. */
export function formsOf(type: string, convention: Convention): readonly ResultForm[] {
  const forms = type === "array"
    ? convention.arrayResults
    : type === "bytes"
    ? convention.bytesResults
    : undefined;
  return forms ?? convention.results;
}

/** Returns the place that a result declares. */
export function statedForm(result: Exclude<Result, string>): ResultForm | undefined {
  if (["strings", "record", "struct", "variant"].includes(result.type)) return undefined;
  if ("form" in result && result.form !== undefined) {
    const { form } = result;
    return typeof form === "string" ? RESULT_FORMS[form] : { ...form, name: "custom" };
  }
  if (result.type === "list" || !("pointer" in result)) return undefined;
  const { pointer, length = "nul", unit, call } = result as TextResultDeclaration;
  if (pointer === undefined) return undefined;
  return {
    name: "custom",
    text: { pointer, length, ...(unit && { unit }), ...(call !== undefined && { call }) },
    // A negative length is the guest's own error code.
    ...(length === "result" && { status: { value: "result", fails: "negative" } }),
  };
}

/** Returns the core type of a parameter or a result, or its place holder. */
export function coreType(parameter: Parameter | Result): string {
  if (isStruct(parameter)) return structs.module.scalarOf(parameter as StructParameter) ?? "p";
  switch (parameter) {
    case "i64":
    case "u64":
      return "i64";
    case "f32":
    case "f64":
      return parameter;
    case "pointer":
      return "p";
  }
  if (isObjectType(parameter)) return "p";
  if (typeof parameter === "object" && parameter.type === "function") return "p";
  if (typeof parameter === "object" || ["string", "bytes", "externref"].includes(parameter)) {
    return "externref";
  }
  return "i32";
}
