import type { ResultForm } from "../abi/result.ts";
import type { Value } from "../abi/value.ts";
import { once } from "../base/lazy.ts";
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
 * Sets the results of detected conventions if the name of an export says that it returns the length
 * of a result.
 *
 * @returns The conventions, several for one if they fit equally well.
 */
export function refine(found: readonly Detected[], info: ModuleInfo): readonly Detected[] {
  const facts = new Facts(info);
  if (facts.lengths.isEmpty) return found;
  return collect(found, (one) => {
    const { rivals } = one;
    if (rivals === undefined) return withLengths(one, facts);
    let areSeveral = false;
    const refined = collect(rivals, (rival) => {
      const all = withLengths(rival, facts);
      areSeveral ||= all.length > 1;
      return all;
    });
    // Addresses cannot settle which of several lengths is meant.
    if (areSeveral) return refined;
    const all = rivals.map((rival, index): Rival => ({ ...rival, ...refined[index]! }));
    return [{ ...one, convention: all[0]!.convention, rivals: all }];
  });
}

/** The number of conventions beyond which more would make no difference to the error. */
const MOST = 1000;

/** Joins the results for each item, until there are far more results than items. */
function collect<Item, Result>(
  items: readonly Item[],
  resultsOf: (item: Item) => readonly Result[],
): Result[] {
  const all: Result[] = [];
  for (const [index, item] of items.entries()) {
    for (const result of resultsOf(item)) all.push(result);
    if (all.length > index + MOST) break;
  }
  return all;
}

function withLengths(found: Detected, facts: Facts): readonly Detected[] {
  const { name, place, results } = found.convention;
  const { lengths } = facts;
  if (name === "static buffer" && place.kind === "buffer") {
    const { pointer } = place;
    if (typeof pointer !== "string") return [found];
    const at = results[0]!.text.pointer;
    const isSame = typeof at === "object" && "export" in at && at.export === pointer;
    const ways = lengths.preferred(nameIn(at)).flatMap((length) =>
      resultsInBuffer(facts, length, at, isSame)
    );
    return extend(found, ways, "staticBuffer", { pointer });
  }
  if (name !== "allocator" || place.kind !== "allocator") return [found];
  const { allocate, free } = place;
  const outputs = facts.outputs();
  const { silent, giving } = facts.ofBlocks();
  if (giving.length === 0 && (silent.length === 0 || outputs.isEmpty)) return [found];
  const ways = collect(
    outputs.isEmpty ? [undefined] : outputs.preferred(""),
    (output) =>
      lengths.preferred(output?.name ?? "").map((length) => resultsInBlock(facts, length, output)),
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
function resultsInBuffer(facts: Facts, item: ExportInfo, pointer: Value, isSame: boolean): Way[] {
  const { silent, giving } = facts.ofBuffers();
  const length = facts.valueOf(item);
  const silently = silentForm(pointer, length);
  const reason = `${quote(item.name)} gives the length of the result`;
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

/** Returns the result of functions that take a block from an allocator. */
function resultsInBlock(facts: Facts, item: ExportInfo, output: ExportInfo | undefined): Way {
  const { silent, giving } = facts.ofBlocks();
  const length = facts.valueOf(item);
  const pointer = output && facts.pointerOf(output);
  const forms = [
    ...(silent.length > 0 && pointer !== undefined ? [silentForm(pointer, length)] : []),
    ...(giving.length === 0
      ? []
      : pointer !== undefined
      ? [givingForm(pointer, length)]
      : [{ results: ["p"], text: { pointer: "result", length } } as const]),
  ];
  const where = output === undefined ? "" : `${quote(output.name)} gives the address and `;
  const reason = `${where}${quote(item.name)} gives the length of the result`;
  return [forms.length === 1 ? forms[0]! : forms, reason];
}

const NEGATIVE = { value: "result", fails: "negative" } as const;

function silentForm(pointer: Value, length: Value): Form {
  return { results: [], text: { pointer, length } };
}

function givingForm(pointer: Value, length: Value): Form {
  return { results: ["n"], text: { pointer, length }, status: NEGATIVE };
}

/** The functions that could take a text: those that return nothing, and those with an integer. */
interface Functions {
  readonly silent: readonly ExportInfo[];
  readonly giving: readonly ExportInfo[];
}

/** Finds the functions that could take a text: those that return nothing, or an integer. */
function functionsOf(
  info: ModuleInfo,
  fits: (parameters: readonly ValueType[]) => boolean,
): Functions {
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

/** What the exports of a module show about results, for all its conventions. */
class Facts {
  /** The getters for the length of a result. */
  readonly lengths: Getters;
  /** Finds the getters for its address. */
  readonly outputs: () => Getters;
  /** Finds the functions that transform the contents of a buffer. */
  readonly ofBuffers: () => Functions;
  /** Finds the functions that take a block from an allocator. */
  readonly ofBlocks: () => Functions;
  readonly #isAssemblyScript: () => boolean;

  constructor(info: ModuleInfo) {
    const getters = info.exports.filter(isGetter);
    this.lengths = new Getters(getters.filter((item) => namesResultLength(item, info)));
    this.outputs = once(() =>
      new Getters(
        getters.filter(({ name }) =>
          namesOutput(name) || mayNameOutput(name) && looksUp(info, name)
        ),
      )
    );
    this.ofBuffers = once(() => functionsOf(info, (types) => types.length <= 2));
    this.ofBlocks = once(() => functionsOf(info, (types) => types.length >= 2));
    this.#isAssemblyScript = once(() => importsAbort(info));
  }

  /**
   * Returns the number from a getter or a global: a constant is an address, unless AssemblyScript
   * made it.
   */
  valueOf(item: ExportInfo): Value {
    const given = { export: item.name };
    const isAddress = item.kind === "global" && !item.type.mutable && !this.#isAssemblyScript();
    return isAddress ? { word: 0, at: given } : given;
  }

  /** Returns the address from a getter or a global. */
  pointerOf(item: ExportInfo): Value {
    const { kind, name } = item;
    return kind === "global" && /ptr|pointer|addr/i.test(name) && namesPointer(name)
      ? this.valueOf(item)
      : { export: name };
  }
}

/** Getters of one kind, by the words that distinguish their buffers. */
class Getters {
  readonly #all: readonly ExportInfo[];
  readonly #byStem = new Map<string, ExportInfo[]>();

  constructor(items: readonly ExportInfo[]) {
    const functions = items.filter(({ kind }) => kind === "function");
    const stems = new Set(functions.map(({ name }) => stemOf(name)));
    // A data symbol with the name of a getter is the getter's variable.
    const symbols = items.filter(({ kind, name }) => kind === "global" && !stems.has(stemOf(name)));
    this.#all = [...functions, ...symbols];
    for (const item of this.#all) {
      const stem = stemOf(item.name);
      const related = this.#byStem.get(stem);
      if (related === undefined) this.#byStem.set(stem, [item]);
      else related.push(item);
    }
  }

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** Returns those whose names share words with another name; if there are none, all of them. */
  preferred(name: string): readonly ExportInfo[] {
    return (name === "" ? undefined : this.#byStem.get(stemOf(name))) ?? this.#all;
  }
}

function nameIn(at: Value): string {
  return typeof at === "object" && "export" in at ? at.export : "";
}
