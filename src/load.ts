import type { SymbolDeclarations } from "./abi/symbol_types.ts";
import { once } from "./base/lazy.ts";
import type { GuestLimits } from "./base/limits.ts";
import { hasProperty } from "./base/show.ts";
import { loadAllParts, loadBlockParts } from "./call/make_parts.ts";
import { claiming, cppException, managed, valueLimits } from "./call/on_demand.ts";
import type { CheckedOptions } from "./check/checked_options.ts";
import type { AdoptOptions, LoadOptions } from "./check/load_options.ts";
import type { ComponentInterfaces } from "./component/component_interfaces.ts";
import { Guest } from "./guest.ts";
import { chooseConvention } from "./guest/convention_choice.ts";
import type { GuestParts, Origin } from "./guest/guest_parts.ts";
import { prepareInstances } from "./guest/lifecycle.ts";
import { fastUtf16 } from "./memory/text/create_codec.ts";
import { hasFunctions } from "./plan/flatten.ts";
import { holdsObjects } from "./presets/assembly_script.ts";
import { MAY_HAND_OUT_BLOCKS, MAY_RETURN_LENGTH } from "./presets/names.ts";
import { compileSource, holdSource } from "./source/source.ts";
import type { SourceOptions } from "./source/source_options.ts";
import type {
  BinarySource,
  Compiled,
  CompiledGuest,
  Source,
  UnlessEmpty,
} from "./source/source_types.ts";

/**
 * Loads a guest: reads the binary, wires its imports and instantiates it. The only guest code that
 * runs is a reactor's `_initialize`, unless the option `initialize` is false. The guest's
 * convention is detected when a call first needs it.
 *
 * @param source A path, a URL, bytes, a response, a blob or a compiled module, or a promise of one
 * of these except a path or a URL. A path needs `--allow-read` for that file.
 * @param options All are optional: the binary shows what most guests need.
 * @returns The guest.
 * @throws {LoadError} if the guest cannot be read, compiled or instantiated, its imports cannot be
 * satisfied, it is unclear which memory is its own, a declared symbol does not fit, a granted
 * directory cannot be opened, or it starts with more memory than a limit allows.
 * @throws {WasmFormatError} if the source is not a WebAssembly module.
 * @throws {GuestError} if the guest's `_initialize` traps.
 * @throws {TypeError} if an option has the wrong type.
 * @throws {RangeError} if a limit is negative or a fraction.
 * @throws the reason of the option `signal`, or what `onProgress` throws.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * using guest = await load("testdata/c/passing_data.wasm");
 * assertEquals(guest.passString("Hello there, "), "Hello there, WASM is cool!");
 * ```
 */
export async function load<
  const S extends SymbolDeclarations = Record<never, never>,
  const From extends Source = Source,
  I extends object = ComponentInterfaces,
>(
  source: From & UnlessEmpty<From>,
  options?: LoadOptions<S>,
): Promise<Guest<S, I>> {
  const reads = options !== undefined && SOURCE_OPTIONS.some((name) => hasProperty(options, name));
  const held: Source = reads ? holdSource<Source>(source) : source;
  const early = reads ? undefined : compileSource(source);
  early?.catch(() => {}); // awaited below; avoids an unhandled rejection if the options are refused first
  const checked = options === undefined
    ? undefined
    : await (await import("./check/options.ts")).checkOptions<S>(options);
  const compiling = early ??
    ((await import("./base/limits.ts")).findRewriting(checked!.options.limits) !== undefined
      ? (await import("./limits/compile_limited.ts")).compileLimited(held, checked!.options)
      : (await import("./source/compile_with.ts")).compileWith(held, checked!.options));
  compiling.catch(() => {}); // as above: a limit can be refused first
  const guest = await loadChecked(compiling, checked?.options ?? {}, checked);
  return guest as Guest<S, object> as Guest<S, I>; // only the caller knows the interfaces
}

/** The options that control reading, which are checked before anything is read. */
const SOURCE_OPTIONS: readonly (keyof LoadOptions)[] = [
  "integrity",
  "onProgress",
  "signal",
  "limits",
];

/**
 * Reads and compiles a binary once, for many guests. `load` makes guests from the value, also from
 * a structured clone of it in a worker. The value keeps a copy of the binary, which can be a
 * component.
 *
 * @param source A path, a URL, bytes, a response, a blob, or a promise of contents. A path needs
 * `--allow-read` for that file.
 * @param options A hash that the binary must have, a callback for progress, and a signal that
 * cancels it.
 * @returns The compiled module with its binary: plain data, for `load` and `postMessage`.
 * @throws {LoadError} if the binary cannot be read or compiled, or has another hash.
 * @throws {WasmFormatError} if the source is not a WebAssembly module.
 * @throws {TypeError} if `source` is a compiled module instead of a binary, or an option is wrong.
 * @throws the reason of the option `signal`, or what `onProgress` throws.
 *
 * @example
 * ```ts
 * import { compile, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const compiled = await compile("testdata/c/shout_length.wasm");
 * using guest = await load(compiled);
 * assertEquals(guest.passString("hello", "shout"), "HELLO");
 * ```
 */
export async function compile(
  source: BinarySource,
  options?: SourceOptions,
): Promise<CompiledGuest> {
  const held = holdSource(source);
  return await (await import("./guest/compiled.ts")).compileHeld(held, options);
}

/**
 * Makes a guest of an instance that was made elsewhere, for example by a toolchain's JavaScript. No
 * guest code is called: initialising the instance is up to the caller. A trap in a call that other
 * code makes of the instance does not poison the guest. The guest cannot be reset.
 *
 * @param instance The instance.
 * @param options The source of the instance, its memory if it imports one, its convention and
 * symbols.
 * @returns The guest.
 * @throws {LoadError} if the source cannot be read, it is unclear which memory is the guest's, or a
 * declared symbol does not fit.
 * @throws {TypeError} if an option has the wrong type, or the instance was not made from the
 * source.
 *
 * @example
 * ```ts
 * import { adopt } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const source = await Deno.readFile("testdata/c/shout_length.wasm");
 * const { instance } = await WebAssembly.instantiate(source);
 * using guest = await adopt(instance, { source });
 * assertEquals(guest.passString("hello", "shout"), "HELLO");
 * ```
 */
export async function adopt<const S extends SymbolDeclarations = Record<never, never>>(
  instance: WebAssembly.Instance,
  options?: AdoptOptions<S>,
): Promise<Guest<S>> {
  const { takeInstance } = await import("./guest/adopted.ts");
  const adopted = await takeInstance<S>(instance, options);
  const { compiled, checked } = adopted;
  return await loadChecked(compiled, checked.options, checked, adopted);
}

/** Loads a guest, or adopts its instance, with options that have been checked. */
async function loadChecked<const S extends SymbolDeclarations>(
  compiling: Compiled | Promise<Compiled>,
  options: LoadOptions<S>,
  checked: CheckedOptions<S> | undefined,
  adopted?: Origin,
): Promise<Guest<S>> {
  const limits: GuestLimits = options.limits === undefined
    ? {}
    : (await import("./base/limits.ts")).checkLimits(options.limits);
  const compiled = await compiling;
  if (compiled.component !== undefined) {
    return await (await import("./component_guest.ts")).loadComponent<S>(compiled, options, limits);
  }
  const { convention } = options;
  const origin: Origin = adopted ?? {
    prepare: prepareInstances,
    describe: findReadable(compiled), // this runs concurrently with the imports below
    initializes: options.initialize ?? true,
  };
  // Lazy, because `load` alone never needs it.
  const chosen = once(() => chooseConvention(convention, compiled, refine));
  await loadSeen(compiled, convention);
  const isDeclared = options.symbols !== undefined || convention !== undefined;
  const binder = options.symbols === undefined ? undefined : await import("./guest/symbols.ts");
  const { symbols = {}, properties } =
    await binder?.expandSymbols(options.symbols!, checked?.declarations?.wrong) ?? {};
  if (isDeclared) await loadAllParts(symbols);
  let functions: GuestParts["functions"];
  const loadFunctions = async () => {
    functions = await import("./guest/guest_functions.ts");
    await functions.loadFunctionParts();
  };
  if (isDeclared && hasFunctions(symbols)) await loadFunctions();
  const command = compiled.exported.some(({ name }) => name === "_start")
    ? await import("./wasi/modules.ts")
    : undefined;
  if ((limits.input ?? limits.results) !== undefined) await valueLimits.load();
  const layout = options.layout &&
    new (await import("./guest/layout.ts")).GuestLayout(options.layout, checked!.named, compiled);
  const given = {
    limits,
    convention: () => chosen().convention,
    hostFunctions: checked?.hostFunctions,
    explain: checked?.explainImport,
    loadFunctions,
  };
  const instances = await origin.prepare(compiled, options, given);
  options.signal?.throwIfAborted();
  const parts: GuestParts = {
    ...instances,
    compiled,
    command,
    describe: await origin.describe,
    initializes: origin.initializes,
    chosen,
    given: convention,
    symbols,
    properties,
    binder,
    functions,
    limits,
    onInvalid: options.onInvalid,
    layout,
    check: checked?.declarations,
  };
  return layout?.keepFor(() => new Guest<S>(parts)) ?? new Guest<S>(parts);
}

/** Loads what the imports and exports of a guest call for. */
async function loadSeen(
  { imports, exported }: Compiled,
  convention: LoadOptions<SymbolDeclarations>["convention"],
): Promise<void> {
  if (holdsObjects(exported, convention)) await Promise.all([managed.load(), fastUtf16.load()]);
  // Only a guest that can call the host can be reentered.
  for (const { kind } of imports) {
    if (kind === "function" || kind === "table") await claiming.load();
  }
  let handsOut = false;
  for (const { name, kind } of exported) {
    if (kind === "table") await claiming.load();
    if (kind as string === "tag") await cppException.load();
    const lower = name.toLowerCase();
    handsOut ||= MAY_HAND_OUT_BLOCKS.test(lower);
    if (!MAY_RETURN_LENGTH.test(lower)) continue;
    refine ??= (await import("./detect/length_getter.ts")).refine;
    // The length may be a word in memory.
    await loadAllParts();
  }
  // A pass needs only blocks of a buffer, unless an allocator is exported.
  if (handsOut) await loadBlockParts();
}

/** Adds to a convention that a second export returns the length of a result, once it is loaded. */
let refine: typeof import("./detect/length_getter.ts").refine | undefined;

/** The functions that make frames of errors readable, by module: each module is scanned once. */
const readable = new WeakMap<Compiled, Origin["describe"]>();

/** Returns what makes the frames of errors readable, if there is more than the engine shows. */
function findReadable(compiled: Compiled): Origin["describe"] {
  if (!readable.has(compiled)) {
    readable.set(
      compiled,
      isReadable(compiled.module)
        ? import("./guest/readable_frames.ts").then((code) => code.loadReadableFrames(compiled))
        : undefined,
    );
  }
  return readable.get(compiled);
}

/** Returns whether frames of a trap can be made more readable: by demangled names or by lines. */
function isReadable(module: WebAssembly.Module): boolean {
  const { customSections } = WebAssembly.Module;
  const [section] = customSections(module, "name");
  const names = new Uint8Array(section ?? []);
  // `_Z` or `_R`: the letters are rare, so searching for them is fast.
  for (const letter of [0x5a, 0x52]) {
    let at = names.indexOf(letter);
    while (at >= 0 && names[at - 1] !== 0x5f) at = names.indexOf(letter, at + 1);
    if (at >= 0) return true;
  }
  return customSections(module, ".debug_line").length > 0 ||
    customSections(module, "sourceMappingURL").length > 0;
}
