import type { HostParameter } from "../host.ts";
import type { Convention, Length, Pass, ResultForm, Slot, Value } from "./convention.ts";
import type { Result } from "./declaration.ts";
import { RESULT_FORMS } from "./forms.ts";
import { isText } from "./layouts.ts";
import { resolveResult } from "./parts.ts";
import type { NumberName, TextResultRecipe } from "./recipe.ts";

/** How one parameter of a host function is lifted. */
export type HostParameterRecipe =
  /** The core argument of this index, as a number. */
  | { readonly kind: "number"; readonly type: NumberName; readonly at: number }
  /** The core argument of this index, as it is. */
  | {
    readonly kind: "reference";
    readonly content: "string" | "any";
    readonly nullable: boolean;
    readonly at: number;
  }
  /** Text, bytes or an array; the core arguments stand for several results. */
  | TextResultRecipe;

/** How a parameter is lifted out of the core arguments; nothing where they do not have it. */
export function resolveHostParameter(
  parameter: HostParameter,
  index: number,
  slots: readonly Slot[],
  convention: Convention,
): HostParameterRecipe | undefined {
  if (!isText(parameter, convention)) return resolvePlain(parameter, index, slots);
  const form = findText(parameter, index, slots, convention);
  if (form === undefined) return undefined;
  // Whoever allocated what a host function is given frees it, unless the declaration says otherwise.
  const declared = typeof parameter === "string" ? { type: parameter } : parameter;
  const result = { freedBy: "guest", ...declared } as Result;
  return resolveResult(result, form, convention, -1) as TextResultRecipe;
}

/** A number, or a JavaScript value that crosses as it is. */
function resolvePlain(
  parameter: HostParameter,
  index: number,
  slots: readonly Slot[],
): HostParameterRecipe | undefined {
  const type = typeof parameter === "string" ? parameter : parameter.type;
  const at = slots.findIndex((slot) =>
    typeof slot === "object" && "parameter" in slot && slot.parameter === index
  );
  if (at < 0) return undefined;
  if (type === "externref") return { kind: "reference", content: "any", nullable: true, at };
  if (type !== "string" && type !== "bytes" && type !== "array") {
    return { kind: "number", type, at };
  }
  const nullable = typeof parameter === "object" && (parameter.nullable ?? false);
  return { kind: "reference", content: type === "string" ? type : "any", nullable, at };
}

/** Where the text of a parameter is. */
function findText(
  parameter: HostParameter,
  index: number,
  slots: readonly Slot[],
  convention: Convention,
): ResultForm | undefined {
  const find = (as: Pass): { result: number } | undefined => {
    const at = slots.findIndex((slot) =>
      typeof slot === "object" && "text" in slot && slot.text === index && slot.as === as
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
  // A guest that passes no text need not have it anywhere.
  return { name: "argument", text: { pointer, length, nullIs: "empty", ...(unit && { unit }) } };
}

function statedLength(parameter: HostParameter): Length | undefined {
  return typeof parameter === "object" && "length" in parameter ? parameter.length : undefined;
}

/** What a pointer alone points at: the same as a result of the guest, if that is settled. */
function loneForm(parameter: HostParameter, convention: Convention): ResultForm {
  const type = typeof parameter === "string" ? parameter : parameter.type;
  const own = type === "array"
    ? convention.arrayResults
    : type === "bytes"
    ? convention.bytesResults
    : undefined;
  const forms = own ?? convention.results;
  const [form] = forms;
  return forms.length === 1 && form?.results?.join() === "p" ? form : RESULT_FORMS.terminated;
}

/** Where a result is that is a core argument. */
function inArgument<Part>(part: Part, argument: { result: number }): Part {
  if (part === "result") return argument as Part;
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, inArgument(value, argument)]),
  ) as Part;
}
