import type { ResultForm } from "../abi/result.ts";
import type { Value } from "../abi/value.ts";
import { quote } from "../base/show.ts";
import type { ExportInfo, ModuleInfo, ValueType } from "../binary/types.ts";
import { importsAbort } from "../presets/assembly_script.ts";
import {
  MAY_RETURN_LENGTH,
  mayNameOutput,
  namesOutput,
  namesPointer,
  stemOf,
  wordsOf,
} from "../presets/names.ts";
import type { Detected, Rival } from "../presets/preset.ts";
import { complete, printCall } from "../presets/preset_options.ts";
import { couldTransform, isFixedSize, isGetter, looksUp, ownFunctions } from "../presets/roles.ts";

// A guest may return the length of a text from a second export, such as `get_result_len`, instead
// of from the function that makes the text.

/** Words for the result of a call. */
const MADE_WORD = /^(?:result|results|output|out|ret|return|response|reply|answer)$/;

/** Words that alone mean its length. */
const MADE_LENGTH = /^(?:(?:w|r|res|ret|out|result|output)len(?:gth)?|written)$/;

/** Words for other numbers: the buffer's capacity, an error, a count. */
const OTHER_WORD =
  /^(?:capacity|cap|max|maximum|limit|min|buf|buffer|error|err|items|lines|rows|columns|width|height|set|reset)$/;

/** The shape of a result in an option. */
type Form = Omit<ResultForm, "name">;

/** A shape of a result, and the reason for it. */
type Way = readonly [result: Form | readonly Form[], reason: string];

/**
 * Sets the result of a detected convention if the name of an export says that it returns the length
 * of a result.
 *
 * @returns The convention, or all conventions that fit equally well.
 */
export function refine(found: Detected, info: ModuleInfo): readonly Detected[] {
  const { rivals } = found;
  if (rivals === undefined) return withLengths(found, info);
  const all = rivals.map((rival) => withLengths(rival, info));
  // Addresses cannot settle which of several lengths is meant.
  if (all.some(({ length }) => length > 1)) return all.flat();
  const refined = rivals.map((rival, index): Rival => ({ ...rival, ...all[index]![0]! }));
  return [{ ...found, convention: refined[0]!.convention, rivals: refined }];
}

function withLengths(found: Detected, info: ModuleInfo): readonly Detected[] {
  const { name, place, results } = found.convention;
  const known = info.exports.filter((item) => isGetter(item) && namesResultLength(item, info));
  if (name === "static buffer" && place.kind === "buffer") {
    const { pointer } = place;
    if (typeof pointer !== "string") return [found];
    const at = results[0]!.text.pointer;
    const isSame = typeof at === "object" && "export" in at && at.export === pointer;
    const ways = preferred(known, nameIn(at)).flatMap((length) =>
      resultsInBuffer(valueOf(length, info), length.name, at, isSame, info)
    );
    return extend(found, ways, "staticBuffer", { pointer });
  }
  if (name !== "allocator" || place.kind !== "allocator") return [found];
  const { allocate, free } = place;
  const isOutput = (item: ExportInfo) =>
    isGetter(item) &&
    (namesOutput(item.name) || mayNameOutput(item.name) && looksUp(info, item.name));
  const outputs = preferred(info.exports.filter(isOutput), "");
  const ways = (outputs.length > 0 ? outputs : [undefined]).flatMap((output) =>
    preferred(known, output?.name ?? "").flatMap((length) =>
      resultsInBlock(valueOf(length, info), length.name, output, info)
    )
  );
  return extend(found, ways, "allocator", { allocate, free });
}

function extend(
  found: Detected,
  ways: readonly Way[],
  preset: string,
  options: object,
): readonly Detected[] {
  if (ways.length === 0) return [found];
  const { convention } = found;
  return ways.map(([result, reason]) => ({
    convention: complete(
      { ...convention, expression: printCall(preset, { ...options, result }) },
      { result },
    ),
    reason: `${found.reason}, and ${reason}`,
  }));
}

/** Returns the results of functions that transform the contents of a buffer. */
function resultsInBuffer(
  length: Value,
  name: string,
  pointer: Value,
  isSame: boolean,
  info: ModuleInfo,
): Way[] {
  const { silent, giving } = functionsOf(info, (types) => types.length <= 2);
  const silently = silentForm(pointer, length);
  const reason = `${quote(name)} gives the length of the result`;
  const own = { results: ["n"], text: { pointer, length: "result" }, status: NEGATIVE } as const;
  if (silent.length > 0) return [[giving.length > 0 ? [silently, own] : silently, reason]];
  if (giving.length === 0) return [];
  const other = givingForm(pointer, length);
  if (!isSame) return [[other, reason]];
  return [
    [own, "the functions return the length of the result"],
    [other, reason],
    [
      { results: ["p"], text: { pointer: "result", length } },
      `${reason}, and the functions return its address`,
    ],
  ];
}

/** Returns the results of functions that take a block from an allocator. */
function resultsInBlock(
  length: Value,
  name: string,
  output: ExportInfo | undefined,
  info: ModuleInfo,
): Way[] {
  const { silent, giving } = functionsOf(info, (types) => types.length >= 2);
  const pointer = output && pointerOf(output, info);
  const forms = [
    ...(silent.length > 0 && pointer !== undefined ? [silentForm(pointer, length)] : []),
    ...(giving.length === 0
      ? []
      : pointer !== undefined
      ? [givingForm(pointer, length)]
      : [{ results: ["p"], text: { pointer: "result", length } } as const]),
  ];
  const where = output === undefined ? "" : `${quote(output.name)} gives the address and `;
  const reason = `${where}${quote(name)} gives the length of the result`;
  return forms.length === 0 ? [] : [[forms.length === 1 ? forms[0]! : forms, reason]];
}

const NEGATIVE = { value: "result", fails: "negative" } as const;

function silentForm(pointer: Value, length: Value): Form {
  return { results: [], text: { pointer, length } };
}

function givingForm(pointer: Value, length: Value): Form {
  return { results: ["n"], text: { pointer, length }, status: NEGATIVE };
}

/** Finds the functions that could take a text: those that return nothing, or an integer. */
function functionsOf(
  info: ModuleInfo,
  fits: (parameters: readonly ValueType[]) => boolean,
): { readonly silent: readonly ExportInfo[]; readonly giving: readonly ExportInfo[] } {
  const own = ownFunctions(info, new Set()).filter(({ type: { parameters } }) =>
    fits(parameters) && parameters.every((type) => type === "i32" || type === "i64")
  );
  const giving = own.filter((item) =>
    item.type.results.length === 1 && !isGetter(item) && couldTransform(info, item) &&
    item.type.results[0] === item.type.parameters[0]
  );
  const nothing = own.filter(({ type }) => type.results.length === 0);
  // If other functions have parameters, one without parameters and result only prepares the guest.
  const taking = nothing.filter(({ type }) => type.parameters.length > 0);
  return { silent: taking.length > 0 || giving.length > 0 ? taking : nothing, giving };
}

/** Returns whether an export has a name for the length of a result. */
function namesResultLength(item: ExportInfo, info: ModuleInfo): boolean {
  // Names that do not cause this file to be loaded must not count if another guest has loaded it.
  if (!MAY_RETURN_LENGTH.test(item.name.toLowerCase())) return false;
  const words = wordsOf(item.name);
  if (words.some((word) => OTHER_WORD.test(word)) || item.name.startsWith("__")) return false;
  if (words.some((word) => MADE_LENGTH.test(word))) return true;
  if (!words.some((word) => MADE_WORD.test(word))) return false;
  if (words.some((word) => word === "len" || word === "length")) return true;
  return words.includes("size") && !isFixedSize(item, info);
}

/**
 * Returns the getters whose names share words with another name; if there are none, all of them. A
 * data symbol with the name of a getter is the getter's variable.
 */
function preferred(items: readonly ExportInfo[], other: string): readonly ExportInfo[] {
  const functions = items.filter(({ kind }) => kind === "function");
  const stems = functions.map(({ name }) => stemOf(name));
  const all = [
    ...functions,
    ...items.filter(({ kind, name }) => kind === "global" && !stems.includes(stemOf(name))),
  ];
  const related = all.filter(({ name }) => other !== "" && stemOf(name) === stemOf(other));
  return related.length > 0 ? related : all;
}

function nameIn(at: Value): string {
  return typeof at === "object" && "export" in at ? at.export : "";
}

/**
 * Returns the number from a getter or a global: a constant is an address, unless AssemblyScript
 * made it.
 */
function valueOf(item: ExportInfo, info: ModuleInfo): Value {
  const given = { export: item.name };
  const isAddress = item.kind === "global" && !item.type.mutable && !importsAbort(info);
  return isAddress ? { word: 0, at: given } : given;
}

/** Returns the address from a getter or a global. */
function pointerOf(item: ExportInfo, info: ModuleInfo): Value {
  return item.kind === "global" && /ptr|pointer|addr/i.test(item.name) && namesPointer(item.name)
    ? valueOf(item, info)
    : { export: item.name };
}
