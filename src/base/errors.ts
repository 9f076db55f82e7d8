import { bounded, hex, isA, wordsOf } from "./show.ts";

/** What a {@linkcode LoadError} is about. */
export type LoadErrorCode =
  | "source"
  | "unsupported"
  | "compile"
  | "memory"
  | "imports"
  | "instantiation"
  | "symbols"
  | "wasi";

/** What a {@linkcode GuestError} is about. */
export type GuestErrorCode =
  | "trap"
  | "guest-error"
  | "out-of-memory"
  | "missing-export"
  | "missing-import"
  | "signature"
  | "ambiguous-convention"
  | "no-convention"
  | "overrun"
  | "result-too-large"
  | "output-too-large"
  | "exception"
  | "abort"
  | "invalid-text"
  | "null-pointer"
  | "poisoned"
  | "busy"
  | "supplied-memory"
  | "asynchronous"
  | "exited"
  | "disposed";

/** What else a {@linkcode LoadError} can tell. */
export interface LoadErrorOptions extends ErrorOptions {
  /** The path, the URL or the kind of the source. */
  source?: string;
  /** One line for each import that can't be satisfied. */
  problems?: readonly string[];
}

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
  /** The path, the URL or the kind of the source, where the source is at fault. */
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

/** What else a {@linkcode GuestError} can tell. */
export interface GuestErrorOptions extends ErrorOptions {
  /** The export that was called or looked for. */
  export?: string | undefined;
  /** The guest's own error code. */
  status?: number | bigint | undefined;
  /** What the call returned, where the guest failed only afterwards. */
  result?: unknown;
  /** What the guest itself said of a failure, in its own words. */
  guestMessage?: string | undefined;
  /** What else the guest said of a failure. */
  details?: Readonly<Record<string, unknown>>;
  /** The frames within the guest, innermost first. */
  frames?: readonly string[];
  /** The offset of the first bad byte or code unit in text. */
  offset?: number | undefined;
}

/**
 * The guest failed, lied, lacks what was asked of it, or can't be called any more.
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
  /** What happened. */
  readonly code: GuestErrorCode;
  /** The export that was called or looked for. */
  readonly export: string | undefined;
  /** The guest's own error code, where it gave one. */
  readonly status: number | bigint | undefined;
  /**
   * What the call returned, where the guest failed only afterwards, in freeing what the call held:
   * it is complete, and nothing of it is lost. Otherwise `undefined`.
   */
  readonly result: unknown;
  /**
   * What the guest itself said of the failure, whole and unescaped: the text of the status's
   * `message`, what it aborted with, or the words of the value that it threw. The message of this
   * error shows it on one line.
   */
  readonly guestMessage: string | undefined;
  /** What else the guest said of a failure, by the names in the status's `details`. */
  readonly details: Readonly<Record<string, unknown>>;
  /** The frames within the guest, innermost first; empty where there are none. */
  readonly frames: readonly string[];
  /** Where bytes stop being valid text: bytes from the start of that text. */
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

/** What went wrong, in the words of whoever threw `cause`. */
export function messageOf(cause: unknown): string {
  // What was made here shows names and words of others as messages do; its lines are meant.
  const isOwn = OWN_CLASSES.some((Class) => isA<Error>(cause, Class));
  return isOwn ? (cause as Error).message : wordsOf(cause);
}

const OWN_CLASSES = [GuestError, LoadError, MemoryRangeError, WasmFormatError];

/** The name nearest to `name`, if it is near: at most a third of its letters differ. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Levenshtein distance, given up at `most`. */
function distance(a: string, b: string, most: number): number {
  // A name from an untrusted binary can be long: the table is quadratic.
  if (Math.abs(a.length - b.length) >= most || a.length > 200 || b.length > 200) return most;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
