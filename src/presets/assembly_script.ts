import type { BlockSource } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { ResultForm } from "../abi/result.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { complete, printCall, readOptions } from "./preset_options.ts";
import type { ConventionOptions, Detected, Preset } from "./preset.ts";
import { hasFunction } from "./roles.ts";

/** The options of {@linkcode assemblyScript}. */
export interface AssemblyScriptOptions extends ConventionOptions {
  /**
   * `"arc"` for compilers before 0.18, which count references: `__alloc`, `__retain`, `__release`.
   */
  runtime?: "arc";
  /**
   * The class for bytes that are passed. If the guest has no other class for bytes, it is
   * `ArrayBuffer`; if it has several, this option or the parameter selects one.
   */
  bytes?: "ArrayBuffer" | "Uint8Array" | "Array<u8>" | "StaticArray<u8>";
  /**
   * Class ids by name, such as `{ "Array<string>": 5 }`, if several classes have the same layout
   * and no export such as `Array_string_ID` distinguishes them.
   */
  classIds?: Readonly<Record<string, number>>;
}

const OPTIONS = { runtime: "runtime", bytes: "bytes", classIds: "classIds" } as const;

/** AssemblyScript's runtimes, with their first class ids. */
export const RUNTIMES = {
  managed: { allocate: "__new", pin: "__pin", unpin: "__unpin", ArrayBuffer: 1, String: 2 },
  arc: { allocate: "__alloc", pin: "__retain", unpin: "__release", ArrayBuffer: 0, String: 1 },
} as const;

/** Makes a block source for objects of a class that consist only of their contents. */
export function objectPlace(
  runtime: keyof typeof RUNTIMES,
  classId: number,
): BlockSource & { readonly kind: "allocator" } {
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
 * manages, and every argument is pinned until the call ends. Text is a `String`. Bytes and arrays
 * use the class that the guest has, among `ArrayBuffer`, `Uint8Array`, `Array<u8>` and
 * `StaticArray<u8>`, or the same for other numbers. If it has several, set the `class` of the
 * parameter. The class of a returned object is in its header.
 *
 * - Recognised by: exports `__new`, `__pin` and `__unpin`; before version 0.18 `__alloc`,
 *   `__retain` and `__release`
 * - Option: `assemblyScript()`
 * - Text: UTF-16
 *
 * - Toolchain: AssemblyScript
 * - Exports: functions `(text: string): string`: `asc --exportRuntime`
 * - Load: `load("testdata/assemblyscript/strings.wasm")`
 *
 * @param options The runtime, and the ids of classes with unusual ids.
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
  const arrays: BlockSource = {
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
    // With reference counting, a result is retained for the caller.
    resultsFreedBy: runtime === "arc" ? { call: { export: unpin, pass: ["pointer"] } } : "guest",
    trailingNul: "keep",
  }, options);
}

function recognise(info: ModuleInfo): Detected[] {
  const isManaged = hasFunction(info, "__new", 2, 1) && hasFunction(info, "__pin", 1, 1) &&
    hasFunction(info, "__unpin", 1, 0);
  if (isManaged) {
    return [{ convention: assemblyScript(), reason: 'it exports "__new", "__pin" and "__unpin"' }];
  }
  const isCounted = hasFunction(info, "__alloc", 2, 1) && hasFunction(info, "__retain", 1, 1) &&
    hasFunction(info, "__release", 1, 0);
  return isCounted
    ? [{
      convention: assemblyScript({ runtime: "arc" }),
      reason: 'it exports "__alloc", "__retain" and "__release"',
    }]
    : [];
}

/**
 * Returns whether a guest may have AssemblyScript objects, according to its exports or the options.
 */
export function holdsObjects(
  exported: readonly { readonly name: string }[],
  convention: { readonly name: string } | undefined,
): boolean {
  return convention?.name === "AssemblyScript" ||
    exported.some(({ name }) => name === "__new" || name === "__retain");
}

/** Returns whether a guest imports AssemblyScript's `abort`, which takes a source location. */
export function importsAbort({ imports }: ModuleInfo): boolean {
  return imports.some((item) =>
    item.module === "env" && item.name === "abort" && item.kind === "function" &&
    item.type.parameters.length === 4
  );
}

export const ASSEMBLY_SCRIPT: Preset = {
  name: "AssemblyScript",
  make: assemblyScript,
  recognise,
};
