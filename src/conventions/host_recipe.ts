import type { FunctionType, ValueType } from "../binary/types.ts";
import { GuestError, quote } from "../errors.ts";
import type { HostFunctionDeclaration, HostParameter } from "../host.ts";
import type { Convention, Length, Pass, Place, ResultForm, Slot, Value } from "./convention.ts";
import type { Result, SymbolDeclaration } from "./declaration.ts";
import { isText, type Layout } from "./layouts.ts";
import { isOwn, type OwnConvention } from "./own.ts";
import { resolveParameter, resolveResult } from "./parts.ts";
import type { ParameterRecipe, ResultRecipe } from "./recipe.ts";
import { chooseLayout } from "./resolve.ts";

/** How one import is answered: a recipe the other way round. */
export interface HostRecipe {
  /** The import, as errors name it: `env.log`. */
  readonly name: string;
  /** How each parameter is lifted; the core arguments stand for several results. */
  readonly parameters: readonly ResultRecipe[];
  readonly result: HostResultRecipe;
  /** The core types of the results, where the binary is known. */
  readonly core: readonly ValueType[] | undefined;
}

/** What an import answers with. */
export type HostResultRecipe =
  | { readonly kind: "void" }
  | (ParameterRecipe & { readonly kind: "number" | "reference" })
  | (ParameterRecipe & { readonly kind: "text" }) & {
    /** Where the guest looks for the pointer and for the length; for an output buffer nowhere. */
    readonly pointer?: Value;
    readonly length: Length;
    /** The core arguments that say where the return area is, and the output buffer. */
    readonly area: number;
    readonly output: number;
    readonly capacity: number;
  };

/** What a guest gives a host function where no convention says otherwise. */
const PLAIN_PASSES: readonly (readonly Pass[])[] = [["pointer", "byteLength"], ["pointer"]];

/**
 * Works out how an import with declared parameters is answered.
 *
 * @throws {GuestError} if the declaration is not what the import's type can carry.
 */
export function resolveHostRecipe(
  name: string,
  declaration: HostFunctionDeclaration,
  type: FunctionType | undefined,
  given: Convention | OwnConvention | GuestError,
  address64: boolean,
): HostRecipe {
  const convention = hostConvention(given);
  const { slots, form } = chooseHostLayout(name, declaration, type, convention, address64);
  return {
    name,
    parameters: declaration.parameters.map((parameter, index) =>
      resolveLift(parameter, index, slots, convention)
    ),
    result: resolveReturn(name, declaration, slots, form, convention),
    core: type?.results,
  };
}

function chooseHostLayout(
  name: string,
  declaration: HostFunctionDeclaration,
  type: FunctionType | undefined,
  convention: Convention | undefined,
  address64: boolean,
): Layout {
  const { result } = declaration;
  const fills = declaration.arguments?.includes("output") ?? false;
  // A guest that says where the result goes is answered with its length, or with nothing.
  const shown: Result = fills ? (type?.results.length === 0 ? "void" : "u32") : result;
  const symbol = { ...declaration, result: shown } as SymbolDeclaration;
  return chooseLayout(name, symbol, type, convention, address64);
}

/** A convention as host functions see it: what is passed always has a pointer. */
function hostConvention(
  given: Convention | OwnConvention | GuestError,
): Convention | undefined {
  if (given instanceof GuestError || isOwn(given)) return undefined;
  if (given.place.kind === "reference") return given;
  const pass = given.pass.filter((passed) => passed.length > 0 && passed[0] !== "byteLength");
  return {
    ...given,
    pass: pass.length > 0 ? pass : PLAIN_PASSES,
    results: given.hostResults ?? given.results,
  };
}

/** How a parameter is lifted out of the core arguments. */
function resolveLift(
  parameter: HostParameter,
  index: number,
  slots: readonly Slot[],
  convention: Convention | undefined,
): ResultRecipe {
  const type = typeof parameter === "string" ? parameter : parameter.type;
  if (!isText(parameter, convention)) {
    const at = slots.findIndex((slot) =>
      typeof slot === "object" && "parameter" in slot && slot.parameter === index
    );
    const isReference = type === "externref" || type === "string" || type === "bytes";
    return isReference
      ? { kind: "reference", content: type === "string" ? type : "any", nullable: true, at }
      : { kind: "number", type: type as "u32", value: { result: at } };
  }
  const find = (as: Pass): Value | undefined => {
    const at = slots.findIndex((slot) =>
      typeof slot === "object" && "text" in slot && slot.text === index && slot.as === as
    );
    return at < 0 ? undefined : { result: at };
  };
  const high = find("packedPointerHigh"), low = find("packedPointerLow");
  const pointer = high !== undefined
    ? { high } as const
    : low !== undefined
    ? { low } as const
    : find("pointer") ?? 0;
  const units = find("codeUnits");
  const length: Length = high !== undefined
    ? { low: high }
    : low !== undefined
    ? { high: low }
    : units ?? find("byteLength") ?? ownLength(parameter) ?? lengthByItself(convention);
  const declared = typeof parameter === "string" ? { type: parameter } : parameter;
  const form: ResultForm = {
    name: "host",
    text: { pointer, length, ...(units && { unit: "codeUnits" }) },
  };
  const result = { ...declared, freedBy: declaredFreedBy(parameter) } as Result;
  return resolveResult(result, form, convention, -1);
}

function ownLength(parameter: HostParameter): Length | undefined {
  return typeof parameter === "object" && "length" in parameter ? parameter.length : undefined;
}

/** Whoever allocated what a host function is given frees it, unless the declaration says otherwise. */
function declaredFreedBy(parameter: HostParameter) {
  return typeof parameter === "object" && parameter.freedBy !== undefined
    ? parameter.freedBy
    : "guest";
}

/** How a text that is passed without a length tells it: as the guest's results do. */
function lengthByItself(convention: Convention | undefined): Length {
  const { length } =
    convention?.results.find(({ text }) =>
      typeof text.length === "object" && "prefix" in text.length
    )?.text ?? { length: "nul" };
  return convention?.terminated === "never" ? length : "nul";
}

function resolveReturn(
  name: string,
  declaration: HostFunctionDeclaration,
  slots: readonly Slot[],
  form: ResultForm | undefined,
  convention: Convention | undefined,
): HostResultRecipe {
  const { result } = declaration;
  if (result === "void") return { kind: "void" };
  const type = typeof result === "string" ? result : result.type;
  const recipe = resolveParameter(type, [], convention);
  if (recipe.kind !== "text") return recipe as HostResultRecipe;
  const output = slots.indexOf("output");
  const capacity = slots.indexOf("capacity");
  const area = slots.findIndex((slot) => typeof slot === "object" && "area" in slot);
  const base = {
    ...recipe,
    encoding: (typeof result === "object" ? result.encoding : undefined) ?? recipe.encoding,
    free: undefined,
    area,
    output,
    capacity,
  };
  if (output >= 0) return { ...base, terminated: "never", length: "result" };
  const place = withoutPins(recipe.place);
  if (form === undefined || place.kind !== "allocator") {
    throw new GuestError(
      "no-convention",
      `Cannot return ${quote(type)} from import ${quote(name)}: the guest has no allocator that ` +
        'is known, expected the option convention, or "output" and "capacity" among the arguments',
    );
  }
  const { pointer, length } = form.text;
  return {
    ...base,
    place,
    pointer,
    length,
    terminated: length === "nul" ? "always" : "never",
  };
}

/** A block that the guest gets is its own: the host does not pin it. */
function withoutPins(place: Place): Place {
  if (place.kind !== "allocator") return place;
  const { pin: _pin, unpin: _unpin, ...rest } = place;
  return rest;
}
