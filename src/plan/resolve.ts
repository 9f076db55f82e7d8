import type { Pass, Place, Slot } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import { isOwn, type OwnConvention } from "../abi/custom.ts";
import type { Result, SymbolDeclaration } from "../abi/declaration.ts";
import type { Parameter } from "../abi/parameter.ts";
import type { ParameterRecipe, Recipe, ResultRecipe } from "../abi/recipe.ts";
import { allOf, Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { FunctionType } from "../binary/types.ts";
import { chooseLayout } from "./choose_layout.ts";
import { isCompound, resolvePieces } from "./compound.ts";
import type { ResolveContext } from "./context.ts";
import { freeingCall } from "./freeing_call.ts";
import { countWords, hasPlace, isText, statedForm } from "./layouts.ts";
import { resolveParameter, resolveResult, resolveStatus } from "./parts.ts";
import { refuseShared } from "./refuse_shared.ts";

/**
 * Works out how a declared symbol is called: the convention says what can be, the export's type
 * decides, and where it can't the problem lists what would settle it.
 *
 * @param name The export.
 * @param declaration What the symbol takes and returns.
 * @param context The guest.
 * @returns The recipe, with nothing left open; or a problem with the code `signature`,
 * `ambiguous-convention` or `no-convention`.
 */
export function resolveRecipe(
  name: string,
  declaration: SymbolDeclaration,
  context: ResolveContext,
): Recipe | Problem {
  const { convention } = context;
  if (convention instanceof Problem) {
    return needsConvention(declaration)
      ? convention
      : resolveWith(undefined, name, declaration, context);
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
): Recipe | Problem {
  const type = context.functionType(name);
  const firstText = declaration.parameters.findIndex((parameter) => isText(parameter, convention));
  const pieces = declaration.pieces &&
    resolvePieces(declaration, declaration.pieces.parameter ?? firstText, context);
  if (pieces instanceof Problem) return pieces;
  if (declaration.async && (pieces !== undefined || declaration.output?.capacity === "query")) {
    return new Problem({
      code: "asynchronous",
      part: "async",
      cannot: `Cannot wait in ${quote(name)}`,
      found: "it is called several times for one result",
      expected: 'neither "pieces" nor the capacity "query" beside async: true',
      export: name,
    });
  }
  const shown = pieces === undefined
    ? declaration
    : { ...declaration, arguments: pieces.final.slots };
  const layout = chooseLayout(name, shown, type, convention, context);
  if (layout instanceof Problem) return layout;
  const stated = context.isRecognised ? withoutPlace(convention) : convention;
  const forResult = placesResult(declaration.result) ? stated : convention;
  const result = resolveResult(declaration.result, layout, forResult, firstText);
  if (result instanceof Problem) return result;
  const status = declaration.status === undefined
    ? resolveStatus(
      (layout.form ?? layout.number)?.status ?? convention?.status,
      convention,
      firstText,
    )
    : resolveStatus(declaration.status, stated, firstText);
  if (status instanceof Problem) return status;
  const { output, area } = declaration;
  const words = Math.max(countWords(layout, [result, status]), area?.length ?? 0);
  const areaPlace = areaPlaceOf(convention, context);
  const outputPlace = output?.place ?? convention?.areaPlace ?? convention?.place;
  const passed = [layout.slots, area, pieces?.init?.slots, pieces?.update.slots].flatMap((slots) =>
    slots ?? []
  );
  const parameters = allOf(declaration.parameters.map((parameter, index) => {
    const from = hasPlace(parameter) ? stated : convention;
    const found = resolveParameter(parameter, passOf(passed, index), from);
    return found instanceof Problem
      ? found.with({ part: `parameters[${index}].${found.parts.part}` })
      : found;
  }));
  if (parameters instanceof Problem) return parameters;
  const outputStatus = resolveStatus(output?.status, stated, firstText);
  if (outputStatus instanceof Problem) return outputStatus;
  return refuseShared({
    export: name,
    parameters,
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
        status: outputStatus,
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
): Recipe | Problem {
  const found = allOf(
    parameters.map((parameter, index) => resolveOwnParameter(parameter, index, own, name)),
  );
  if (found instanceof Problem) return found;
  const lifted = resolveOwnResult(result);
  if (lifted instanceof Problem) return lifted;
  const checked = resolveStatus(status, undefined, -1);
  if (checked instanceof Problem) return checked;
  return {
    export: name,
    own,
    parameters: found,
    slots: parameters.map((_, parameter) => ({ parameter })),
    core: type?.parameters,
    result: lifted,
    status: checked,
  };
}

function resolveOwnParameter(
  parameter: Parameter,
  index: number,
  { name: convention }: OwnConvention,
  name: string,
): ParameterRecipe | Problem {
  if (parameter === "string" || parameter === "bytes") return { kind: "own", content: parameter };
  const recipe = resolveParameter(parameter, [], undefined);
  if (recipe instanceof Problem || recipe.kind === "number" || recipe.kind === "reference") {
    return recipe;
  }
  const type = typeof parameter === "string" ? parameter : parameter.type;
  return new Problem({
    code: "signature",
    part: `parameters[${index}]`,
    cannot: `Cannot pass ${quote(type)} with parts of its own to ${quote(name)}`,
    found: `the convention ${quote(convention)} lowers by itself`,
    expected: '"string" or "bytes"',
    export: name,
  });
}

function resolveOwnResult(result: Result): ResultRecipe | Problem {
  if (result === "string" || result === "bytes") return { kind: "own", content: result };
  const form = typeof result === "string" ? undefined : statedForm(result);
  return resolveResult(result, { form }, undefined, -1);
}
