import type { BlockSource, CoreArgument, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { CustomConvention } from "../abi/custom_convention.ts";
import type { Result, SymbolDeclaration } from "../abi/declaration.ts";
import type { ResultForm } from "../abi/result.ts";
import type { Length, Value } from "../abi/value.ts";
import { Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import { typeKey } from "../binary/function_module.ts";
import type { FunctionType } from "../binary/types.ts";
import { isCustom, showDeclaration } from "../presets/preset_options.ts";
import type { HostImport, Target, Word } from "./host_plan.ts";
import type { Flattening } from "./flattening.ts";
import { fits, flatType } from "./choose_flattening.ts";
import { flatten, isStruct, structs } from "./flatten.ts";

/** The core arguments that a guest passes for data, unless a convention sets others. */
const PLAIN_PASSES: readonly (readonly Pass[])[] = [["pointer", "byteLength"], ["pointer"]];

/**
 * The defaults for a guest without a convention: it can pass data to the host, but not receive any
 * in memory.
 */
const UNKNOWN: Convention = {
  name: "none",
  expression: "",
  encoding: "utf-8",
  place: { kind: "stack" },
  pass: PLAIN_PASSES,
  terminated: "without length",
  results: [],
  argumentsFreedBy: "guest",
  resultsFreedBy: "guest",
  trailingNul: "keep",
};

/** Adapts a convention to host functions, whose data always has a pointer. */
export function hostConvention(given: Convention | CustomConvention | Problem): Convention {
  if (given instanceof Problem || isCustom(given)) return UNKNOWN;
  const pointed = given.pass.filter((pass) => pass.some((part) => part !== "byteLength"));
  // How a guest's buffer is filled does not apply to other text, and C also uses lengths.
  const isPlain = pointed.length < given.pass.length || given.terminated === "always";
  return {
    ...given,
    pass: isPlain ? PLAIN_PASSES : pointed,
    results: given.hostResults ?? given.results,
  };
}

/**
 * Finds the one way in which the import's type fits the declaration. It is a problem if there is
 * none, or if there are several.
 *
 * @param place The block source for the import's result, if that is data.
 */
export function flattenHost(
  item: HostImport,
  convention: Convention,
  place: BlockSource,
): Flattening | Problem {
  const { type, address64 } = item;
  const declaration = asSymbol(item);
  const all = flatten(declaration, convention).filter(({ form, coreArguments }) =>
    form === undefined || isStruct(item.declaration.result as Result) ||
    resolveTarget(form, coreArguments, place) !== undefined
  );
  const fitting = type === undefined
    ? all
    : all.filter((flattening) => fits(flattening, declaration, type, address64));
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.length > 1) return ambiguity(item, fitting);
  if (all.length === 0) return noPlace(item);
  const types = all.map((flattening) =>
    formatFunctionType(flatType(flattening, declaration, address64))
  );
  const found = `that is ${[...new Set(types)].join(" or ")}`;
  return misfit(item, "type", found, type === undefined ? undefined : formatFunctionType(type));
}

/** Lists the types that a host function could have according to its declaration alone. */
export function hostTypes(
  item: HostImport,
  given: Convention | CustomConvention | Problem,
): FunctionType[] {
  const declaration = asSymbol(item);
  const types = flatten(declaration, hostConvention(given)).map((flattening) =>
    flatType(flattening, declaration, item.address64)
  );
  return [...new Map(types.map((type) => [typeKey(type), type])).values()];
}

/** Converts the declaration to that of an export with the same type. */
function asSymbol({ declaration, type }: HostImport): SymbolDeclaration {
  const fills = declaration.arguments?.includes("output") ?? false;
  const { result: given } = declaration;
  if (typeof given === "object" && given.type === "list") {
    const form = structs.module.hostListForm(given);
    return { ...declaration, result: { type: "bytes", form } } as SymbolDeclaration;
  }
  if (!fills) return declaration as SymbolDeclaration;
  // If the guest passes an address for the result, the import returns the length or nothing.
  const [length] = type?.results ?? [];
  const result: Result = length === undefined ? "void" : length === "i64" ? "u64" : "u32";
  return { ...declaration, result } as SymbolDeclaration;
}

/** Returns the words that errors use for an import: `import "env.log"`. */
export function importLabel(name: string): string {
  return `import ${quote(name)}`;
}

/** Makes the problem of a declaration that does not fit an import. */
export function misfit(
  { name, label, declaration }: HostImport,
  part: string,
  found: string,
  expected: string | undefined,
): Problem {
  const shown = showDeclaration(declaration as SymbolDeclaration);
  const cannot = `Cannot bind ${shown} to ${label ?? importLabel(name)}`;
  return new Problem({ code: "signature", part, cannot, found, expected, export: name });
}

/** Makes the problem of a result without a place in the guest. */
export function noPlace(
  { name, label, declaration: { result } }: HostImport,
  type: string = typeof result === "string" ? result : result.type,
): Problem {
  const otherwise = type === "list" || type === "out"
    ? ""
    : type === "struct" || type === "variant"
    ? `, or by: "value" if the ${type} points to nothing`
    : ', or "output" and "capacity" among the arguments';
  return new Problem({
    code: "no-convention",
    part: "result",
    cannot: `Cannot return ${quote(type)} from ${label ?? importLabel(name)}`,
    found: "no place in the guest is known for it",
    expected: `the option convention with an allocator${otherwise}`,
    export: name,
  });
}

function ambiguity({ name, label, type }: HostImport, fitting: readonly Flattening[]): Problem {
  const passes = new Set(fitting.map(({ pass }) => `pass: [${pass.map(quote).join(", ")}]`));
  const forms = new Set(fitting.map(({ form }) => form && `form: ${quote(form.name)}`));
  const options = [
    ...(passes.size > 1 ? [`${[...passes].join(" or ")} in its parameters`] : []),
    ...(forms.size > 1 ? [`${[...forms].join(" or ")} in its result`] : []),
  ];
  return new Problem({
    code: "ambiguous-convention",
    part: "type",
    cannot: `Cannot tell how ${label ?? importLabel(name)} passes text`,
    found: `${type === undefined ? "its type is unknown" : `it is ${formatFunctionType(type)}`}, ` +
      `and ${fitting.length} forms fit`,
    expected: options.join(", and "),
    export: name,
  });
}

/**
 * Finds how a result of a form is passed to the guest; `undefined` if the host cannot pass it in
 * this way.
 */
export function resolveTarget(
  { name, results = [], text: { pointer, length } }: ResultForm,
  coreArguments: readonly CoreArgument[],
  { kind }: BlockSource,
): Target | undefined {
  if (name === "reference") return { kind: "reference" };
  // The object of an array has the address and the number of its elements.
  if (kind === "managedArray") return { kind: "pointer", length: "known" };
  if (kind !== "allocator") return undefined;
  if (pointer === "result") return resolvePointer(length, coreArguments);
  if (typeof pointer !== "object" || typeof length !== "object") return undefined;
  if ("high" in pointer && "low" in length) return { kind: "packed", pointer: "high" };
  if ("low" in pointer && "high" in length) return { kind: "packed", pointer: "low" };
  if ("result" in pointer && "result" in length) {
    const { result } = pointer;
    // A callback that fails throws, so it returns no error.
    if (results.length > 2) return undefined;
    return (result === 0 || result === 1) && length.result === 1 - result
      ? { kind: "results", pointer: result }
      : undefined;
  }
  const first = findWord(pointer, coreArguments), second = findWord(length, coreArguments);
  return first && second && { kind: "area", pointer: first, length: second };
}

function resolvePointer(
  length: Length,
  coreArguments: readonly CoreArgument[],
): Target | undefined {
  if (length === "nul") return { kind: "pointer", length };
  if (typeof length !== "object" || !("prefix" in length)) {
    const word = findWord(length, coreArguments);
    return word && { kind: "counted", length: word };
  }
  const { prefix, offset = 0 } = length;
  // A length at another offset is in the header that the guest's allocator writes.
  return { kind: "pointer", length: offset === 0 ? prefix : "known" };
}

/**
 * Returns the argument with the address of a word of the return area: for that word, or for the
 * first.
 */
function findWord(value: Value | Length, coreArguments: readonly CoreArgument[]): Word | undefined {
  if (typeof value !== "object" || !("word" in value) || value.at !== undefined) return undefined;
  const { word } = value;
  const areas = coreArguments.flatMap((coreArgument, argument) =>
    typeof coreArgument === "object" && "area" in coreArgument
      ? [{ argument, words: word - coreArgument.area }]
      : []
  );
  return areas.find(({ words }) => words === 0) ?? areas.find(({ words }) => words > 0);
}
