import type { CoreArgument, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { SymbolDeclaration } from "../abi/declaration.ts";
import { Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import type { FunctionType, ValueType } from "../binary/types.ts";
import {
  leavesFreeingOpen,
  losesArguments,
  offer,
  print,
  showDeclaration,
  WHO_FREES,
} from "../presets/preset_options.ts";
import { BLOCK_PASSES } from "../presets/allocator.ts";
import type { ResolveContext } from "./context.ts";
import type { Flattening } from "./flattening.ts";
import { coreType, flatten, hasPlace, isObjectType, isStruct, structs } from "./flatten.ts";
import { compound } from "./parts.ts";

/** If there are more ways than this, the error shows their parts instead of whole options. */
const MOST_SHOWN = 4;

/** Returns the one flattening that fits, or a problem with the options that would settle it. */
export function chooseFlattening(
  name: string,
  declaration: SymbolDeclaration,
  type: FunctionType | undefined,
  convention: Convention | undefined,
  { address64, leastArguments, isRecognised }: ResolveContext,
): Flattening | Problem {
  const { parameters } = declaration;
  const isPlaced = parameters.some(hasPlace) || convention === undefined;
  const open = isPlaced && (convention === undefined || isRecognised)
    ? compound.loaded?.placePasses(parameters, convention, type !== undefined)
    : undefined;
  const all = flatten(declaration, convention, open);
  const least = leastArguments(name);
  let fitting = all;
  if (type !== undefined) {
    const fit = (flattening: Flattening) => fits(flattening, declaration, type, address64);
    fitting = all.filter(fit);
    // Omitted arguments at the end get their defaults.
    if (fitting.length === 0 && least !== undefined) {
      fitting = all.flatMap((flattening) => leaveOut(flattening, type, least) ?? []).filter(fit);
    }
    const { result } = declaration;
    if (fitting.length === 0 && result !== "string" && result !== "bytes") {
      fitting = compound.loaded?.flattenNumber(declaration, convention).filter(fit) ?? [];
    }
  }
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.length > 1) return ambiguity(name, type, fitting, convention);
  const wanted = typesOf(declaration, convention, address64, open);
  const other = type &&
    flatten(declaration, convention, BLOCK_PASSES).find((flattening) =>
      fits(flattening, declaration, type, address64)
    );
  if (other !== undefined) wanted.push(`parameters with pass: ${print(other.pass)}`);
  return new Problem({
    code: "signature",
    part: "type",
    cannot: `Cannot pass ${showDeclaration(declaration)} to ${quote(name)}`,
    found: `it is ${type === undefined ? "unknown" : formatFunctionType(type)}` +
      (least === undefined ? "" : `, of which the first ${least} have to be passed`),
    expected: wanted.join(" or ") || "a convention that returns text",
    export: name,
  });
}

export function typesOf(
  declaration: SymbolDeclaration,
  convention: Convention | undefined,
  address64: boolean,
  open?: readonly (readonly Pass[])[],
): string[] {
  const types = flatten(declaration, convention, open).map((flattening) =>
    formatFunctionType(flatType(flattening, declaration, address64))
  );
  return [...new Set(types)];
}

/** Returns a flattening that omits the last, optional arguments of an export. */
function leaveOut(
  flattening: Flattening,
  type: FunctionType,
  least: number,
): Flattening | undefined {
  const { coreArguments } = flattening;
  const missing = type.parameters.length - coreArguments.length;
  if (missing <= 0 || coreArguments.length < least) return undefined;
  return {
    ...flattening,
    coreArguments: [...coreArguments, ...Array(missing).fill(0)],
    passed: coreArguments.length,
  };
}

function ambiguity(
  name: string,
  type: FunctionType | undefined,
  fitting: readonly Flattening[],
  convention: Convention | undefined,
): Problem {
  return new Problem({
    code: "ambiguous-convention",
    part: "type",
    cannot: `Cannot tell how ${quote(name)} passes text`,
    found: `${type === undefined ? "its type is unknown" : `it is ${formatFunctionType(type)}`}, ` +
      `which ${fitting.length} forms of the convention ${quote(convention?.name ?? "none")} fit`,
    expected: settlingOptions(fitting, convention),
    export: name,
  });
}

/**
 * Lists the options of a convention with which an export could be called as declared.
 *
 * @returns `undefined` if there are none.
 */
export function listOptions(
  name: string,
  declaration: SymbolDeclaration,
  convention: Convention,
  { address64, functionType }: ResolveContext,
): string | undefined {
  const type = functionType(name);
  const fitting = flatten(declaration, convention).filter((flattening) =>
    type !== undefined && fits(flattening, declaration, type, address64)
  );
  return fitting.length === 0 ? undefined : settlingOptions(fitting, convention);
}

/** Lists the options that distinguish the possible ways. */
function settlingOptions(
  fitting: readonly Flattening[],
  convention: Convention | undefined,
): string {
  const ways = fitting.map(({ pass, form }) => ({ pass, result: form?.name }));
  const isOpen = convention !== undefined && leavesFreeingOpen(convention);
  const who = isOpen && ways.some(({ result }) => result !== undefined && result !== "inPlace")
    ? ` (${WHO_FREES})`
    : convention !== undefined && losesArguments(convention)
    ? " (nothing that frees is known: a text stays in memory unless the guest frees it)"
    : "";
  const differ = (part: "pass" | "result") => new Set(ways.map((way) => `${way[part]}`)).size > 1;
  const differing = (["pass", "result"] as const).filter(differ);
  if (fitting.length <= MOST_SHOWN && convention !== undefined) {
    return ways.map((way) => {
      const more = Object.fromEntries(differing.map((part) => [part, way[part]]));
      return offer(convention, way.result === undefined ? more : { ...more, form: way.result });
    }).join(" or ") + who;
  }
  const listed = differing.map((part) => {
    const shown = new Set(ways.map((way) => JSON.stringify(way[part])));
    return [...shown].map((value) => `${part}: ${value}`).join(" or ");
  });
  const frees = isOpen && who !== "" ? `, and resultsFreedBy: "host"${who}` : who;
  return `an option of the convention: ${listed.join(", and ")}${frees}`;
}

/** Returns whether the core types of a flattening are those of an export. */
export function fits(
  flattening: Flattening,
  declaration: SymbolDeclaration,
  type: FunctionType,
  address64: boolean,
): boolean {
  const { coreArguments, form, number } = flattening;
  const pointer = address64 ? "i64" : "i32";
  if (coreArguments.length !== type.parameters.length) return false;
  for (const [index, coreArgument] of coreArguments.slice(0, flattening.passed).entries()) {
    if (!matches(coreArgumentType(coreArgument, declaration), type.parameters[index]!, pointer)) {
      return false;
    }
  }
  const results = (form ?? number ?? { results: numberResults(declaration) }).results;
  return results === undefined ||
    (results.length === type.results.length &&
      results.every((result, index) => {
        // With a 32-bit memory, an i64 is more than one number. With an allocator, nothing shows
        // that a single i32 is a length.
        const isLength = address64 && form?.name !== "inPlace";
        return matches(result === "n" && !isLength ? "p" : result, type.results[index]!, pointer);
      }));
}

/** Returns the type of an export that a flattening fits. */
export function flatType(
  { coreArguments, form }: Flattening,
  declaration: SymbolDeclaration,
  address64: boolean,
): FunctionType {
  const pointer = address64 ? "i64" : "i32";
  const show = (type: string) => (type === "p" || type === "n" ? pointer : type) as ValueType;
  const results = form === undefined ? numberResults(declaration) : form.results;
  return {
    parameters: coreArguments.map((coreArgument) =>
      show(coreArgumentType(coreArgument, declaration))
    ),
    results: (results ?? []).map(show),
  };
}

function matches(wanted: string, found: ValueType, pointer: "i32" | "i64"): boolean {
  if (wanted === "p") return found === pointer;
  if (wanted === "n") return found === "i32" || found === "i64";
  if (wanted === "externref") return /ref$|^\(ref/.test(found);
  return wanted === found;
}

function coreArgumentType(coreArgument: CoreArgument, { parameters }: SymbolDeclaration): string {
  if (typeof coreArgument === "number" || coreArgument === "capacity") return "n";
  if (coreArgument === "output" || "area" in coreArgument) return "p";
  if ("text" in coreArgument) {
    if (coreArgument.as === "pointer" || coreArgument.as === "lengths") return "p";
    return coreArgument.as.startsWith("packed") ? "i64" : "n";
  }
  const parameter = parameters[coreArgument.parameter];
  return parameter === undefined ? "no parameter" : coreType(parameter);
}

/** Lists the core results of a number or a void result; absent if the number is found elsewhere. */
function numberResults({ result, status }: SymbolDeclaration): readonly string[] | undefined {
  if (isStruct(result)) return structs.module.resultTypes(result);
  if (typeof result === "object") {
    const isPointer = result.type === "function" && result.value === undefined;
    return isPointer || isObjectType(result) ? ["p"] : undefined;
  }
  if (result === "void") return status === undefined ? [] : undefined;
  return [coreType(result)];
}
