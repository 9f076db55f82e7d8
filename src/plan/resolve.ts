import type { BlockSource, CoreArgument, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { CParameter, SymbolDeclaration } from "../abi/declaration.ts";
import type { OutParameter } from "../abi/out_parameter.ts";
import type { PlanParts } from "../abi/plan_parts.ts";
import { allOf, Problem } from "../base/errors.ts";
import { OnDemand } from "../base/lazy.ts";
import { isCustom } from "../presets/preset_options.ts";
import { chooseFlattening } from "./choose_flattening.ts";
import type { ResolveContext } from "./context.ts";
import type { Flattening } from "./flattening.ts";
import { buffersOf, countWords, freeingCall, handsOut } from "./plan_blocks.ts";
import {
  arrays,
  DATA_TYPES,
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

/** Plans a call with the parts of a convention, or with those of the declaration alone. */
function resolveWith(
  convention: Convention | undefined,
  name: string,
  original: SymbolDeclaration,
  context: ResolveContext,
): PlanParts | Problem {
  const flattened = flattenDeclaration(convention, name, original, context);
  if (flattened instanceof Problem) return flattened;
  const { declaration, areaSize = 0, flattening, chunked } = flattened;
  const stated = context.isRecognised ? withoutPlace(convention) : convention;
  const returned = resolveReturn(flattened, convention, stated);
  if (returned instanceof Problem) return returned;
  const { result, status } = returned;
  const { output, area } = declaration;
  const passed = [
    ...flattening.coreArguments,
    ...area ?? [],
    ...chunked ? chunks.module.argumentsOf(chunked) : [],
  ];
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
  const outputStatus = resolveStatus(output?.status, stated, flattened.firstText);
  if (outputStatus instanceof Problem) return outputStatus;
  const word = context.address64 ? 8 : 4;
  const words = Math.max(
    countWords({ ...flattening, coreArguments: passed }, [result, status]),
    area?.length ?? 0,
    Math.ceil(areaSize / word),
  );
  const areaPlace = areaPlaceOf(convention, context);
  const outputPlace = output?.place ?? convention?.areaPlace ?? convention?.place;
  const plan: PlanParts = {
    export: name,
    parameters,
    coreArguments: flattening.coreArguments,
    passed: flattening.passed,
    core: context.functionType(name)?.parameters,
    result,
    status,
    chunked,
    ...(words > 0 && {
      area: { words, holds: area, place: areaPlace, free: freeingCall("host", areaPlace) },
    }),
    ...(output !== undefined && outputPlace !== undefined && {
      output: arrays.module.planOutput(output.capacity, outputPlace, result, outputStatus),
    }),
  };
  // Each call of chunked input has its own blocks.
  return chunked !== undefined || buffersOf(plan) < 2
    ? plan
    : sharedBuffers.module.refuseShared(plan, word);
}

/** A declaration, flattened in the one way that fits the export. */
interface Flattened extends Expanded {
  /** The index of the first parameter that is text or bytes in guest memory; -1 if none is. */
  readonly firstText: number;
  readonly flattening: Flattening;
  readonly chunked: PlanParts["chunked"];
}

/** Expands what few declarations have, and chooses the flattening that fits the export. */
function flattenDeclaration(
  convention: Convention | undefined,
  name: string,
  original: SymbolDeclaration,
  context: ResolveContext,
): Flattened | Problem {
  const isChunked = original.chunked !== undefined;
  const whole = isChunked ? chunks.module.withHandle(original) : original;
  const expanded: Expanded | Problem = hasPart(whole, isStruct)
    ? structs.module.expand(whole, name, convention, context)
    : { given: whole, declaration: whole };
  if (expanded instanceof Problem) return expanded;
  const { given, declaration, outs } = expanded;
  const firstText = declaration.parameters.findIndex((parameter) => isText(parameter, convention));
  const chunk = declaration.chunked?.parameter ?? firstText;
  const shown = isChunked ? chunks.module.declareResult(given, chunk, context) : given;
  if (shown instanceof Problem) return shown;
  if (declaration.async && (isChunked || declaration.output?.capacity === "query")) {
    return custom.module.waitProblem(name);
  }
  const found = chooseFlattening(name, shown, context.functionType(name), convention, context);
  if (found instanceof Problem) return found;
  const isStated = typeof given.result === "object" && statedForm(given.result) !== undefined;
  const flattening = outs?.moveFlattening(found, isStated) ?? found;
  const chunked = isChunked
    ? chunks.module.resolveChunked(given, chunk, flattening, context)
    : undefined;
  return chunked instanceof Problem ? chunked : { ...expanded, firstText, flattening, chunked };
}

/**
 * Resolves the result of a call, and how it reports that it failed.
 *
 * @param stated The convention for what the declaration places itself.
 */
function resolveReturn(
  { declaration, outs, flattening, firstText }: Flattened,
  convention: Convention | undefined,
  stated: Convention | undefined,
): Pick<PlanParts, "result" | "status"> | Problem {
  const { result, status: declared } = declaration;
  const isPlaced = typeof result === "object" &&
    (isCompound(result) || statedForm(result) !== undefined);
  const own = resolveResult(result, flattening, isPlaced ? stated : convention, firstText);
  if (own instanceof Problem) return own;
  const returned = outs && resolveResult(outs.values, {}, convention, -1);
  if (returned instanceof Problem) return returned;
  const detected = (flattening.form ?? flattening.number)?.status ?? convention?.status;
  const status = declared === undefined
    ? resolveStatus(detected, convention, firstText)
    : resolveStatus(declared, stated, firstText);
  if (status instanceof Problem) return status;
  return { result: returned === undefined ? own : outs!.addTo(own, returned), status };
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
  const { areaPlace, place } = convention ?? {};
  return areaPlace ?? (!hasStack && place && handsOut(place) ? place : { kind: "stack" });
}

/** A parameter with a C layout that takes an argument. */
type Passed = Exclude<CParameter, OutParameter>;

/** Returns whether a declaration omits a part that only a convention can provide. */
export function needsConvention({ parameters, result, output }: SymbolDeclaration): boolean {
  const isData = (type: string) => DATA_TYPES.includes(type);
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
