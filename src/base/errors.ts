import type {
  GuestErrorCode,
  GuestErrorOptions,
  LoadErrorCode,
  LoadErrorOptions,
  ProblemParts,
} from "./error_types.ts";
import { bounded, hex, isA, printable, show, wordsOf } from "./show.ts";

/**
 * A guest could not be loaded: its source, its imports, its memory or its instantiation.
 *
 * @example
 * ```ts
 * import { load, LoadError } from "@passage/wasm";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const error = await assertRejects(() => load("no/such.wasm"), LoadError);
 * assertEquals(error.message, 'Cannot read "no/such.wasm": it does not exist');
 * ```
 */
export class LoadError extends Error {
  /** Always `"LoadError"`. */
  override name = "LoadError";
  /** Which step failed. */
  readonly code: LoadErrorCode;
  /** The path, the URL or the kind of the source, if the source is at fault. */
  readonly source: string | undefined;
  /** One line for each import or symbol that does not fit, in the module's order. */
  readonly problems: readonly string[];

  /** Makes an error of one code. */
  constructor(code: LoadErrorCode, message: string, options: LoadErrorOptions = {}) {
    super(bounded(message), options);
    this.code = code;
    this.source = options.source;
    this.problems = options.problems ?? [];
  }
}

/**
 * The bytes are not a WebAssembly module of a known form.
 *
 * @example
 * ```ts
 * import { load, WasmFormatError } from "@passage/wasm";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const text = new TextEncoder().encode("(module)");
 * const error = await assertRejects(() => load(text), WasmFormatError);
 * assertEquals(error.offset, 0);
 * ```
 */
export class WasmFormatError extends WebAssembly.CompileError {
  /** Always `"WasmFormatError"`. */
  override name = "WasmFormatError";
  /** Always `"format"`. */
  readonly code = "format" as const;
  /** Where the fault is, in bytes from the start of the binary. */
  readonly offset: number;

  /** Makes an error for the byte at `offset`. */
  constructor(message: string, offset: number, options: ErrorOptions = {}) {
    super(bounded(message));
    this.offset = offset;
    if ("cause" in options) this.cause = options.cause;
  }
}

/**
 * A range is not within linear memory.
 *
 * @example
 * ```ts
 * import { GuestMemory, MemoryRangeError } from "@passage/wasm";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
 * const error = assertThrows(() => memory.readBytes(0xfffc, 12), MemoryRangeError);
 * assertEquals(error.memorySize, 65536);
 * ```
 */
export class MemoryRangeError extends RangeError {
  /** Always `"MemoryRangeError"`. */
  override name = "MemoryRangeError";
  /** Always `"memory-range"`. */
  readonly code = "memory-range" as const;
  /** The first byte of the range: an unsigned offset. */
  readonly pointer: number | bigint;
  /** The length of the range in bytes. */
  readonly byteLength: number;
  /** The size of the memory in bytes at that moment. */
  readonly memorySize: number;

  /** Makes an error for `byteLength` bytes at `pointer`; `action` is `"read"` or `"write"`. */
  constructor(
    action: "read" | "write",
    pointer: number | bigint,
    byteLength: number,
    memorySize: number,
  ) {
    super(
      `Cannot ${action} ${byteLength} bytes at pointer ${hex(pointer)}: ` +
        `memory is ${memorySize} bytes`,
    );
    this.pointer = pointer;
    this.byteLength = byteLength;
    this.memorySize = memorySize;
  }
}

/**
 * The guest failed, returned something impossible, lacks something that the call needs, or can no
 * longer be called.
 *
 * @example
 * ```ts
 * import { GuestError, load } from "@passage/wasm";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * using guest = await load("testdata/c/traps.wasm");
 * const error = assertThrows(() => guest.passString("x", "trap_divide"), GuestError);
 * assertEquals(error.code, "trap");
 * ```
 */
export class GuestError extends Error {
  /** Always `"GuestError"`. */
  override name = "GuestError";
  /** The kind of failure. */
  readonly code: GuestErrorCode;
  /** The export that was called or looked for. */
  readonly export: string | undefined;
  /** The guest's own error code, if it returned one. */
  readonly status: number | bigint | undefined;
  /**
   * The value that the call returned, if the guest failed afterwards, while it freed the call's
   * blocks. Otherwise `undefined`.
   */
  readonly result: unknown;
  /**
   * The guest's own message about the failure, complete and unescaped: the text of the status's
   * `message`, the message of its abort, the text of the value that it threw, or, if it trapped,
   * the last 4 KiB that it wrote to WASI's standard error. The message of this error shows it on
   * one line.
   */
  readonly guestMessage: string | undefined;
  /**
   * Further values that the guest reports about a failure, by the names in the status's `details`.
   */
  readonly details: Readonly<Record<string, unknown>>;
  /**
   * The frames within the guest, innermost first; empty if there are none. For a trap or a limit,
   * they have the names and lines from the module, which are read when this is first accessed.
   */
  readonly frames: readonly string[];
  /** The offset of the first byte that is not valid text, counted from the start of that text. */
  readonly offset: number | undefined;

  /** Makes an error of one code. */
  constructor(code: GuestErrorCode, message: string, options: GuestErrorOptions = {}) {
    super(bounded(message), options);
    this.code = code;
    this.export = options.export;
    this.status = options.status;
    this.result = options.result;
    this.guestMessage = options.guestMessage;
    this.details = options.details ?? {};
    this.frames = options.frames ?? [];
    this.offset = options.offset;
  }
}

/**
 * The error case of a `result`. An exported function throws it if the guest returns that case, and
 * a host function throws it to return that case to the guest.
 *
 * @example
 * ```ts
 * import { ComponentError } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new ComponentError("not-found");
 * assertEquals(error.payload, "not-found");
 * ```
 */
export class ComponentError extends Error {
  /** Always `"ComponentError"`. */
  override name = "ComponentError";
  /** The value of the error case, if it has one. */
  readonly payload: unknown;

  /** Makes the error case of a value. */
  constructor(payload?: unknown, options?: ErrorOptions) {
    super(`The result is an error: ${show(caseOf(payload))}`, options);
    this.payload = payload;
  }
}

/**
 * Returns the name of a variant's case, which is more informative than its class, or any other
 * value itself.
 */
function caseOf(payload: unknown): unknown {
  const { tag, kind = tag }: Record<string, unknown> = Object(payload);
  return typeof kind === "string" ? kind : payload;
}

/** Returns the message of an error, or a description of any other value that was thrown. */
export function messageOf(cause: unknown): string {
  // Errors of Passage already show foreign names and words safely, and their line breaks are
  // intended.
  const isOurs = PASSAGE_CLASSES.some((Class) => isA<Error>(cause, Class));
  return isOurs ? (cause as Error).message : wordsOf(cause);
}

const PASSAGE_CLASSES = [GuestError, LoadError, MemoryRangeError, WasmFormatError];

/** Returns the frames of a stack trace that are within a guest, innermost first. */
export function framesOf(error: unknown): string[] {
  const stack: unknown = isA(error, Error) ? error.stack : undefined;
  if (typeof stack !== "string") return [];
  return stack.split("\n").filter((line) =>
    line.includes("wasm://") || line.includes("wasm-function")
  )
    .map((line) => printable(line.trim().replace(/^at /, "")));
}

/**
 * The reason why something has no plan. It is data, so a caller can throw it, list it or add to it.
 */
export class Problem {
  readonly parts: ProblemParts;

  constructor(parts: ProblemParts) {
    this.parts = parts;
  }

  /** The problem on one line, as in an error. */
  get message(): string {
    const { cannot, found, expected } = this.parts;
    return bounded(`${cannot}: ${found}${expected === undefined ? "" : `, expected ${expected}`}`);
  }

  with(parts: Partial<ProblemParts>): Problem {
    return new Problem({ ...this.parts, ...parts });
  }

  error(): GuestError {
    const error = new GuestError(this.parts.code, this.message, { export: this.parts.export });
    problems.set(error, this);
    return error;
  }
}

/** The problems from which errors were made. */
const problems = new WeakMap<object, Problem>();

/** Returns the problem from which an error was made, with the parts of its message. */
export function problemOf(error: unknown): Problem | undefined {
  return isA(error, GuestError) ? problems.get(error) : undefined;
}

/** Returns all values, or the first problem among them. */
export function allOf<T>(found: readonly (T | Problem)[]): readonly T[] | Problem {
  for (const one of found) if (one instanceof Problem) return one;
  return found as readonly T[];
}

/** Returns the value, or throws the problem's error for a caller that cannot return a problem. */
export function orThrow<T>(found: T | Problem): T {
  if (found instanceof Problem) throw found.error();
  return found;
}
