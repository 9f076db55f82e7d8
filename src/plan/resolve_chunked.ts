import type { CoreArgument } from "../abi/block_source.ts";
import type { ChunkDeclaration, Parameter, SymbolDeclaration } from "../abi/declaration.ts";
import type { ChunkCall, ChunkedPlan, ChunkPurpose } from "../abi/plan_parts.ts";
import { Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { ResolveContext } from "./context.ts";
import type { Flattening } from "./flattening.ts";

// The core arguments of each call of a guest that takes its input in chunks.

/** The calls of chunked input in a declaration. */
export const DECLARED_CALLS = ["init", "update", "drain", "final", "destroy"] as const;

/** Returns a declaration with its handle as the last parameter. */
export function withHandle(declaration: SymbolDeclaration): SymbolDeclaration {
  const { chunked, parameters } = declaration;
  if (chunked?.handle === undefined) return declaration;
  return { ...declaration, parameters: [...parameters, chunked.handle] };
}

/** Returns the export that returns the result of chunked input, or its parts. */
export function resultExport({ update, final, parts }: Declared): string {
  return nameOf(parts || final === undefined ? update : final);
}

type Declared = NonNullable<SymbolDeclaration["chunked"]>;

/**
 * Returns the declaration of the export that returns the result: with its core arguments, unless
 * its type shows them.
 *
 * @param declaration The declaration, with the handle among its parameters.
 * @param parameter The chunked parameter.
 */
export function declareResult(
  declaration: SymbolDeclaration,
  parameter: number,
  context: ResolveContext,
): SymbolDeclaration | Problem {
  const { chunked, parameters, output } = declaration;
  const { update, final, parts, handle, parameter: stated } = chunked!;
  const data = parameters.filter(isData);
  const isOpen = stated === undefined && data.length !== 1;
  if (isOpen || !isData(parameters[parameter])) {
    return new Problem({
      code: "signature",
      part: isOpen ? "parameters" : "chunked.parameter",
      cannot: `Cannot pass input in chunks to ${quote(nameOf(update))}`,
      found: isOpen
        ? `the declaration has ${data.length} texts`
        : `parameter ${parameter} is no text`,
      expected: `one text${isOpen ? ', or "parameter" to say which it is' : ""}`,
      export: nameOf(update),
    });
  }
  const isShown = parts && typeof update === "string" && handle === undefined &&
    output === undefined;
  if (isShown) return declaration;
  const ways = parts ? updateWays(declaration, parameter) : endWays(declaration);
  const call = resolve(parts ? update : final!, ways, declaration, context);
  return call instanceof Problem ? call : { ...declaration, arguments: call.coreArguments };
}

/** Plans the calls of a guest that takes parameter number `parameter` in chunks. */
export function resolveChunked(
  declaration: SymbolDeclaration,
  parameter: number,
  { coreArguments }: Pick<Flattening, "coreArguments">,
  context: ResolveContext,
): ChunkedPlan | Problem {
  const { parts = false, handle, taken, repeat = [] } = declaration.chunked!;
  const ends = parts ? restWays(coreArguments, declaration, parameter) : endWays(declaration);
  const ways = {
    init: [[], numbersOf(declaration)],
    update: parts ? [coreArguments] : updateWays(declaration, parameter),
    drain: ends,
    final: parts ? ends : [coreArguments],
    destroy: [handleOf(declaration), []],
  };
  const calls: Partial<Record<ChunkPurpose, ChunkCall>> = {};
  for (const purpose of DECLARED_CALLS) {
    const declared = declaration.chunked![purpose];
    if (declared === undefined) continue;
    const call = resolve(declared, ways[purpose], declaration, context);
    if (call instanceof Problem) return call;
    calls[purpose] = call;
  }
  if (repeat.includes("update")) {
    const { export: name, coreArguments } = calls.update!;
    const isInput = (item: CoreArgument) =>
      typeof item === "object" && "text" in item && item.text === parameter;
    const nothing = coreArguments.map((item) => isInput(item) ? 0 : item);
    calls.more = { export: name, coreArguments: nothing };
  }
  return {
    parameter,
    calls: calls as ChunkedPlan["calls"],
    hasHandle: handle !== undefined,
    parts,
    repeats: repeat,
    taken,
  };
}

/** Returns the core arguments of the handle, if there is one. */
function handleOf({ chunked, parameters }: SymbolDeclaration): CoreArgument[] {
  return chunked?.handle === undefined ? [] : [{ parameter: parameters.length - 1 }];
}

/** Returns the core arguments of all numbers except the handle. */
function numbersOf({ chunked, parameters }: SymbolDeclaration): CoreArgument[] {
  const count = chunked?.handle === undefined ? parameters.length : parameters.length - 1;
  return parameters.slice(0, count).flatMap((item, index) =>
    isData(item) ? [] : [{ parameter: index }]
  );
}

/** Returns the usual core arguments of `update`. */
function updateWays(declaration: SymbolDeclaration, parameter: number): CoreArgument[][] {
  const handle = handleOf(declaration);
  const length = lengthOf(declaration.parameters[parameter], parameter);
  const range: CoreArgument[] = [{ text: parameter, as: "pointer" }, length];
  const plain = [[...handle, length], [...handle, ...range]];
  const { output, chunked } = declaration;
  if (output === undefined || !chunked?.parts) return plain;
  return [
    [...handle, ...range, "output", "capacity"],
    [...handle, length, "output", "capacity"],
    ...plain,
  ];
}

/** Returns the core argument with the length of a chunk: the elements of an array, unless set. */
function lengthOf(parameter: Parameter | undefined, text: number): CoreArgument {
  const counts = typeof parameter === "object" && parameter.type === "array" &&
    parameter.unit !== "bytes";
  return { text, as: counts ? "codeUnits" : "byteLength" };
}

/** Returns the usual core arguments of `final`. */
function endWays(declaration: SymbolDeclaration): CoreArgument[][] {
  const handle = handleOf(declaration), numbers = numbersOf(declaration);
  const plain = [handle, [...handle, ...numbers]];
  if (declaration.output === undefined) return plain;
  return [[...handle, "output", "capacity"], ...plain, [
    ...handle,
    ...numbers,
    "output",
    "capacity",
  ]];
}

/**
 * Returns the core arguments of `final` that correspond to those of `update`: without the chunk.
 */
function restWays(
  coreArguments: readonly CoreArgument[],
  declaration: SymbolDeclaration,
  parameter: number,
): CoreArgument[][] {
  const rest = coreArguments.filter((item) =>
    !(typeof item === "object" && "text" in item && item.text === parameter)
  );
  const numbers = new Set(numbersOf(declaration).map((item) => JSON.stringify(item)));
  return [rest.filter((item) => !numbers.has(JSON.stringify(item))), rest];
}

function isData(parameter: Parameter | undefined): boolean {
  return parameter === "string" || parameter === "bytes" || typeof parameter === "object";
}

/** Returns the first of the usual ways whose number of arguments fits the export. */
function resolve(
  declared: ChunkDeclaration,
  ways: readonly (readonly CoreArgument[])[],
  declaration: SymbolDeclaration,
  context: ResolveContext,
): ChunkCall | Problem {
  const name = nameOf(declared);
  if (typeof declared === "object") {
    const [handle] = handleOf(declaration);
    const coreArguments = declared.arguments.map((item) => item === "handle" ? handle ?? 0 : item);
    return { export: name, coreArguments };
  }
  const count = context.functionType(name)?.parameters.length;
  const coreArguments = ways.find((way) => count === undefined || way.length === count);
  if (coreArguments !== undefined) return { export: name, coreArguments };
  const counts = [...new Set(ways.map((way) => way.length))].sort((a, b) => a - b);
  return new Problem({
    code: "signature",
    part: "chunked",
    cannot: `Cannot pass chunks to ${quote(name)}`,
    found: `it takes ${count} arguments`,
    expected: `${counts.join(" or ")}, or { export, arguments } to say which`,
    export: name,
  });
}

function nameOf(declared: ChunkDeclaration): string {
  return typeof declared === "string" ? declared : declared.export;
}
