import type { BlockCall, Place, Room } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import { RESULT_FORMS } from "../abi/result_forms.ts";
import {
  complete,
  type ConventionOptions,
  NUMBER_RESULTS,
  printCall,
  readOptions,
} from "./options.ts";

/** What {@linkcode allocator} is told. */
export interface AllocatorOptions extends ConventionOptions {
  /** The export that allocates. */
  allocate: BlockCall;
  /** The export that frees; nothing is freed where there is none. */
  free?: BlockCall;
  /** The getter that tells where the block is, where it is not what `allocate` returns. */
  pointer?: { readonly export: string };
  /** Room that the guest expects to find: memory is grown to have it above an address. */
  room?: Room;
  /** Whether an empty text gets a block of its own (unless said), or none. */
  empty?: "block" | "none";
}

const ALLOCATOR = {
  allocate: "blockCall",
  free: "blockCall",
  pointer: "located",
  room: "room",
  empty: "empty",
} as const;

/**
 * A block for each text from the guest's allocator, exactly as large as it has to be.
 *
 * @param options Which exports allocate and free, and whatever the types of the exports leave open.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown, missing or of another type.
 *
 * @example
 * ```ts
 * import { allocator, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const result = "packedPointerHigh"; // one i64: which half is which can not be seen
 * const convention = allocator({ allocate: "malloc", free: "free", result });
 * using guest = await load("testdata/c/allocator_malloc.wasm", { convention });
 * assertEquals(guest.passString("Ada", "greet"), "Hello, Ada!");
 * ```
 */
export function allocator(options: AllocatorOptions): Convention {
  options = readOptions("allocator", options, ALLOCATOR, ["allocate"]);
  return complete({
    ...allocating("allocator", printCall("allocator", options), options),
    pass: [["pointer", "byteLength"], ["packedPointerHigh"], ["packedPointerLow"], ["pointer"]],
    terminated: "without length",
    results: [
      RESULT_FORMS.packedPointerHigh,
      RESULT_FORMS.packedPointerLow,
      RESULT_FORMS.multiValue,
      RESULT_FORMS.multiValueResult,
      RESULT_FORMS.areaBefore,
      RESULT_FORMS.areaAfter,
      RESULT_FORMS.pointedTo,
      RESULT_FORMS.terminated,
      RESULT_FORMS.prefixed,
      RESULT_FORMS.inPlace,
    ],
  }, options);
}

/** What {@linkcode cString} is told. */
export interface CStringOptions extends Partial<AllocatorOptions> {
  /** The export that allocates; unless said, texts are put on the guest's stack for the call. */
  allocate?: BlockCall;
}

/**
 * C strings: a pointer to text that a NUL ends, and the same back. Without an allocator texts are
 * put on the guest's stack, as Emscripten's own `ccall` does: they have to fit there.
 *
 * @param options Which exports allocate and free, where any do.
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
  options = readOptions("cString", options, ALLOCATOR);
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

/** What all conventions with an allocator have in common. */
function allocating(
  name: string,
  expression: string,
  options: AllocatorOptions,
): Convention {
  const { allocate, free, pointer, empty, room } = options;
  const place: Place = {
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
    // Whether a result is the caller's can not be seen: freeing what is not would corrupt the guest.
    resultsFreedBy: "guest",
    trailingNul: "keep",
  };
}

/** What {@linkcode wasmBindgen} is told. */
export interface WasmBindgenOptions extends ConventionOptions {
  /** The export that allocates, `__wbindgen_malloc` unless it was renamed. */
  allocate?: BlockCall;
  /** The export that frees, `__wbindgen_free` unless it was renamed. */
  free?: BlockCall;
}

/**
 * The raw exports of a module that wasm-bindgen made: strings and byte slices, without its glue. A
 * `Result` that is an error is a {@linkcode GuestError} with the code `guest-error`: the value that
 * the guest threw is its `cause` where the guest keeps values in a table of its own; otherwise its
 * `status` is the value's number, by which the functions in `imports` that made the value know it.
 * One of nothing that is returned through a return area has the type of a method, and has to be
 * declared with `arguments` and a `status`.
 *
 * @param options The names of its allocator, where it was told to hide them.
 * @returns The convention, for the option `convention` of `load`.
 * @throws {TypeError} if an option is unknown, missing or of another type.
 *
 * @example
 * ```ts
 * import { load, wasmBindgen } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const convention = wasmBindgen();
 * using guest = await load("testdata/c/bindgen_new.wasm", { convention });
 * assertEquals(guest.passString("Ada", "greet"), "Hello, Ada!");
 * ```
 */
export function wasmBindgen(options: WasmBindgenOptions = {}): Convention {
  options = readOptions("wasmBindgen", options, { allocate: "blockCall", free: "blockCall" });
  const allocate = options.allocate ?? "__wbindgen_malloc";
  const free = options.free ?? "__wbindgen_free";
  return complete({
    ...allocating("wasm-bindgen", printCall("wasmBindgen", options), { allocate, free }),
    pass: [["pointer", "byteLength"]],
    // A retptr does not tell whether two or four words are written: four are made room for.
    results: [
      RESULT_FORMS.multiValue,
      RESULT_FORMS.multiValueResult,
      RESULT_FORMS.areaBeforeResult,
    ],
    numberResults: NUMBER_RESULTS,
    argumentsFreedBy: "guest",
    resultsFreedBy: "host",
  }, options);
}
