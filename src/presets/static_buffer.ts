import type { BlockSource, Capacity } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import type { Value } from "../abi/value.ts";
import { list, quote } from "../base/show.ts";
import type { ExportInfo, ModuleInfo } from "../binary/types.ts";
import {
  bufferRank,
  couldDo,
  INPUT_WORDS,
  mayNameOutput,
  namesGetter,
  namesOutput,
  OUTPUT_WORDS,
  stemOf,
  withoutWords,
} from "./names.ts";
import { complete, MOST_NAMES, printCall, readOptions } from "./preset_options.ts";
import type { ConventionOptions, Preset, Rival } from "./preset.ts";
import {
  addressIn,
  allocatesBlocks,
  isGetter,
  isReserved,
  looksUp,
  usesMemory,
  variableTest,
} from "./roles.ts";

/** The options of {@linkcode staticBuffer}. */
export interface StaticBufferOptions extends ConventionOptions {
  /**
   * The getter or the exported global for the buffer's address, the address itself, or a name of
   * the option `layout`.
   */
  pointer: string | number | { readonly layout: string };
  /** The capacity of the buffer in bytes, or the export that states it. */
  capacity?: Capacity;
}

/**
 * A buffer in the guest, at an address that the guest provides. Text is written there, and an
 * export transforms it and returns its new length.
 *
 * - Recognised by: a function without parameters or a global with the name of a buffer:
 *   `get_buffer_pointer`, `BUFFER`, `inputPtr`
 * - Option: `staticBuffer({ pointer: "get_buffer_pointer", capacity: 100 })`
 * - Text: UTF-8
 *
 * - Toolchain: C
 * - Exports: `char *get_buffer_pointer(void)`, `size_t get_buffer_capacity(void)`, functions
 *   `int f(size_t length)` that return the new length:
 *   `clang --target=wasm32 -nostdlib -Wl,--no-entry`, `__attribute__((export_name("f")))`
 * - Load: `load("testdata/c/echo_length.wasm")`
 *
 * - Toolchain: C++
 * - Exports: the same within `extern "C"`; `load` runs constructors by `_initialize` or
 *   `__wasm_call_ctors`, whichever is exported
 * - Load: as for C
 *
 * - Toolchain: TinyGo (not tested here)
 * - Exports: `//export get_buffer_pointer`, a function that returns `*byte`, and functions
 *   `(length int32) int32` as for C: `tinygo build -target=wasm-unknown`
 * - Load: `load("guest.wasm", { convention: staticBuffer({ pointer: "get_buffer_pointer" }) })`
 *
 * - Toolchain: Go (not tested here)
 * - Exports: `//go:wasmexport get_buffer_pointer` and the rest as for TinyGo:
 *   `GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared`; such a guest imports WASI
 * - Load: `load("guest.wasm")`
 *
 * @param options Where the buffer is, and other facts that the binary does not show.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown, missing or of another type.
 *
 * @example
 * ```ts
 * import { load, staticBuffer } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = staticBuffer({ pointer: "get_buffer_pointer", capacity: 100 });
 * using guest = await load("testdata/c/passing_data.wasm", { convention });
 * assertEquals(guest.passString("Passage: "), "Passage: WASM is cool!");
 * ```
 */
export function staticBuffer(options: StaticBufferOptions): Convention {
  const special = { pointer: "address", capacity: "capacity" } as const;
  return buffer(readOptions("staticBuffer", options, special, ["pointer"]));
}

function buffer(options: StaticBufferOptions): Convention {
  const { pointer, capacity } = options;
  return bufferConvention("static buffer", printCall("staticBuffer", options), options, {
    kind: "buffer",
    pointer,
    ...(capacity !== undefined && { capacity }),
  });
}

function bufferConvention(
  name: string,
  expression: string,
  options: ConventionOptions,
  place: BlockSource & { kind: "buffer" },
): Convention {
  const { pointer } = place;
  const at: Value = typeof pointer === "string"
    ? { export: pointer }
    : typeof pointer === "number"
    ? pointer
    : { argument: 0 };
  return complete({
    name,
    expression,
    encoding: "utf-8",
    place,
    pass: [[], ["byteLength"], ["pointer", "byteLength"]],
    terminated: "without length",
    results: [{
      ...RESULT_FORMS.inPlace,
      name: "inBuffer",
      text: { pointer: at, length: "result" },
    }],
    argumentsFreedBy: "guest",
    resultsFreedBy: "guest",
    trailingNul: "trim",
  }, options);
}

/** The options of {@linkcode inPlace}. */
export interface InPlaceOptions extends ConventionOptions {
  /**
   * The address of a range that the host may use, `"reserve"` to add pages to memory for it, or a
   * name of the option `layout`.
   */
  pointer: number | "reserve" | { readonly layout: string };
  /** The size of the range in bytes; unless set, that of the named range of the layout. */
  byteLength?: number;
}

/**
 * A range of memory that you let the host use. With `"reserve"` it is added above everything else,
 * which is safe only if the guest has no allocator that claims all memory above `__heap_base`.
 *
 * - Recognised by: never: you name the range
 * - Option: `inPlace({ pointer: "reserve", byteLength: 65536 })`
 * - Text: UTF-8
 *
 * @param options The address and the size of the range.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown, missing or of another type.
 *
 * @example
 * ```ts
 * import { inPlace, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = inPlace({ pointer: "reserve", byteLength: 1000 });
 * using guest = await load("testdata/c/result_in_place.wasm", { convention });
 * assertEquals(guest.passString("hello", "shout"), "HELLO");
 * ```
 */
export function inPlace(options: InPlaceOptions): Convention {
  const needed = ["pointer", ...(typeof options?.pointer === "object" ? [] : ["byteLength"])];
  options = readOptions("inPlace", options, { pointer: "range", byteLength: "byteLength" }, needed);
  const { pointer, byteLength } = options;
  return bufferConvention("in place", printCall("inPlace", options), options, {
    kind: "buffer",
    pointer: pointer === "reserve" ? { reserve: byteLength! } : pointer,
    ...(byteLength !== undefined && { capacity: byteLength }),
  });
}

/** Finds the buffers that getters and globals name, as far as the binary distinguishes them. */
function suggest(info: ModuleInfo): Rival[] {
  const inputs = findInputs(info);
  if (inputs.length === 0) return [];
  const { outputs, areSure } = findOutputs(info, inputs);
  // The number of pairs that are compared stays in proportion to the module.
  const areTooMany = inputs.length * outputs.length > info.exports.length + MOST_NAMES ** 2;
  const most = areTooMany ? MOST_NAMES : Infinity;
  const rivals: Rival[] = [];
  for (const input of inputs.slice(0, most)) {
    for (const output of outputs.slice(0, most)) rivals.push(withOutput(input, output));
    if (!areSure) rivals.push({ ...alone(input), isFallback: outputs.length > 0 });
  }
  const [first, ...rest] = rivals;
  if (first === undefined || rest.length === 0) return rivals;
  // If constants differ, there is no need to ask the guest.
  const isKnown = [...inputs, ...outputs].every((item) => addressIn(info, item) !== undefined);
  if (isKnown || areTooMany) return rivals;
  const others = new Set(
    rest.flatMap(({ names }) => names.filter((name) => !first.names.includes(name))),
  );
  const open = others.size > 0
    ? `the first pass compares it with ${list(others)}, which may name the same buffer`
    : "the first pass finds out whether that is an address";
  return [{ ...first, reason: `${first.reason}; ${open}`, rivals }];
}

/**
 * Finds possible names of the output buffer, if it differs from the input buffer. Uncertain ones
 * may return a number instead of an address; their values decide.
 */
function findOutputs(
  info: ModuleInfo,
  inputs: readonly ExportInfo[],
): { readonly outputs: readonly ExportInfo[]; readonly areSure: boolean } {
  const named: ExportInfo[] = [], paired: ExportInfo[] = [], possible: ExportInfo[] = [];
  const shared = new Set<string | undefined>();
  for (const { name } of inputs) shared.add(withoutWords(name, INPUT_WORDS));
  shared.delete(undefined);
  for (const item of info.exports) {
    if (!isGetter(item)) continue;
    const { kind, name } = item;
    if (namesOutput(name)) named.push(item);
    // If there is a `get_input`, a `get_output` needs no word for pointers.
    if (shared.has(withoutWords(name, OUTPUT_WORDS))) paired.push(item);
    if (kind === "function" && mayNameOutput(name) && looksUp(info, name)) possible.push(item);
  }
  const sure = preferFunctions(named.length > 0 ? named : paired, info);
  return sure.length > 0 ? { outputs: sure, areSure: true } : { outputs: possible, areSure: false };
}

/** Finds possible names of the input buffer: functions before globals. */
function findInputs(info: ModuleInfo): ExportInfo[] {
  let best = Infinity;
  let candidates: ExportInfo[] = [], worse: ExportInfo[] = [];
  const isVariable = info.exports.some(allocatesBlocks) && variableTest(info);
  for (const item of info.exports) {
    const rank = isGetter(item) && canBeAsked(item, info) ? bufferRank(item.name) : undefined;
    if (rank === undefined || (isVariable && isVariable(item))) continue;
    if (rank < best) [best, worse, candidates] = [rank, [...worse, ...candidates], []];
    (rank === best ? candidates : worse).push(item);
  }
  if (!isUsed(info, candidates, best === 0)) return [];
  if (candidates.every(isGlobal)) {
    // The getter of a data symbol may have a less specific name than the symbol.
    candidates = candidates.concat(
      worse.filter((item) => !isGlobal(item) && namesGetter(item.name)),
    );
  }
  return preferFunctions(candidates, info);
}

/**
 * Returns whether any other export could use the buffer. Otherwise a getter's text can only be
 * read.
 */
function isUsed(info: ModuleInfo, candidates: readonly ExportInfo[], isSure: boolean): boolean {
  const own = new Set(candidates);
  for (const item of info.exports) {
    if (item.kind !== "function" || isReserved(item) || own.has(item)) continue;
    if (isSure || usesMemory(info, item.name)) return true;
  }
  return false;
}

function isGlobal({ kind }: ExportInfo): boolean {
  return kind === "global";
}

/**
 * Returns whether an export can be called without an effect, unlike a function that makes a new
 * buffer each time.
 */
function canBeAsked(item: ExportInfo, info: ModuleInfo): boolean {
  return item.kind === "global" || !couldDo(item.name) || looksUp(info, item.name);
}

/** Returns the functions, and the globals of other stems: each function and each address once. */
function preferFunctions(candidates: ExportInfo[], info: ModuleInfo): ExportInfo[] {
  if (candidates.length < 2) return candidates;
  const seen = new Set<string>();
  const ordered = [
    ...candidates.filter((item) => !isGlobal(item)),
    ...candidates.filter(isGlobal),
  ];
  return ordered.filter((item) => {
    const address = addressIn(info, item);
    const stem = `stem ${stemOf(item.name)}`;
    const self = address === undefined ? `${item.kind} ${item.index}` : `at ${address}`;
    // The data symbol of that name may be a variable that contains the address.
    const isNew = !seen.has(self) && (item.kind === "function" || !seen.has(stem));
    if (isNew) seen.add(self);
    if (item.kind === "function") seen.add(stem);
    return isNew;
  });
}

function alone(item: ExportInfo): Rival {
  const { name } = item;
  return { convention: buffer({ pointer: name }), reason: reasonOf(item), names: [name] };
}

function withOutput(input: ExportInfo, { name: output }: ExportInfo): Rival {
  const { name: _name, ...form } = RESULT_FORMS.inPlace;
  return {
    convention: buffer({
      pointer: input.name,
      result: { ...form, text: { pointer: { export: output }, length: "result" } },
    }),
    reason: `${reasonOf(input)}, and ${quote(output)} gives the address of the output`,
    names: [input.name, output],
  };
}

function reasonOf({ kind, name }: ExportInfo): string {
  return kind === "function"
    ? `${quote(name)} takes nothing and returns a pointer`
    : `global ${quote(name)} names a buffer`;
}

export const STATIC_BUFFER: Preset = { name: "static buffer", make: staticBuffer, suggest };

export const IN_PLACE: Preset = { name: "in place", make: inPlace };
