import type { Pass, Place, Slot } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import { isOwn, type OwnConvention } from "../abi/custom.ts";
import type { Result, SymbolDeclaration } from "../abi/declaration.ts";
import type { Parameter } from "../abi/parameter.ts";
import type { ParameterRecipe, Recipe, ResultRecipe } from "../abi/recipe.ts";
import { GuestError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { FunctionType } from "../binary/types.ts";
import { leavesFreeingOpen, offer, showDeclaration, WHO_FREES } from "../presets/options.ts";
import { isCompound, resolvePieces } from "./compound.ts";
import type { ResolveContext } from "./context.ts";
import { freeingCall } from "./freeing_call.ts";
import type { Layout } from "./layout.ts";
import {
  countWords,
  fits,
  hasPlace,
  isText,
  layouts,
  layoutType,
  numberLayouts,
  placePasses,
  statedForm,
} from "./layouts.ts";
import { resolveParameter, resolveResult, resolveStatus } from "./parts.ts";
import { refuseShared } from "./refuse_shared.ts";

/**
 * Works out how a declared symbol is called: the convention says what can be, the export's type
 * decides, and where it can't the error lists what would settle it.
 *
 * @param name The export.
 * @param declaration What the symbol takes and returns.
 * @param context The guest.
 * @returns The recipe, with nothing left open.
 * @throws {GuestError} with the code `signature`, `ambiguous-convention` or `no-convention`.
 */
export function resolveRecipe(
  name: string,
  declaration: SymbolDeclaration,
  context: ResolveContext,
): Recipe {
  const { convention } = context;
  if (convention instanceof GuestError) {
    if (needsConvention(declaration)) throw convention;
    return resolveWith(undefined, name, declaration, context);
  }
  return convention !== undefined && isOwn(convention)
    ? resolveOwn(convention, name, declaration, context.functionType(name))
    : resolveWith(convention, name, declaration, context);
}

function resolveWith(
  convention: Convention | undefined,
  name: string,
  declaration: SymbolDeclaration,
  context: ResolveContext,
): Recipe {
  const type = context.functionType(name);
  const firstText = declaration.parameters.findIndex((parameter) => isText(parameter, convention));
  const pieces = declaration.pieces &&
    resolvePieces(declaration, declaration.pieces.parameter ?? firstText, context);
  const shown = pieces === undefined
    ? declaration
    : { ...declaration, arguments: pieces.final.slots };
  const layout = chooseLayout(name, shown, type, convention, context);
  const stated = context.isRecognised ? withoutPlace(convention) : convention;
  const forResult = placesResult(declaration.result) ? stated : convention;
  const result = resolveResult(declaration.result, layout, forResult, firstText);
  const status = declaration.status === undefined
    ? resolveStatus(
      (layout.form ?? layout.number)?.status ?? convention?.status,
      convention,
      firstText,
    )
    : resolveStatus(declaration.status, stated, firstText);
  const { output, area } = declaration;
  const words = Math.max(countWords(layout, [result, status]), area?.length ?? 0);
  const areaPlace = areaPlaceOf(convention, context);
  const outputPlace = output?.place ?? convention?.areaPlace ?? convention?.place;
  const passed = [layout.slots, area, pieces?.init?.slots, pieces?.update.slots].flatMap((slots) =>
    slots ?? []
  );
  return refuseShared({
    export: name,
    parameters: declaration.parameters.map((parameter, index) =>
      resolveParameter(
        parameter,
        passOf(passed, index),
        hasPlace(parameter) ? stated : convention,
      )
    ),
    slots: layout.slots,
    passed: layout.passed,
    core: type?.parameters,
    result,
    status,
    pieces,
    ...(words > 0 && {
      area: { words, holds: area, place: areaPlace, free: freeingCall("host", areaPlace) },
    }),
    ...(output !== undefined && outputPlace !== undefined && {
      output: {
        capacity: output.capacity,
        status: resolveStatus(output.status, stated, firstText),
        place: outputPlace,
        free: freeingCall("host", outputPlace),
      },
    }),
  }, context.address64 ? 8 : 4);
}

/**
 * A convention without what it says of the place that it was recognised by: none of that holds for a
 * place that a declaration names, or else the same declaration would mean one thing in one guest and
 * another in the next. Who frees results stays: that is how a toolchain makes them.
 */
function withoutPlace(convention: Convention | undefined): Convention | undefined {
  return convention && {
    ...convention,
    encoding: "utf-8",
    terminated: "without length",
    argumentsFreedBy: "host",
    trailingNul: "keep",
  };
}

/** Whether a result, or each part of it, says where it is. */
function placesResult(result: Result): boolean {
  return typeof result === "object" && (isCompound(result) || statedForm(result) !== undefined);
}

/** What an export gets for a parameter of text. */
function passOf(slots: readonly Slot[], parameter: number): Pass[] {
  return slots.flatMap((slot) =>
    typeof slot === "object" && "text" in slot && slot.text === parameter ? [slot.as] : []
  );
}

/** Where a return area goes: on the stack, or else where text goes if that is handed out. */
function areaPlaceOf(convention: Convention | undefined, { hasStack }: ResolveContext): Place {
  if (convention?.areaPlace !== undefined) return convention.areaPlace;
  const handsOut = convention?.place.kind === "allocator" && convention.place.pin === undefined;
  return !hasStack && handsOut ? convention.place : { kind: "stack" };
}

/** Whether a declaration leaves a part open that only a convention can say. */
export function needsConvention({ parameters, result, output }: SymbolDeclaration): boolean {
  const isData = (type: string) => ["string", "bytes", "array", "strings"].includes(type);
  const open = parameters.some((parameter) =>
    typeof parameter === "string" ? isData(parameter) : parameter.place === undefined
  );
  const openResult = typeof result === "string"
    ? isData(result)
    : isData(result.type) && statedForm(result) === undefined;
  return open || openResult || (output !== undefined && output.place === undefined);
}

/** Works out a recipe whose text and bytes an object of the caller's lowers and lifts. */
function resolveOwn(
  own: OwnConvention,
  name: string,
  { parameters, result, status }: SymbolDeclaration,
  type: FunctionType | undefined,
): Recipe {
  return {
    export: name,
    own,
    parameters: parameters.map((parameter) => resolveOwnParameter(parameter, own, name)),
    slots: parameters.map((_, parameter) => ({ parameter })),
    core: type?.parameters,
    result: resolveOwnResult(result),
    status: resolveStatus(status, undefined, -1),
  };
}

function resolveOwnParameter(
  parameter: Parameter,
  { name: convention }: OwnConvention,
  name: string,
): ParameterRecipe {
  if (parameter === "string" || parameter === "bytes") return { kind: "own", content: parameter };
  const recipe = resolveParameter(parameter, [], undefined);
  if (recipe.kind === "number" || recipe.kind === "reference") return recipe;
  const type = typeof parameter === "string" ? parameter : parameter.type;
  throw new GuestError(
    "signature",
    `Cannot pass ${quote(type)} with parts of its own to ${quote(name)}: the convention ` +
      `${quote(convention)} lowers by itself, expected "string" or "bytes"`,
    { export: name },
  );
}

function resolveOwnResult(result: Result): ResultRecipe {
  if (result === "string" || result === "bytes") return { kind: "own", content: result };
  const form = typeof result === "string" ? undefined : statedForm(result);
  return resolveResult(result, { form }, undefined, -1);
}

/** Up to so many ways are each shown as the whole option; beyond, their parts are. */
const MOST_SHOWN = 4;

/** The one layout that fits, or an error that says what would settle it. */
function chooseLayout(
  name: string,
  declaration: SymbolDeclaration,
  type: FunctionType | undefined,
  convention: Convention | undefined,
  { address64, leastArguments, isRecognised }: ResolveContext,
): Layout {
  const open = convention === undefined || isRecognised
    ? placePasses(declaration.parameters, convention, type !== undefined)
    : undefined;
  const all = layouts(declaration, convention, open);
  const least = leastArguments(name);
  let fitting = all;
  if (type !== undefined) {
    const fit = (layout: Layout) => fits(layout, declaration, type, address64);
    fitting = all.filter(fit);
    // What is left out at the end has a value of its own, whatever is passed for it.
    if (fitting.length === 0 && least !== undefined) {
      fitting = all.flatMap((layout) => leaveOut(layout, type, least) ?? []).filter(fit);
    }
    if (fitting.length === 0) fitting = numberLayouts(declaration, convention).filter(fit);
  }
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.length > 1) throw ambiguityError(name, type, fitting, convention);
  const wanted = typesOf(declaration, convention, address64, open);
  throw new GuestError(
    "signature",
    `Cannot pass ${showDeclaration(declaration)} to ${quote(name)}: ` +
      `it is ${type === undefined ? "unknown" : formatFunctionType(type)}` +
      (least === undefined ? "" : `, of which the first ${least} have to be passed`) +
      `, expected ${wanted.join(" or ") || "a convention that returns text"}`,
    { export: name },
  );
}

/** The types of an export that could be called as declared. */
export function typesOf(
  declaration: SymbolDeclaration,
  convention: Convention | undefined,
  address64: boolean,
  open?: readonly (readonly Pass[])[],
): string[] {
  const types = layouts(declaration, convention, open).map((layout) =>
    formatFunctionType(layoutType(layout, declaration, address64))
  );
  return [...new Set(types)];
}

/** A layout that leaves the last arguments of an export to it. */
function leaveOut(layout: Layout, type: FunctionType, least: number): Layout | undefined {
  const { slots } = layout;
  const missing = type.parameters.length - slots.length;
  if (missing <= 0 || slots.length < least) return undefined;
  return { ...layout, slots: [...slots, ...Array(missing).fill(0)], passed: slots.length };
}

function ambiguityError(
  name: string,
  type: FunctionType | undefined,
  fitting: readonly Layout[],
  convention: Convention | undefined,
): GuestError {
  return new GuestError(
    "ambiguous-convention",
    `Cannot tell how ${quote(name)} passes text: ` +
      `${type === undefined ? "its type is unknown" : `it is ${formatFunctionType(type)}`}, ` +
      `which ${fitting.length} forms of the convention ${quote(convention?.name ?? "none")} fit, ` +
      `expected ${settlingOptions(fitting, convention)}`,
    { export: name },
  );
}

/**
 * The options of a convention by which an export could be called as declared.
 *
 * @returns nothing if it can't be.
 */
export function listOptions(
  name: string,
  declaration: SymbolDeclaration,
  convention: Convention,
  { address64, functionType }: ResolveContext,
): string | undefined {
  const type = functionType(name);
  const fitting = layouts(declaration, convention).filter((layout) =>
    type !== undefined && fits(layout, declaration, type, address64)
  );
  return fitting.length === 0 ? undefined : settlingOptions(fitting, convention);
}

/** The options by which each way can be told from the others. */
function settlingOptions(
  fitting: readonly Layout[],
  convention: Convention | undefined,
): string {
  const ways = fitting.map(({ pass, form }) => ({ pass, result: form?.name }));
  const isOpen = convention !== undefined && leavesFreeingOpen(convention);
  const who = isOpen && ways.some(({ result }) => result !== undefined && result !== "inPlace")
    ? ` (${WHO_FREES})`
    : "";
  const differ = (part: "pass" | "result") => new Set(ways.map((way) => `${way[part]}`)).size > 1;
  const telling = (["pass", "result"] as const).filter(differ);
  if (fitting.length <= MOST_SHOWN && convention !== undefined) {
    return ways.map((way) => {
      const more = Object.fromEntries(telling.map((part) => [part, way[part]]));
      return offer(convention, way.result === undefined ? more : { ...more, form: way.result });
    }).join(" or ") + who;
  }
  const listed = telling.map((part) => {
    const shown = new Set(ways.map((way) => JSON.stringify(way[part])));
    return [...shown].map((value) => `${part}: ${value}`).join(" or ");
  });
  const frees = who === "" ? "" : `, and resultsFreedBy: "host"${who}`;
  return `an option of the convention: ${listed.join(", and ")}${frees}`;
}
