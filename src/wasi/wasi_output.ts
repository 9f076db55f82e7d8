import { CapturedOutput, type Output, type StreamName } from "./output.ts";

/** What a guest wrote, where the option `wasi` says that it is to be captured. */
export class WasiOutput {
  readonly #stdout: Output;
  readonly #stderr: Output;

  /** Made by `load`. */
  constructor(stdout: Output, stderr: Output) {
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /**
   * All that the guest wrote to standard output since it was loaded or reset.
   *
   * @throws {GuestError} with the code `invalid-text` where it is not valid UTF-8: then
   * {@linkcode stdoutBytes} has it.
   * @throws {TypeError} if it was not captured.
   */
  get stdout(): string {
    return captured(this.#stdout, "stdout").text;
  }

  /** The same for standard error. */
  get stderr(): string {
    return captured(this.#stderr, "stderr").text;
  }

  /** What was written to standard output as bytes: a copy. */
  get stdoutBytes(): Uint8Array<ArrayBuffer> {
    return captured(this.#stdout, "stdout").bytes;
  }

  /** What was written to standard error as bytes: a copy. */
  get stderrBytes(): Uint8Array<ArrayBuffer> {
    return captured(this.#stderr, "stderr").bytes;
  }
}

function captured(output: Output, name: StreamName): CapturedOutput {
  if (output instanceof CapturedOutput) return output;
  throw new TypeError(
    `Cannot read what the guest wrote to ${name}: it was not captured, ` +
      `expected the option wasi: { ${name}: "capture" }`,
  );
}
