import { checkPreset, type OwnOptions } from "../../check/early.ts";
import { literal, quote } from "../../show.ts";
import type {
  Convention,
  ConventionEncoding,
  FreedBy,
  NumberForm,
  Pass,
  Place,
  ResultForm,
  ResultFormName,
  Status,
  ThrownValue,
  Value,
} from "../convention.ts";
import type { Parameter, Result, SymbolDeclaration } from "../declaration.ts";

/** What every preset can be told; each part replaces the preset's own. */
export interface ConventionOptions {
  /** The encoding of text. */
  encoding?: ConventionEncoding;
  /** What an export gets for each text, where the signature alone can not tell. */
  pass?: readonly Pass[];
  /** Where an export's text is: a form by its name, or its parts. */
  result?: ResultFormName | Omit<ResultForm, "name">;
  /** Whether a NUL follows each text. */
  terminated?: boolean;
  /** Who frees what was passed. */
  argumentsFreedBy?: FreedBy;
  /** Who frees what came back. */
  resultsFreedBy?: FreedBy;
  /** What a result is whose pointer is null and whose length is 0: an error unless said. */
  nullIs?: "empty" | "error";
  /** Whether trailing NULs belong to text that comes back. */
  trailingNul?: "keep" | "trim";
  /** When a call has failed. */
  status?: Status;
  /** Where return areas and output buffers are put. */
  areaPlace?: Place;
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
 * What a preset is told, read once.
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
      results: [typeof result === "string" ? RESULT_FORMS[result] : { ...result, name: "own" }],
    }),
  };
  for (const key of PARTS) {
    if (parts[key] !== undefined) Object.assign(chosen, { [key]: parts[key] });
  }
  return { ...preset, ...chosen };
}

/** Where wasm-bindgen keeps the JavaScript values that a guest has, if not in its JavaScript. */
const THROWN: ThrownValue = {
  table: "__wbindgen_externrefs",
  drop: "__externref_table_dealloc",
};

/** The shapes of a text result that toolchains produce, by the names that options use. */
export const RESULT_FORMS = {
  /** One i64: the pointer in its high half, the byte length in its low half. */
  packedPointerHigh: {
    name: "packedPointerHigh",
    results: ["i64"],
    text: { pointer: { high: "result" }, length: { low: "result" } },
  },
  /** One i64: the pointer in its low half, the byte length in its high half. */
  packedPointerLow: {
    name: "packedPointerLow",
    results: ["i64"],
    text: { pointer: { low: "result" }, length: { high: "result" } },
  },
  /** Two results: pointer and byte length. */
  multiValue: {
    name: "multiValue",
    results: ["p", "n"],
    text: { pointer: { result: 0 }, length: { result: 1 } },
  },
  /** Four results, as Rust's `Result` has them: pointer, byte length, error, and whether it is one. */
  multiValueResult: {
    name: "multiValueResult",
    results: ["p", "n", "n", "n"],
    text: { pointer: { result: 0 }, length: { result: 1 } },
    status: { value: { result: 3 }, fails: "nonzero", code: { result: 2 }, message: THROWN },
  },
  /** Nothing: pointer and byte length are written where the first argument says. */
  areaBefore: {
    name: "areaBefore",
    results: [],
    area: "before",
    text: { pointer: { word: 0 }, length: { word: 1 } },
  },
  /**
   * The same of four words, as Rust's `Result` has them: pointer, byte length, error, and whether it
   * is one. A text that can't fail leaves the last two words 0.
   */
  areaBeforeResult: {
    name: "areaBeforeResult",
    results: [],
    area: "before",
    text: { pointer: { word: 0 }, length: { word: 1 } },
    status: { value: { word: 3 }, fails: "nonzero", code: { word: 2 }, message: THROWN },
  },
  /** Nothing: pointer and byte length are written where the last argument says. */
  areaAfter: {
    name: "areaAfter",
    results: [],
    area: "after",
    text: { pointer: { word: 0 }, length: { word: 1 } },
  },
  /** A pointer to pointer and byte length. */
  pointedTo: {
    name: "pointedTo",
    results: ["p"],
    text: { pointer: { word: 0, at: "result" }, length: { word: 1, at: "result" } },
  },
  /** A pointer to text that a NUL ends. */
  terminated: {
    name: "terminated",
    results: ["p"],
    text: { pointer: "result", length: "nul" },
  },
  /** A pointer to a 32-bit byte length, which the text follows. */
  prefixed: {
    name: "prefixed",
    results: ["p"],
    text: { pointer: "result", length: { prefix: "u32" } },
  },
  /** The byte length of what now lies where the first text was put; negative is an error code. */
  inPlace: {
    name: "inPlace",
    results: ["n"],
    text: { pointer: { argument: 0 }, length: "result" },
    status: { value: "result", fails: "negative" },
  },
  /** The JavaScript string itself. */
  reference: {
    name: "reference",
    results: ["externref"],
    text: { pointer: "result", length: 0 },
  },
} as const satisfies Record<ResultFormName, ResultForm>;

const FORM_NAMES = Object.keys(RESULT_FORMS);

/** How Rust's `Result` tells of an error: where its value and the flag are. */
function failsBy(value: Value, code: Value): Status {
  return { value, fails: "nonzero", code, message: THROWN };
}

/** A `Result` of a number in three results, or in an area whose words follow the number. */
function numberResults(of: "i32" | "i64" | "f32" | "f64"): NumberForm[] {
  const words = /64/.test(of) ? 2 : 1;
  return [
    {
      of,
      results: [of, "n", "n"],
      value: { result: 0 },
      status: failsBy({ result: 2 }, { result: 1 }),
    },
    {
      of,
      results: [],
      area: "before",
      value: { load: of, offset: 0 },
      status: failsBy({ word: words + 1 }, { word: words }),
    },
  ];
}

/** Rust's `Result` of a number, or of nothing in two results, as wasm-bindgen returns it. */
export const NUMBER_RESULTS: readonly NumberForm[] = [
  ...(["i32", "i64", "f32", "f64"] as const).flatMap(numberResults),
  ...numberResults("i32").map((form) => ({ ...form, of: "p" as const })),
  {
    of: "void",
    results: ["n", "n"],
    value: 0,
    status: failsBy({ result: 1 }, { result: 0 }),
  },
];

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
