import type { BlockSource, FreedBy, Pass, ResultFreedBy } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { Result, SymbolDeclaration } from "../abi/declaration.ts";
import type { Parameter } from "../abi/parameter.ts";
import type { ResultForm, ResultFormName, Status } from "../abi/result.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import type { ConventionEncoding } from "../abi/value.ts";
import { checkPreset, type OwnOptions } from "../base/early_checks.ts";
import { literal, quote } from "../base/show.ts";

/** The options of every preset; each replaces that part of the preset. */
export interface ConventionOptions {
  /** The encoding of text. */
  encoding?: ConventionEncoding;
  /** What an export gets for each text, if its signature leaves that open. */
  pass?: readonly Pass[];
  /** Where an export's text is: a form by its name, or its parts. */
  result?: ResultFormName | Omit<ResultForm, "name">;
  /** Whether a NUL follows each text. */
  terminated?: boolean;
  /** Who frees what was passed. */
  argumentsFreedBy?: FreedBy;
  /** Who frees what came back. */
  resultsFreedBy?: ResultFreedBy;
  /** What a result is whose pointer is null and whose length is 0: an error unless set. */
  nullIs?: "empty" | "error";
  /** Whether trailing NULs belong to text that comes back. */
  trailingNul?: "keep" | "trim";
  /** When a call has failed. */
  status?: Status;
  /** Where return areas and output buffers are put. */
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
  own?: OwnOptions,
  needed?: readonly string[],
): Options {
  return checkPreset(preset, options, FORM_NAMES, own, needed);
}

/** A preset with the caller's parts in the place of its own. */
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

/** A call of a preset as it is written in a program. */
export function printCall(name: string, options: object): string {
  const printed = print(options);
  return printed === "{}" ? `${name}()` : `${name}(${printed})`;
}

/** A call that {@linkcode printCall} has written, with more options. */
export function extendCall(call: string, more: object): string {
  const options = print(more).slice(2, -2);
  return call.endsWith("()")
    ? call.replace(/\(\)$/, () => `({ ${options} })`)
    : call.replace(/ \}\)$/, () => `, ${options} })`);
}

/** A declared symbol as the option has it: `symbols: { greet: { … } }`. */
export function printSymbol(name: string, declaration: SymbolDeclaration): string {
  return `symbols: ${print({ [name]: declaration })}`;
}

/**
 * The option that makes a convention, with more options: it states who frees results if that is
 * open, because results that nobody frees are lost.
 *
 * @param form The shape that the result has, if there is one.
 */
export function offer(
  convention: Convention,
  { form, ...more }: { readonly form?: string; readonly [option: string]: unknown } = {},
): string {
  // What lies where the text was put is freed with it.
  const frees = leavesFreeingOpen(convention) && form !== "inPlace";
  const all = { ...more, ...(frees && { resultsFreedBy: "host" }) };
  const { expression } = convention;
  return `convention: ${Object.keys(all).length === 0 ? expression : extendCall(expression, all)}`;
}

/** What decides between the two, behind options that {@linkcode offer} has made. */
export const WHO_FREES = 'resultsFreedBy: "guest" instead if the guest keeps what it returns';

/** Whether who frees results is neither set nor known, and there is something to free them with. */
export function leavesFreeingOpen({ place, resultsFreedBy, expression }: Convention): boolean {
  return place.kind === "allocator" && place.free !== undefined && place.pin === undefined &&
    resultsFreedBy === "guest" && !/\bresultsFreedBy: /.test(expression);
}

/** A plain value as JavaScript source. */
export function print(value: unknown, depth = 0): string {
  // Nobody nests as deep, but what holds itself has no end.
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

/** A declaration as errors show it: `("string", "u32") -> "string"`. */
export function showDeclaration({ parameters, result }: SymbolDeclaration): string {
  const show = (part: Parameter | Result) => quote(typeof part === "string" ? part : part.type);
  return `(${parameters.map(show).join(", ")}) -> ${show(result)}`;
}

/** Whether a name is short enough for a line that somebody is to paste into a program. */
export function canBePasted(name: string): boolean {
  return name.length <= 200;
}
