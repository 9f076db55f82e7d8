import type { BlockSource, CoreArgument, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { CParameter, Result, SymbolDeclaration } from "../abi/declaration.ts";
import type { OutParameter } from "../abi/out_parameter.ts";
import type { PlanParts, ResultPlan } from "../abi/plan_parts.ts";
import { allOf, Problem } from "../base/errors.ts";
import { OnDemand } from "../base/lazy.ts";
import { isCustom } from "../presets/preset_options.ts";
import { chooseFlattening } from "./choose_flattening.ts";
import type { ResolveContext } from "./context.ts";
import { buffersOf, countWords, freeingCall, handsOut } from "./plan_blocks.ts";
import {
  arrays,
  hasPart,
  hasPlace,
  isObjectType,
  isStruct,
  isText,
  statedForm,
  structs,
} from "./flatten.ts";
import { isCompound, resolveParameter, resolveResult, resolveStatus } from "./parts.ts";
import { sharedBuffers } from "./plan_call.ts";
import type { Expanded } from "./structs/struct_results.ts";

/** The plans of calls with a custom convention. */
export const custom = new OnDemand(() => import("./resolve_custom.ts"));

/** The plans of calls with chunked input. */
export const chunks = new OnDemand(() => import("./plan_chunks.ts"));

/**
 * Plans the call of a declared symbol. The convention lists the possible ways, and the export's
 * type selects one. If it cannot, the problem lists the options that would settle it.
 *
 * @param name The export.
 * @param declaration The declaration of the symbol.
 * @param context The guest.
 * @returns The complete plan; or a problem with the code `signature`, `ambiguous-convention` or
 * `no-convention`.
 */
export function planParts(
  name: string,
  declaration: SymbolDeclaration,
  context: ResolveContext,
): PlanParts | Problem {
  const { convention } = context;
  if (convention instanceof Problem) {
    return needsConvention(declaration)
      ? convention
      : resolveWith(undefined, name, declaration, context);
  }
  return convention !== undefined && isCustom(convention)
    ? custom.module.resolveCustom(convention, name, declaration, context.functionType(name))
    : resolveWith(convention, name, declaration, context);
}

function resolveWith(
  convention: Convention | undefined,
  name: string,
  original: SymbolDeclaration,
  context: ResolveContext,
): PlanParts | Problem {
  const isChunked = original.chunked !== undefined;
  const whole = isChunked ? chunks.module.withHandle(original) : original;
  const expanded: Expanded | Problem = hasPart(whole, isStruct)
    ? structs.module.expand(whole, name, convention, context)
    : { given: whole, declaration: whole };
  if (expanded instanceof Problem) return expanded;
  const { given, declaration, outs, areaSize = 0 } = expanded;
  const type = context.functionType(name);
  const firstText = declaration.parameters.findIndex((parameter) => isText(parameter, convention));
  const chunk = declaration.chunked?.parameter ?? firstText;
  const shown = isChunked ? chunks.module.declareResult(given, chunk, context) : given;
  if (shown instanceof Problem) return shown;
  if (declaration.async && (isChunked || declaration.output?.capacity === "query")) {
    return custom.module.waitProblem(name);
  }
  const found = chooseFlattening(name, shown, type, convention, context);
  if (found instanceof Problem) return found;
  const isStated = typeof given.result === "object" && statedForm(given.result) !== undefined;
  const flattening = outs?.moveFlattening(found, isStated) ?? found;
  const chunked = isChunked
    ? chunks.module.resolveChunked(given, chunk, flattening, context)
    : undefined;
  if (chunked instanceof Problem) return chunked;
  const stated = context.isRecognised ? withoutPlace(convention) : convention;
  const forResult = placesResult(declaration.result) ? stated : convention;
  const own = resolveResult(declaration.result, flattening, forResult, firstText);
  if (own instanceof Problem) return own;
  const returned = outs && resolveResult(outs.values, {}, convention, -1);
  if (returned instanceof Problem) return returned;
  const result = returned === undefined ? own : withReturned(own, returned);
  const status = declaration.status === undefined
    ? resolveStatus(
      (flattening.form ?? flattening.number)?.status ?? convention?.status,
      convention,
      firstText,
    )
    : resolveStatus(declaration.status, stated, firstText);
  if (status instanceof Problem) return status;
  const { output, area } = declaration;
  const passed = [
    flattening.coreArguments,
    area,
    ...Object.values(chunked?.calls ?? {}).map(({ coreArguments }) => coreArguments),
  ].flatMap((coreArguments) => coreArguments ?? []);
  const word = context.address64 ? 8 : 4;
  const words = Math.max(
    countWords({ ...flattening, coreArguments: passed }, [result, status]),
    area?.length ?? 0,
    Math.ceil(areaSize / word),
  );
  const areaPlace = areaPlaceOf(convention, context);
  const outputPlace = output?.place ?? convention?.areaPlace ?? convention?.place;
  const parameters = allOf(declaration.parameters.map((parameter, index) => {
    const from = hasPlace(parameter) ? stated : convention;
    const found = isStruct(parameter)
      ? structs.module.resolveStruct(parameter as Passed, name, index, convention, context)
      : resolveParameter(parameter, passOf(passed, index), from);
    return found instanceof Problem
      ? found.with({ part: `parameters[${index}].${found.parts.part}` })
      : found;
  }));
  if (parameters instanceof Problem) return parameters;
  const outputStatus = resolveStatus(output?.status, stated, firstText);
  if (outputStatus instanceof Problem) return outputStatus;
  const plan: PlanParts = {
    export: name,
    parameters,
    coreArguments: flattening.coreArguments,
    passed: flattening.passed,
    core: type?.parameters,
    result,
    status,
    chunked,
    ...(words > 0 && {
      area: { words, holds: area, place: areaPlace, free: freeingCall("host", areaPlace) },
    }),
    ...(output !== undefined && outputPlace !== undefined && {
      output: {
        capacity: output.capacity,
        ...arrays.module.unitOfOutput(result),
        status: outputStatus,
        place: outputPlace,
        free: freeingCall("host", outputPlace),
      },
    }),
  };
  // Each call of chunked input has its own blocks.
  return isChunked || buffersOf(plan) < 2 ? plan : sharedBuffers.module.refuseShared(plan, word);
}

/** Adds the values that parameters return to the export's own result. */
function withReturned(own: ResultPlan, returned: ResultPlan): ResultPlan {
  if (own.kind === "void" || returned.kind !== "record") return returned;
  return { ...returned, fields: [["result", own], ...returned.fields] };
}

/**
 * Returns a convention without the parts that belong to its own block source. They do not apply to
 * a block source in a declaration; otherwise the same declaration would have different meanings in
 * different guests. Who frees results is kept, because that depends on the toolchain.
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

/** Returns whether a result, or each part of it, declares its place. */
function placesResult(result: Result): boolean {
  return typeof result === "object" && (isCompound(result) || statedForm(result) !== undefined);
}

function passOf(coreArguments: readonly CoreArgument[], parameter: number): Pass[] {
  return coreArguments.flatMap((coreArgument) =>
    typeof coreArgument === "object" && "text" in coreArgument && coreArgument.text === parameter
      ? [coreArgument.as]
      : []
  );
}

/** Chooses the block source of a return area: the stack, or that of text if it is an allocator. */
function areaPlaceOf(
  convention: Convention | undefined,
  { hasStack }: ResolveContext,
): BlockSource {
  if (convention?.areaPlace !== undefined) return convention.areaPlace;
  const { place } = convention ?? {};
  return !hasStack && place !== undefined && handsOut(place) ? place : { kind: "stack" };
}

/** A parameter with a C layout that takes an argument. */
type Passed = Exclude<CParameter, OutParameter>;

/** Returns whether a declaration omits a part that only a convention can provide. */
export function needsConvention({ parameters, result, output }: SymbolDeclaration): boolean {
  const isData = (type: string) => ["string", "bytes", "array", "strings"].includes(type);
  const open = parameters.some((parameter) =>
    typeof parameter === "string"
      ? isData(parameter)
      : isObjectType(parameter) || (!isStruct(parameter) && parameter.type !== "function" &&
        parameter.place === undefined)
  );
  const openResult = typeof result === "string"
    ? isData(result)
    : isObjectType(result) || (isData(result.type) && statedForm(result) === undefined);
  return open || openResult || (output !== undefined && output.place === undefined);
}
