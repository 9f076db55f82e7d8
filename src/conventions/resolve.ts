import { formatFunctionType } from "../binary/format.ts";
import type { FunctionType } from "../binary/types.ts";
import { GuestError, quote } from "../errors.ts";
import type { Convention, Place, ResultForm, TextResult, Value } from "./convention.ts";
import type { Parameter, Result, SymbolDeclaration } from "./declaration.ts";
import { fits, isText, type Layout, layouts, layoutType, relocate } from "./layouts.ts";
import {
  freeingCall,
  type NumberName,
  type ParameterRecipe,
  type Recipe,
  type ResultRecipe,
} from "./recipe.ts";

/** What a recipe is worked out from, beside the declaration. */
export interface ResolveContext {
  /** The guest's convention, or why there is none. */
  readonly convention: Convention | GuestError;
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
}

/**
 * Works out how a declared symbol is called: the convention says what can be, the export's type
 * decides, and where it can't the error lists what would settle it.
 *
 * @throws {GuestError} with the code `signature`, `ambiguous-convention` or `no-convention`.
 */
export function resolveRecipe(
  name: string,
  declaration: SymbolDeclaration,
  type: FunctionType | undefined,
  context: ResolveContext,
): Recipe {
  const convention = context.convention instanceof GuestError ? undefined : context.convention;
  if (needsConvention(declaration) && context.convention instanceof GuestError) {
    throw context.convention;
  }
  const layout = chooseLayout(name, declaration, type, convention, context.address64);
  const parameters = declaration.parameters.map((parameter) =>
    resolveParameter(parameter, layout, convention)
  );
  const firstText = declaration.parameters.findIndex((parameter) => isText(parameter, convention));
  const result = resolveResult(declaration.result, layout, convention, firstText);
  const status = declaration.status ?? layout.form?.status ?? convention?.status;
  const areaPlace = convention?.areaPlace ?? { kind: "stack" };
  const words = countWords(layout, [result, status]);
  const { output } = declaration;
  const blockPlace = output?.place ?? convention?.areaPlace ?? convention?.place;
  return {
    export: name,
    parameters,
    slots: layout.slots,
    core: type?.parameters,
    result,
    status: relocate(status, firstText),
    ...(words > 0 && {
      area: { words, place: areaPlace, free: freeingCall("host", areaPlace) },
    }),
    ...(output !== undefined && blockPlace !== undefined && {
      output: {
        capacity: output.capacity,
        place: blockPlace,
        free: freeingCall("host", blockPlace),
      },
    }),
  };
}

/** Whether a declaration leaves a part open that only a convention can say. */
function needsConvention({ parameters, result, output }: SymbolDeclaration): boolean {
  const open = parameters.some((parameter) =>
    parameter === "string" || parameter === "bytes" ||
    (typeof parameter === "object" && parameter.place === undefined)
  );
  const openResult = result === "string" || result === "bytes" ||
    (typeof result === "object" && (result.type === "string" || result.type === "bytes") &&
      !("pointer" in result) && !("form" in result));
  return open || openResult || (output !== undefined && output.place === undefined);
}

function chooseLayout(
  name: string,
  declaration: SymbolDeclaration,
  type: FunctionType | undefined,
  convention: Convention | undefined,
  address64: boolean,
): Layout {
  const all = layouts(declaration, convention);
  const fitting = type === undefined
    ? all
    : all.filter((layout) => fits(layout, declaration, type, address64));
  const [first] = fitting;
  if (fitting.length === 1) return first!;
  if (fitting.length > 1) throw ambiguityError(name, type, fitting, convention);
  const wanted = all.map((layout) =>
    formatFunctionType(layoutType(layout, declaration, address64))
  );
  const known = type === undefined ? "" : formatFunctionType(type);
  throw new GuestError(
    "signature",
    `Cannot pass ${showDeclaration(declaration)} to ${quote(name)}: it is ${known}, ` +
      `expected ${[...new Set(wanted)].join(" or ") || "a convention that returns text"}`,
    { export: name },
  );
}

/** A declaration as errors show it: `("string", "u32") -> "string"`. */
export function showDeclaration({ parameters, result }: SymbolDeclaration): string {
  const show = (part: Parameter | Result) => quote(typeof part === "string" ? part : part.type);
  return `(${parameters.map(show).join(", ")}) -> ${show(result)}`;
}

function ambiguityError(
  name: string,
  type: FunctionType | undefined,
  fitting: readonly Layout[],
  convention: Convention | undefined,
): GuestError {
  const passes = new Set(fitting.map(({ pass }) => `pass: [${pass.map(quote).join(", ")}]`));
  const forms = new Set(fitting.map(({ form }) => form && `result: ${quote(form.name)}`));
  const options = [
    ...(passes.size > 1 ? [[...passes].join(" or ")] : []),
    ...(forms.size > 1 ? [[...forms].join(" or ")] : []),
  ];
  return new GuestError(
    "ambiguous-convention",
    `Cannot tell how ${quote(name)} passes text: ` +
      `${type === undefined ? "its type is unknown" : `it is ${formatFunctionType(type)}`}, ` +
      `and ${fitting.length} forms of the convention ${quote(convention?.name ?? "none")} fit, ` +
      `expected an option of the convention: ${options.join(", and ")}`,
    { export: name },
  );
}

function resolveParameter(
  parameter: Parameter,
  layout: Layout,
  convention: Convention | undefined,
): ParameterRecipe {
  const own = typeof parameter === "object" ? parameter : undefined;
  const type = typeof parameter === "string" ? parameter : parameter.type;
  if (type === "externref") return { kind: "reference", content: "any" };
  if (type !== "string" && type !== "bytes") return { kind: "number", type };
  if (!isText(parameter, convention)) return { kind: "reference", content: type };
  const place = own?.place ?? placeOf(type, convention);
  const passed = own?.pass ?? layout.pass;
  return {
    kind: "text",
    content: type,
    encoding: own?.encoding ?? convention?.encoding ?? "utf-8",
    place,
    terminated: terminationOf(own?.terminated, passed, place, convention),
    free: freeingCall(own?.freedBy ?? convention?.argumentsFreedBy ?? "host", place),
  };
}

function placeOf(type: "string" | "bytes", convention: Convention | undefined): Place {
  const place = type === "bytes" ? convention?.bytesPlace ?? convention?.place : convention?.place;
  return place ?? { kind: "stack" };
}

function terminationOf(
  own: boolean | undefined,
  passed: readonly string[],
  place: Place,
  convention: Convention | undefined,
): "always" | "where there is room" | "never" {
  if (own !== undefined) return own ? "always" : "never";
  if (convention?.terminated === "always") return "always";
  if (convention?.terminated !== "without length") return "never";
  if (!passed.some((item) => item !== "pointer")) return "always";
  return place.kind === "buffer" ? "where there is room" : "never";
}

function resolveResult(
  result: Result,
  layout: Layout,
  convention: Convention | undefined,
  firstText: number,
): ResultRecipe {
  const type = typeof result === "string" ? result : result.type;
  if (type === "void") return { kind: "void" };
  if (type === "externref") return { kind: "reference", content: "any", nullable: true };
  if (type !== "string" && type !== "bytes") {
    const value: Value = typeof result === "object" && "value" in result ? result.value : "result";
    return { kind: "number", type: type as NumberName, value };
  }
  const own = typeof result === "object" && !("value" in result) ? result : undefined;
  const nullable = own?.nullable ?? false;
  const form = layout.form!;
  if (form.name === "reference") return { kind: "reference", content: type, nullable };
  const text = relocate(form.text, firstText);
  const place = placeOf(type, convention);
  const freedBy = own?.freedBy ?? text.freedBy ?? convention?.resultsFreedBy ?? "guest";
  return {
    kind: "text",
    content: type,
    encoding: own?.encoding ?? convention?.encoding ?? "utf-8",
    text,
    free: ownsResult(text) ? freeingCall(freedBy, place) : undefined,
    nullable,
    trailingNul: own?.trailingNul ?? convention?.trailingNul ?? "keep",
  };
}

/** Whether the block of a result can be the caller's to free: not where it lies in a block of the call. */
function ownsResult({ pointer }: TextResult): boolean {
  return pointer !== "output" && !(typeof pointer === "object" && "argument" in pointer);
}

/** How many words of return area a call needs. */
function countWords({ slots, form }: Layout, parts: readonly unknown[]): number {
  const passed = slots.map((slot) =>
    typeof slot === "object" && "area" in slot ? slot.area + 1 : 0
  );
  const passes = passed.some((count) => count > 0);
  return passes
    ? Math.max(...passed, ...[form as ResultForm | undefined, ...parts].map(deepestWord))
    : 0;
}

/** The highest word of the return area that a value is read from, plus 1. */
function deepestWord(part: unknown): number {
  if (typeof part !== "object" || part === null) return 0;
  const nested = Math.max(0, ...Object.values(part).map(deepestWord));
  if ("at" in part) return nested;
  if ("word" in part) return Math.max(nested, (part.word as number) + 1);
  // The widest number is 8 bytes, which are two words at most.
  if ("load" in part) {
    return Math.max(nested, Math.ceil(((part as { offset?: number }).offset ?? 0) / 4) + 2);
  }
  return nested;
}
