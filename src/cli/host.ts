/** A stream that the command line writes to. */
export interface OutputStream {
  /** Whether a person sees what is written. */
  readonly isTerminal: boolean;
  /** Writes all of it, or throws a {@linkcode ClosedPipe} if nobody reads any more. */
  write(output: string | Uint8Array): Promise<void>;
}

/** What the command line needs of its host: a runtime and perhaps a terminal. */
export interface Host {
  /** Results, byte by byte. */
  readonly out: OutputStream;
  /** Errors, progress and whatever is no result. */
  readonly err: OutputStream;
  /** Whether the user allows colours: `NO_COLOR` is not set. */
  readonly allowsColors: boolean;
  /** The width of the terminal in columns. */
  readonly columns: number;
  /** Whether something is piped into standard input. */
  readonly hasInput: boolean;
  /** Standard input. Nothing is read before somebody asks for it. */
  readonly input: ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * Has `act` called if the user interrupts the program, which ends after it.
   *
   * @returns A function that takes it back.
   */
  onInterrupt(act: () => Promise<void>): () => void;
}
