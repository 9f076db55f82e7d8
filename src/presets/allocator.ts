import type { BlockCall, BlockSource, Pass, Room } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { Value } from "../abi/value.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import { quote } from "../base/show.ts";
import type { ModuleInfo } from "../binary/types.ts";
import { isPlainAllocator, ownerOf } from "./names.ts";
import { complete, printCall, readOptions } from "./preset_options.ts";
import type { ConventionOptions, Detected, Preset } from "./preset.ts";
import { allocatesBlocks, frees, takesPointersAlone } from "./roles.ts";

/** The possible core arguments of a text in a block of its own. */
export const BLOCK_PASSES: readonly (readonly Pass[])[] = [
  ["pointer", "byteLength"],
  ["packedPointerHigh"],
  ["packedPointerLow"],
  ["pointer"],
];

/** The options of {@linkcode allocator}. */
export interface AllocatorOptions extends ConventionOptions {
  /** The export that allocates. */
  allocate: BlockCall;
  /** The export that frees; without it, nothing is freed. */
  free?: BlockCall;
  /**
   * The address of the block, if it is not the result of `allocate` itself: `{ export: "getter" }`,
   * or `{ low: "result" }` for half of an i64.
   */
  pointer?: Value;
  /** Room that the guest expects above an address; memory is grown to provide it. */
  room?: Room;
  /** Whether an empty text gets its own block (the default) or none. */
  empty?: "block" | "none";
}

const ALLOCATOR_OPTIONS = {
  allocate: "blockCall",
  free: "blockCall",
  pointer: "located",
  room: "room",
  empty: "empty",
} as const;

/**
 * Each text gets a block of exactly its size from the guest's allocator.
 *
 * - Recognised by: a function from a size to a pointer with the name of an allocator: `malloc`,
 *   `alloc`, `sqlite3_malloc`; Passage also finds the function that frees; a function that may make
 *   an object, such as `parser_alloc`, has to be named
 * - Option: `allocator({ allocate: "alloc", free: "dealloc", resultsFreedBy: "host" })`
 * - Text: UTF-8
 *
 * - Toolchain: C with an allocator
 * - Exports: `malloc`, `free`, functions `uint64_t f(const char *text, size_t length)` that return
 *   the pointer in the high half and the length in the low half
 * - Load: `load("testdata/c/allocator_malloc.wasm", { convention: allocator({ allocate: "malloc",
 *   free: "free", result: "packedPointerHigh", resultsFreedBy: "host" }) })`
 *
 * - Toolchain: Rust
 * - Exports: `#[no_mangle] pub extern "C" fn`: `alloc(size: usize) -> *mut u8`,
 *   `dealloc(pointer: *mut u8, size: usize)`, functions
 *   `(pointer: *const u8, length: usize) -> u64` as for C;
 *   `--target=wasm32-unknown-unknown --crate-type=cdylib`
 * - Load: `load("testdata/rust/packed.wasm", { convention: allocator({ allocate: "alloc", free:
 *   "dealloc", result: "packedPointerHigh", resultsFreedBy: "host" }) })`
 *
 * - Toolchain: Zig (not tested here)
 * - Exports: `export fn alloc(size: usize) ?[*]u8`,
 *   `export fn dealloc(pointer: [*]u8, size: usize) void`, functions
 *   `(pointer: [*]const u8, length: usize) u64` as for Rust:
 *   `zig build-exe -target wasm32-freestanding -fno-entry -rdynamic`, or before 0.12
 *   `zig build-lib -target wasm32-freestanding -dynamic -rdynamic`
 * - Load: `load("guest.wasm", { convention: allocator({ allocate: "alloc", free: "dealloc", result:
 *   "packedPointerHigh", resultsFreedBy: "host" }) })`
 *
 * @param options The exports that allocate and free, and other facts that the types of the exports
 * do not show.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown, missing or of another type.
 *
 * @example
 * ```ts
 * import { allocator, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const result = "packedPointerHigh"; // one i64: the binary does not show which half is which
 * const convention = allocator({ allocate: "malloc", free: "free", result });
 * using guest = await load("testdata/c/allocator_malloc.wasm", { convention });
 * assertEquals(guest.passString("Ada", "greet"), "Hello, Ada!");
 * ```
 */
export function allocator(options: AllocatorOptions): Convention {
  options = readOptions("allocator", options, ALLOCATOR_OPTIONS, ["allocate"]);
  return complete({
    ...allocating("allocator", printCall("allocator", options), options),
    pass: BLOCK_PASSES,
    terminated: "without length",
    results: [
      RESULT_FORMS.packedPointerHigh,
      RESULT_FORMS.packedPointerLow,
      RESULT_FORMS.multiValue,
      RESULT_FORMS.multiValueResult,
      RESULT_FORMS.areaBefore,
      RESULT_FORMS.areaAfter,
      RESULT_FORMS.terminated,
      RESULT_FORMS.pointedTo,
      RESULT_FORMS.prefixed,
      RESULT_FORMS.inPlace,
    ],
  }, options);
}

export function allocating(
  name: string,
  expression: string,
  options: AllocatorOptions,
): Convention {
  const { allocate, free, pointer, empty, room } = options;
  const place: BlockSource = {
    kind: "allocator",
    allocate,
    ...(free !== undefined && { free }),
    ...(pointer !== undefined && { pointer }),
    ...(empty !== undefined && { empty }),
    ...(room !== undefined && { room }),
  };
  return {
    name,
    expression,
    encoding: "utf-8",
    place,
    pass: [],
    terminated: "never",
    results: [],
    argumentsFreedBy: "host",
    // Nothing shows whether the caller owns a result, and freeing one that it does not own corrupts
    // the guest.
    resultsFreedBy: "guest",
    trailingNul: "keep",
  };
}

/** Pairs of names, the most common first. */
const PAIRS = [
  ["malloc", "free"],
  ["alloc", "dealloc"],
  ["alloc", "free"],
  ["allocate", "deallocate"],
  ["__alloc", "__free"],
  ["__malloc", "__free"],
] as const;

interface Found {
  readonly options: { readonly allocate: string; readonly free?: string };
  readonly reason: string;
}

/**
 * Finds allocators by type and name, each with the export that frees its blocks.
 *
 * @param takesPointers Whether the guest's functions have to take a pointer and no length with it.
 */
function findAllocators(info: ModuleInfo, takesPointers: boolean): Found[] {
  const allocating = info.exports.filter(allocatesBlocks).map(({ name }) => name);
  if (allocating.length === 0 || takesPointersAlone(info) !== takesPointers) return [];
  const freeing = info.exports.filter(frees).map(({ name }) => name);
  const usual = PAIRS.find(([allocate, free]) =>
    allocating.includes(allocate) && freeing.includes(free)
  );
  if (usual !== undefined) return [foundAs(usual[0], usual[1])];
  const byOwner = new Map<string, string | undefined>();
  for (const free of freeing) {
    const owner = ownerOf(free);
    // One of several is not known to be meant.
    byOwner.set(owner, byOwner.has(owner) ? undefined : free);
  }
  return allocating.map((allocate) => {
    // An export that frees results or objects of the guest must not be used for blocks.
    const owner = ownerOf(allocate);
    const isShared = !byOwner.has(owner) && isPlainAllocator(allocate);
    return foundAs(allocate, byOwner.get(isShared ? "" : owner));
  });
}

function foundAs(allocate: string, free: string | undefined): Found {
  return {
    options: { allocate, ...(free !== undefined && { free }) },
    reason: free === undefined
      ? `${quote(allocate)} allocates, and nothing that frees is known`
      : `${quote(allocate)} and ${quote(free)} are an allocator`,
  };
}

function suggest(info: ModuleInfo): Detected[] {
  return findAllocators(info, false).map(({ options, reason }) => ({
    convention: allocator(options),
    reason,
  }));
}

export const ALLOCATOR: Preset = {
  name: "allocator",
  make: allocator,
  suggest,
};

/** The options of {@linkcode cString}. */
export interface CStringOptions extends Partial<AllocatorOptions> {
  /**
   * The export that allocates; without it, texts are put on the guest's stack for the duration of
   * the call.
   */
  allocate?: BlockCall;
}

/**
 * C strings: arguments and results are pointers to NUL-terminated text. Without an allocator, texts
 * are put on the guest's stack, as in Emscripten's `ccall`, and have to fit there.
 *
 * - Recognised by: an allocator, and functions that take one pointer and return one
 * - Option: `cString({ allocate: "malloc", free: "free", resultsFreedBy: "host" })`
 * - Text: UTF-8, then a NUL
 *
 * - Toolchain: Emscripten
 * - Exports: functions `char *f(const char *text)` that return memory from `malloc`:
 *   `emcc -sSTANDALONE_WASM --no-entry -sEXPORTED_FUNCTIONS=_malloc,_free`, `EMSCRIPTEN_KEEPALIVE`
 * - Load: `load("testdata/emscripten/c_string.wasm", { convention: cString({ allocate: "malloc",
 *   free: "free", resultsFreedBy: "host" }) })`
 *
 * @param options The exports that allocate and free, if there are any.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown, missing or of another type.
 *
 * @example
 * ```ts
 * import { cString, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = cString({ allocate: "malloc", free: "free" });
 * using guest = await load("testdata/c/c_string.wasm", { convention });
 * assertEquals(guest.passString("Ada", "greet"), "Hello, Ada!");
 * ```
 */
export function cString(options: CStringOptions = {}): Convention {
  options = readOptions("cString", options, ALLOCATOR_OPTIONS);
  const { allocate } = options;
  const expression = printCall("cString", options);
  return complete({
    ...(allocate === undefined
      ? onStack(expression)
      : allocating("C string", expression, { ...options, allocate })),
    pass: [["pointer"]],
    terminated: "always",
    results: [RESULT_FORMS.terminated],
  }, options);
}

function onStack(expression: string): Convention {
  return { ...allocating("C string", expression, { allocate: "" }), place: { kind: "stack" } };
}

function suggestCStrings(info: ModuleInfo): Detected[] {
  return findAllocators(info, true).map(({ options, reason }) => ({
    convention: cString(options),
    reason: `${reason}; functions take one pointer and return one`,
  }));
}

export const C_STRING: Preset = {
  name: "C string",
  make: cString,
  suggest: suggestCStrings,
};
