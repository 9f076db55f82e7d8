import type { Place } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { ResultForm } from "../abi/result.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import { complete, type ConventionOptions, printCall, readOptions } from "./options.ts";

/** What {@linkcode assemblyScript} is told. */
export interface AssemblyScriptOptions extends ConventionOptions {
  /** `"arc"` for compilers before 0.18, which count references: `__alloc`, `__retain`, `__release`. */
  runtime?: "arc";
  /**
   * The class of the bytes that are passed. A guest that has no other class for bytes takes an
   * `ArrayBuffer`; one that has several takes whichever this or the parameter names.
   */
  bytes?: "ArrayBuffer" | "Uint8Array" | "Array<u8>" | "StaticArray<u8>";
  /**
   * Class ids by name, such as `{ "Array<string>": 5 }`, where several classes of the guest look
   * alike and no export such as `Array_string_ID` tells them apart.
   */
  classIds?: Readonly<Record<string, number>>;
}

const OPTIONS = { runtime: "runtime", bytes: "bytes", classIds: "classIds" } as const;

/** The names of AssemblyScript's runtimes, and the class ids that they begin with. */
export const RUNTIMES = {
  managed: { allocate: "__new", pin: "__pin", unpin: "__unpin", ArrayBuffer: 1, String: 2 },
  arc: { allocate: "__alloc", pin: "__retain", unpin: "__release", ArrayBuffer: 0, String: 1 },
} as const;

/** A place for objects of one class that are nothing but their contents. */
export function objectPlace(
  runtime: keyof typeof RUNTIMES,
  classId: number,
): Place & { readonly kind: "allocator" } {
  const { allocate, pin, unpin } = RUNTIMES[runtime];
  return {
    kind: "allocator",
    allocate: { export: allocate, pass: ["byteLength", classId] },
    pin,
    unpin,
  };
}

/**
 * AssemblyScript with `--exportRuntime`: strings are UTF-16 objects that a garbage collector
 * manages, and every argument is pinned until the call ends. Text is a `String`; bytes and arrays
 * are whichever of `ArrayBuffer`, `Uint8Array`, `Array<u8>` and `StaticArray<u8>`, or of the same
 * for other numbers, the guest has. Where it has several, a parameter says its `class`. What comes
 * back is told by its own class.
 *
 * @param options Which runtime it has, and the ids of classes where they are not the usual ones.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown or of another type.
 *
 * @example
 * ```ts
 * import { assemblyScript, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = assemblyScript();
 * using guest = await load("testdata/assemblyscript/strings.wasm", { convention });
 * assertEquals(guest.passString("Ada", "greet"), "Hello, Ada!");
 * ```
 */
export function assemblyScript(options: AssemblyScriptOptions = {}): Convention {
  options = readOptions("assemblyScript", options, OPTIONS);
  const { runtime = "managed", bytes, classIds = {} } = options;
  const { unpin } = RUNTIMES[runtime];
  const { String: string } = { ...RUNTIMES[runtime], ...classIds };
  const text: ResultForm = {
    name: "String",
    results: ["p"],
    text: {
      pointer: "result",
      // The object's header ends with its class id and its size in bytes.
      length: { prefix: "u32", offset: -4 },
      check: {
        value: { load: "u32", at: "result", offset: -8 },
        is: string,
        what: "class id of String",
      },
    },
  };
  const object: ResultForm = {
    name: "object",
    results: ["p"],
    text: { pointer: "result", length: { object: runtime } },
  };
  const arrays: Place = {
    kind: "managedArray",
    classIds,
    ...(runtime === "arc" && { runtime }),
  };
  return complete({
    name: "AssemblyScript",
    expression: printCall("assemblyScript", options),
    encoding: "utf-16",
    place: objectPlace(runtime, string),
    bytesPlace: { ...arrays, ...(bytes !== undefined && { class: bytes }) },
    arrayPlace: arrays,
    bytesResults: [object],
    arrayResults: [object],
    pass: [["pointer"]],
    terminated: "never",
    results: [text],
    argumentsFreedBy: "host",
    // A result is retained for the caller where references are counted.
    resultsFreedBy: runtime === "arc" ? { call: { export: unpin, pass: ["pointer"] } } : "guest",
    trailingNul: "keep",
  }, options);
}

/**
 * The canonical ABI of a component's core module.
 * https://github.com/WebAssembly/component-model, "CanonicalABI.md".
 *
 * @param options The encoding that the component was made for: UTF-8 unless said.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown or of another type.
 *
 * @example
 * ```ts
 * import { canonicalAbi, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = canonicalAbi();
 * using guest = await load("testdata/c/canonical_utf8.wasm", { convention });
 * const name = "example:text/greeter@1.0.0#greet";
 * assertEquals(guest.passString("Ada", name), "Hello, Ada!");
 * ```
 */
export function canonicalAbi(options: ConventionOptions = {}): Convention {
  options = readOptions("canonicalAbi", options);
  return complete({
    name: "canonical ABI",
    expression: printCall("canonicalAbi", options),
    encoding: "utf-8",
    place: {
      kind: "allocator",
      allocate: { export: "cabi_realloc", pass: [0, 0, "align", "byteLength"] },
      empty: "none",
    },
    pass: [["pointer", "codeUnits"]],
    terminated: "never",
    results: [{
      ...RESULT_FORMS.pointedTo,
      text: { ...RESULT_FORMS.pointedTo.text, unit: "codeUnits" },
    }],
    // What a component imports writes its result where the last argument says.
    hostResults: [{
      ...RESULT_FORMS.areaAfter,
      text: { ...RESULT_FORMS.areaAfter.text, unit: "codeUnits" },
    }],
    argumentsFreedBy: "guest",
    resultsFreedBy: { call: { export: "cabi_post_*", pass: ["result"], optional: true } },
    // What has no length needs no block: the ABI looks at the pointer of nothing else.
    nullIs: "empty",
    trailingNul: "keep",
  }, options);
}

/**
 * `wasm:js-string` and `externref`: JavaScript strings cross as they are, nothing is copied.
 *
 * @param options There is seldom anything to say.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown or of another type.
 *
 * @example
 * ```ts
 * import { jsStrings, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = jsStrings();
 * using guest = await load("testdata/wat/js_strings.wasm", { convention });
 * assertEquals(guest.passString("Ada", "greet"), "Hello, Ada!");
 * ```
 */
export function jsStrings(options: ConventionOptions = {}): Convention {
  options = readOptions("jsStrings", options);
  return complete({
    name: "JS strings",
    expression: printCall("jsStrings", options),
    encoding: "utf-16",
    place: { kind: "reference" },
    pass: [],
    terminated: "never",
    results: [RESULT_FORMS.reference],
    argumentsFreedBy: "guest",
    resultsFreedBy: "guest",
    trailingNul: "keep",
  }, options);
}
