/** A stream that the command line writes to. */
export interface OutputStream {
  /** Whether the output is a terminal. */
  readonly isTerminal: boolean;
  /** Writes all output, or throws a {@linkcode ClosedPipe} if nobody reads it any more. */
  write(output: string | Uint8Array): Promise<void>;
}

/** The host of the command line: a runtime and perhaps a terminal. */
export interface Host {
  /** The stream for results. */
  readonly out: OutputStream;
  /** The stream for errors, progress and everything else that is not a result. */
  readonly err: OutputStream;
  /** Whether the user allows colours: `NO_COLOR` is not set. */
  readonly allowsColors: boolean;
  /** The width of the terminal in columns. */
  readonly columns: number;
  /** Whether something is piped into standard input. */
  readonly hasInput: boolean;
  /** Standard input, which is read on demand. */
  readonly input: ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * Calls `act` if the user interrupts the program, which ends afterwards.
   *
   * @returns A function that cancels this.
   */
  onInterrupt(act: () => Promise<void>): () => void;
}
