import type { BlockSource, FreedBy, Pass, ResultFreedBy } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { Parameter, Result, SymbolDeclaration } from "../abi/declaration.ts";
import type { ResultForm, ResultFormName, Status } from "../abi/result.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import type { ConventionEncoding } from "../abi/value.ts";
import { checkPreset, type SpecialOptions } from "../base/early_checks.ts";
import { literal, quote } from "../base/show.ts";

/** The options of every preset; each replaces that part of the preset. */
export interface ConventionOptions {
  /** The encoding of text. */
  encoding?: ConventionEncoding;
  /** The core arguments for each text, if the export's signature leaves them open. */
  pass?: readonly Pass[];
  /** The place of an export's text: a form by its name, or its parts. */
  result?: ResultFormName | Omit<ResultForm, "name">;
  /** Whether a NUL follows each text. */
  terminated?: boolean;
  /** Who frees the arguments. */
  argumentsFreedBy?: FreedBy;
  /** Who frees the results. */
  resultsFreedBy?: ResultFreedBy;
  /** The meaning of a null pointer with a length of 0: an error unless set. */
  nullIs?: "empty" | "error";
  /** Whether trailing NULs belong to returned text. */
  trailingNul?: "keep" | "trim";
  /** When a call has failed. */
  status?: Status;
  /** The block source of return areas and output buffers. */
  areaPlace?: BlockSource;
}

/** The options that are parts of the record under the same names. */
const PARTS = [
  "encoding",
  "argumentsFreedBy",
  "resultsFreedBy",
  "nullIs",
  "trailingNul",
  "status",
  "areaPlace",
] as const;

/**
 * Checks the options of a preset, and reads each once.
 *
 * @throws {TypeError} with every option that is unknown, missing or of another type.
 */
export function readOptions<Options extends object>(
  preset: string,
  options: Options,
  special?: SpecialOptions,
  needed?: readonly string[],
): Options {
  return checkPreset(preset, options, FORM_NAMES, special, needed);
}

/** Replaces parts of a preset by the caller's. */
export function complete(preset: Convention, options: ConventionOptions): Convention {
  const { pass, result, terminated, ...parts } = options;
  const chosen: Partial<Convention> = {
    ...(pass !== undefined && { pass: [pass] }),
    ...(terminated !== undefined && { terminated: terminated ? "always" : "never" }),
    ...(result !== undefined && {
      results: [typeof result === "string" ? RESULT_FORMS[result] : { ...result, name: "custom" }],
    }),
  };
  for (const key of PARTS) {
    if (parts[key] !== undefined) Object.assign(chosen, { [key]: parts[key] });
  }
  return { ...preset, ...chosen };
}

const FORM_NAMES = Object.keys(RESULT_FORMS);

/** Formats a call of a preset as source. */
export function printCall(name: string, options: object): string {
  const printed = print(options);
  return printed === "{}" ? `${name}()` : `${name}(${printed})`;
}

/** Adds options to a call that {@linkcode printCall} has formatted. */
export function extendCall(call: string, more: object): string {
  const options = print(more).slice(2, -2);
  return call.endsWith("()")
    ? call.replace(/\(\)$/, () => `({ ${options} })`)
    : call.replace(/ \}\)$/, () => `, ${options} })`);
}

/** Formats a declared symbol as the option has it: `symbols: { greet: { … } }`. */
export function printSymbol(name: string, declaration: SymbolDeclaration): string {
  return `symbols: ${print({ [name]: declaration })}`;
}

/**
 * Formats the option that makes a convention, with more options. It includes who frees results if
 * that is open, because results that nobody frees are lost.
 *
 * @param form The shape of the result, if there is one.
 */
export function offer(
  convention: Convention,
  { form, ...more }: { readonly form?: string; readonly [option: string]: unknown } = {},
): string {
  // A result that lies in the block of the text is freed with it.
  const frees = leavesFreeingOpen(convention) && form !== "inPlace";
  const all = { ...more, ...(frees && { resultsFreedBy: "host" }) };
  const { expression } = convention;
  return `convention: ${Object.keys(all).length === 0 ? expression : extendCall(expression, all)}`;
}

/** The advice on who frees results, after options that {@linkcode offer} has made. */
export const WHO_FREES = 'resultsFreedBy: "guest" instead if the guest keeps what it returns';

/** Returns whether who frees results is neither set nor known, and the guest can free them. */
export function leavesFreeingOpen({ place, resultsFreedBy, expression }: Convention): boolean {
  return place.kind === "allocator" && place.free !== undefined && place.pin === undefined &&
    resultsFreedBy === "guest" && !/\bresultsFreedBy: /.test(expression);
}

/** Formats a plain value as JavaScript source. */
export function print(value: unknown, depth = 0): string {
  // No option nests as deep, but an object that holds itself has no end.
  if (depth > 64) return "…";
  const inner = (part: unknown) => print(part, depth + 1);
  if (Array.isArray(value)) return `[${value.map(inner).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined)
      .map(([key, field]) => `${/^[a-z_]\w*$/i.test(key) ? key : literal(key)}: ${inner(field)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "string" ? literal(value) : String(value);
}

/** Formats a declaration for errors: `("string", "u32") -> "string"`. */
export function showDeclaration({ parameters, result }: SymbolDeclaration): string {
  const show = (part: Parameter | Result) => quote(typeof part === "string" ? part : part.type);
  return `(${parameters.map(show).join(", ")}) -> ${show(result)}`;
}

/** Returns whether a name is short enough for a line that somebody pastes into a program. */
export function canBePasted(name: string): boolean {
  return name.length <= 200;
}
