import type {
  BlockCall,
  Capacity,
  Convention,
  ConventionEncoding,
  FreedBy,
  Pass,
  Place,
  ResultForm,
  Status,
  Value,
} from "./convention.ts";
import { RESULT_FORMS, type ResultFormName } from "./forms.ts";
import { printCall } from "./print.ts";

/** What every preset can be told; each part replaces the preset's own. */
export interface ConventionOptions {
  /** The encoding of text. */
  encoding?: ConventionEncoding;
  /** What an export gets for each text, where the signature alone can not tell. */
  pass?: readonly Pass[];
  /** Where an export's text is: a form by its name, or its parts. */
  result?: ResultFormName | Omit<ResultForm, "name">;
  /** Whether a NUL follows each text. */
  terminated?: boolean;
  /** Who frees what was passed. */
  argumentsFreedBy?: FreedBy;
  /** Who frees what came back. */
  resultsFreedBy?: FreedBy;
  /** Whether trailing NULs belong to text that comes back. */
  trailingNul?: "keep" | "trim";
  /** When a call has failed. */
  status?: Status;
  /** Where return areas and output buffers are put. */
  areaPlace?: Place;
}

/** What {@linkcode staticBuffer} is told. */
export interface StaticBufferOptions extends ConventionOptions {
  /** The getter or the exported global that gives the buffer's address, or the address itself. */
  pointer: string | number;
  /** How many bytes the buffer holds, or which export says so. */
  capacity?: Capacity;
}

/**
 * One buffer of the guest's, at an address that it tells: text is written there, an export
 * transforms it and returns its new length.
 *
 * @example
 * ```ts
 * import { load, staticBuffer } from "@passage/wasm";
 *
 * using guest = await load("testdata/c/passing_data.wasm", {
 *   convention: staticBuffer({ pointer: "get_buffer_pointer", capacity: 100 }),
 * });
 * ```
 */
export function staticBuffer(options: StaticBufferOptions): Convention {
  const { pointer, capacity } = options;
  return bufferConvention("static buffer", printCall("staticBuffer", options), options, {
    kind: "buffer",
    pointer,
    ...(capacity !== undefined && { capacity }),
  });
}

/** What {@linkcode inPlace} is told. */
export interface InPlaceOptions extends ConventionOptions {
  /** The address of a range that the host may use, or `"reserve"` to add pages to memory for it. */
  pointer: number | "reserve";
  /** The size of the range in bytes. */
  byteLength: number;
}

/**
 * A range of memory that the caller says the host may use. With `"reserve"` it is added above
 * everything else, which is safe only where the guest has no allocator of its own that takes all
 * memory above `__heap_base` for itself.
 */
export function inPlace(options: InPlaceOptions): Convention {
  const { pointer, byteLength } = options;
  return bufferConvention("in place", printCall("inPlace", options), options, {
    kind: "buffer",
    pointer: pointer === "reserve" ? { reserve: byteLength } : pointer,
    capacity: byteLength,
  });
}

function bufferConvention(
  name: string,
  expression: string,
  options: ConventionOptions,
  place: Place & { kind: "buffer" },
): Convention {
  const { pointer } = place;
  const at: Value = typeof pointer === "string"
    ? { export: pointer }
    : typeof pointer === "number"
    ? pointer
    : { argument: 0 };
  const inBuffer: ResultForm = {
    name: "inBuffer",
    results: ["n"],
    text: { pointer: at, length: "result" },
    status: { value: "result", fails: "negative" },
  };
  return complete({
    name,
    expression,
    encoding: "utf-8",
    place,
    pass: [[], ["byteLength"], ["pointer", "byteLength"]],
    terminated: "without length",
    results: [inBuffer],
    argumentsFreedBy: "guest",
    resultsFreedBy: "guest",
    trailingNul: "trim",
  }, options);
}

/** What {@linkcode allocator} is told. */
export interface AllocatorOptions extends ConventionOptions {
  /** The export that allocates. */
  allocate: BlockCall;
  /** The export that frees; nothing is freed where there is none. */
  free?: BlockCall;
  /** The getter that tells where the block is, where it is not what `allocate` returns. */
  pointer?: { readonly export: string };
}

/** A block for each text from the guest's allocator, exactly as large as it has to be. */
export function allocator(options: AllocatorOptions): Convention {
  return complete({
    ...allocating("allocator", printCall("allocator", options), options),
    pass: [["pointer", "byteLength"], ["packedPointerHigh"], ["packedPointerLow"], ["pointer"]],
    terminated: "without length",
    results: [
      RESULT_FORMS.packedPointerHigh,
      RESULT_FORMS.packedPointerLow,
      RESULT_FORMS.multiValue,
      RESULT_FORMS.areaBefore,
      RESULT_FORMS.areaAfter,
      RESULT_FORMS.pointedTo,
      RESULT_FORMS.terminated,
      RESULT_FORMS.prefixed,
      RESULT_FORMS.inPlace,
    ],
  }, options);
}

/** C strings: a pointer to text that a NUL ends, and the same back. */
export function cString(options: AllocatorOptions): Convention {
  return complete({
    ...allocating("C string", printCall("cString", options), options),
    pass: [["pointer"]],
    terminated: "always",
    results: [RESULT_FORMS.terminated],
  }, options);
}

function allocating(name: string, expression: string, options: AllocatorOptions): Convention {
  const { allocate, free, pointer } = options;
  const place: Place = {
    kind: "allocator",
    allocate,
    ...(free !== undefined && { free }),
    ...(pointer !== undefined && { pointer }),
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

/** What {@linkcode assemblyScript} is told. */
export interface AssemblyScriptOptions extends ConventionOptions {
  /** `"arc"` for compilers before 0.18, which count references: `__alloc`, `__retain`, `__release`. */
  runtime?: "arc";
}

/** The names of AssemblyScript's runtimes, and their class ids of ArrayBuffer and String. */
const RUNTIMES = {
  managed: { allocate: "__new", pin: "__pin", unpin: "__unpin", buffer: 1, string: 2 },
  arc: { allocate: "__alloc", pin: "__retain", unpin: "__release", buffer: 0, string: 1 },
} as const;

/**
 * AssemblyScript with `--exportRuntime`: strings are UTF-16 objects that a garbage collector
 * manages, and every argument is pinned until the call ends.
 */
export function assemblyScript(options: AssemblyScriptOptions = {}): Convention {
  const { allocate, pin, unpin, buffer, string } = RUNTIMES[options.runtime ?? "managed"];
  const block = (classId: number): Place => ({
    kind: "allocator",
    allocate: { export: allocate, pass: ["byteLength", classId] },
    pin,
    unpin,
  });
  return complete({
    name: "AssemblyScript",
    expression: printCall("assemblyScript", options),
    encoding: "utf-16",
    place: block(string),
    bytesPlace: block(buffer),
    arrayPlace: { kind: "managedArray" },
    // A typed array's object holds its buffer, where the elements begin, and their length in bytes.
    arrayResults: [{
      name: "managed array",
      results: ["p"],
      text: { pointer: { word: 1, at: "result" }, length: { word: 2, at: "result" } },
    }],
    pass: [["pointer"]],
    terminated: "never",
    results: [{
      name: "managed",
      results: ["p"],
      // The object header ends with the size in bytes, right before the object.
      text: { pointer: "result", length: { prefix: "u32", offset: -4 } },
    }],
    argumentsFreedBy: "host",
    // A result is retained for the caller where references are counted.
    resultsFreedBy: options.runtime === "arc"
      ? { call: { export: unpin, pass: ["pointer"] } }
      : "guest",
    trailingNul: "keep",
  }, options);
}

/**
 * The canonical ABI of a component's core module.
 * https://github.com/WebAssembly/component-model, "CanonicalABI.md".
 */
export function canonicalAbi(options: ConventionOptions = {}): Convention {
  return complete({
    name: "canonical ABI",
    expression: printCall("canonicalAbi", options),
    encoding: "utf-8",
    place: {
      kind: "allocator",
      allocate: { export: "cabi_realloc", pass: [0, 0, "align", "byteLength"] },
    },
    pass: [["pointer", "codeUnits"]],
    terminated: "never",
    results: [{
      ...RESULT_FORMS.pointedTo,
      text: { ...RESULT_FORMS.pointedTo.text, unit: "codeUnits" },
    }],
    // What a component imports writes its result where the last argument says.
    hostResults: [RESULT_FORMS.areaAfter],
    argumentsFreedBy: "guest",
    resultsFreedBy: { call: { export: "cabi_post_*", pass: ["result"], optional: true } },
    trailingNul: "keep",
  }, options);
}

/** What {@linkcode wasmBindgen} is told. */
export interface WasmBindgenOptions extends ConventionOptions {
  /** The export that allocates, `__wbindgen_malloc` unless it was renamed. */
  allocate?: BlockCall;
  /** The export that frees, `__wbindgen_free` unless it was renamed. */
  free?: BlockCall;
}

/** The raw exports of a module that wasm-bindgen made: strings and byte slices, without its glue. */
export function wasmBindgen(options: WasmBindgenOptions = {}): Convention {
  const allocate = options.allocate ?? "__wbindgen_malloc";
  const free = options.free ?? "__wbindgen_free";
  return complete({
    ...allocating("wasm-bindgen", printCall("wasmBindgen", options), { allocate, free }),
    pass: [["pointer", "byteLength"]],
    results: [RESULT_FORMS.multiValue, RESULT_FORMS.areaBefore],
    argumentsFreedBy: "guest",
    resultsFreedBy: "host",
  }, options);
}

/** `wasm:js-string` and `externref`: JavaScript strings cross as they are. */
export function jsStrings(options: ConventionOptions = {}): Convention {
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

/** A preset with the caller's parts in the place of its own. */
function complete(preset: Convention, options: ConventionOptions): Convention {
  const { pass, result, terminated, ...parts } = options;
  const chosen: Partial<Convention> = {
    ...(pass !== undefined && { pass: [pass] }),
    ...(terminated !== undefined && { terminated: terminated ? "always" : "never" }),
    ...(result !== undefined && {
      results: [typeof result === "string" ? RESULT_FORMS[result] : { ...result, name: "own" }],
    }),
  };
  for (const key of PARTS) {
    if (parts[key] !== undefined) Object.assign(chosen, { [key]: parts[key] });
  }
  return { ...preset, ...chosen };
}

const PARTS = [
  "encoding",
  "argumentsFreedBy",
  "resultsFreedBy",
  "trailingNul",
  "status",
  "areaPlace",
] as const;
