/** The step of loading that a {@linkcode LoadError} is about. */
export type LoadErrorCode =
  | "source"
  | "integrity"
  | "unsupported"
  | "compile"
  | "memory"
  | "imports"
  | "instantiation"
  | "symbols"
  | "wasi"
  | "limits"
  | "fuel-exhausted"
  | "deadline-exceeded";

/** The kind of failure that a {@linkcode GuestError} is about. */
export type GuestErrorCode =
  | "trap"
  | "fuel-exhausted"
  | "deadline-exceeded"
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
  | "input-too-large"
  | "exception"
  | "abort"
  | "aborted"
  | "invalid-text"
  | "null-pointer"
  | "function-pointer"
  | "poisoned"
  | "busy"
  | "supplied-memory"
  | "adopted"
  | "hidden-state"
  | "asynchronous"
  | "exited"
  | "disposed";

/** Fields of a {@linkcode LoadError} in addition to its code and message. */
export interface LoadErrorOptions extends ErrorOptions {
  /** The path, the URL or the kind of the source. */
  source?: string;
  /** One line for each import that cannot be satisfied. */
  problems?: readonly string[];
}

/** Fields of a {@linkcode GuestError} in addition to its code and message. */
export interface GuestErrorOptions extends ErrorOptions {
  /** The export that was called or looked for. */
  export?: string | undefined;
  /** The guest's own error code. */
  status?: number | bigint | undefined;
  /** The value that the call returned, if the guest failed afterwards. */
  result?: unknown;
  /** The guest's own message about a failure. */
  guestMessage?: string | undefined;
  /** Further values that the guest reports about a failure. */
  details?: Readonly<Record<string, unknown>>;
  /** The frames within the guest, innermost first. */
  frames?: readonly string[];
  /** The offset of the first bad byte or code unit in text. */
  offset?: number | undefined;
}

/** The parts of a `Problem`. */
export interface ProblemParts {
  /** The code of its error. */
  readonly code: GuestErrorCode;
  /** The part that does not fit: `"type"` of the export, `"parameters[0]"`, `"convention"`. */
  readonly part: string;
  /** The failed action: `Cannot pass ("string") -> "string" to "add"`. */
  readonly cannot: string;
  /** The fault of the part: `it is (f32) -> ()`. */
  readonly found: string;
  /** The expected part, or the options that would settle it. */
  readonly expected?: string | undefined;
  /** The options that would settle it, if `expected` has more than these. */
  readonly advice?: string | undefined;
  /** The name of the export. */
  readonly export?: string | undefined;
  /** A line for each faulty part, if the parts were checked one by one. */
  readonly lines?: readonly string[] | undefined;
}
