import {
  ComponentError,
  GuestError,
  LoadError,
  MemoryRangeError,
  messageOf,
  WasmFormatError,
} from "../base/errors.ts";
import { isA } from "../base/show.ts";

/** A row of the table of exit codes, which every `--help` prints. */
interface ExitCode {
  readonly code: number;
  readonly meaning: string;
}

/** The exit codes by kind of exit. */
export const EXIT = {
  ok: { code: 0, meaning: "success, or nobody reads the output any more" },
  fault: { code: 1, meaning: "a bug in this program" },
  usage: { code: 2, meaning: "the command line is wrong" },
  source: { code: 3, meaning: "the file or the URL cannot be read" },
  format: {
    code: 4,
    meaning: "the file is not a WebAssembly module, or this engine cannot compile it",
  },
  load: { code: 5, meaning: "the module cannot be loaded: its imports, its memory, its start" },
  call: { code: 6, meaning: "the call is impossible: the export, its plan or an argument" },
  guest: { code: 7, meaning: "the guest failed: a trap, its own error, an impossible result" },
  differs: { code: 8, meaning: "the module given to --check is out of date" },
} as const satisfies Record<string, ExitCode>;

/** The kinds of exit that have a code. */
export type ExitKind = keyof typeof EXIT;

/** A mistake in the command line; the message says what was expected. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Thrown if nobody reads the output any more, as in `passage inspect guest.wasm | head`. */
export class ClosedPipe extends Error {
  override name = "ClosedPipe";
}

/** The codes of errors that occur before the guest is called. */
const BEFORE_CALL: ReadonlySet<string> = new Set([
  "missing-export",
  "signature",
  "ambiguous-convention",
  "no-convention",
]);

/** The codes of errors about the bytes of a module. */
const ABOUT_BYTES: ReadonlySet<string> = new Set(["compile", "unsupported"]);

/** Returns the kind of exit for an error. */
export function exitKindOf(error: unknown): ExitKind {
  if (isA(error, UsageError)) return "usage";
  if (isA(error, WasmFormatError)) return "format";
  if (isA(error, LoadError)) {
    return ABOUT_BYTES.has(error.code) ? "format" : error.code === "source" ? "source" : "load";
  }
  if (isA(error, GuestError)) return BEFORE_CALL.has(error.code) ? "call" : "guest";
  if (isA(error, ComponentError)) return "guest";
  // The caller passes no pointers, so the guest is responsible for the range.
  if (isA(error, MemoryRangeError)) return "guest";
  // Invalid values from the caller are refused with built-in classes of errors.
  return isA(error, RangeError) || isA(error, TypeError) ? "call" : "fault";
}

/** Returns the text for an error: its message, or the stack if it is a bug in Passage. */
export function wordsOfError(error: unknown): string {
  const isFault = exitKindOf(error) === "fault" && isA(error, Error);
  return isFault
    ? error.stack ?? messageOf(error)
    : isA(error, Error)
    ? error.message
    : messageOf(error);
}
