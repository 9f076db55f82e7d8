import { GuestError, hex } from "../errors.ts";
import { validUtf8Length } from "../text/utf8.ts";
import type { WasiSink } from "./options.ts";
import { ERRNO } from "./records.ts";

/** Standard output or standard error. */
export interface Output {
  /** Takes bytes, which nobody else will change, and returns an error number. */
  write(bytes: Uint8Array): number;
  /** Hands over what was held back. */
  end(): void;
}

/** The name of a stream, as errors say it. */
type StreamName = "stdout" | "stderr";

/** What is held at most: a guest that writes for ever must not take all of the host's memory. */
const MOST_HELD = 64 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** What a sink stands for. */
export function createOutput(sink: WasiSink, name: StreamName): Output {
  if (sink === "capture") return new CapturedOutput(name);
  if (sink === "discard") return { write: () => ERRNO.success, end() {} };
  if (sink === "inherit") return { write: (bytes) => writeAll(Deno[name], bytes), end() {} };
  return new LineOutput(name, sink);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): number {
  let written = 0;
  while (written < bytes.byteLength) written += stream.writeSync(bytes.subarray(written));
  return ERRNO.success;
}

/** Bytes that are held, within the limit. */
class Held {
  #chunks: Uint8Array[] = [];
  #byteLength = 0;

  /** Adds bytes; refuses where they are too many. */
  push(bytes: Uint8Array): number {
    if (this.#byteLength + bytes.byteLength > MOST_HELD) return ERRNO.nospc;
    this.#chunks.push(bytes);
    this.#byteLength += bytes.byteLength;
    return ERRNO.success;
  }

  /** All of them in one piece. */
  join(): Uint8Array {
    if (this.#chunks.length === 1) return this.#chunks[0]!;
    const joined = new Uint8Array(this.#byteLength);
    let offset = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, offset);
      offset += chunk.byteLength;
    }
    this.#chunks = [joined];
    return joined;
  }

  /** Holds nothing but `bytes`. */
  replace(bytes: Uint8Array): void {
    this.#chunks = [bytes];
    this.#byteLength = bytes.byteLength;
  }
}

/** Output that can be asked for. */
class CapturedOutput implements Output {
  readonly #held = new Held();
  readonly #name: StreamName;

  /** Output that errors call `name`. */
  constructor(name: StreamName) {
    this.#name = name;
  }

  write(bytes: Uint8Array): number {
    return this.#held.push(bytes);
  }

  end(): void {}

  /** All that was written, as text. */
  get text(): string {
    return decode(this.#held.join(), this.#name);
  }

  /** All that was written: a copy. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#held.join());
  }
}

/** Output that a function gets line by line. */
class LineOutput implements Output {
  readonly #held = new Held();
  readonly #name: StreamName;
  readonly #callback: (line: string) => void;

  constructor(name: StreamName, callback: (line: string) => void) {
    this.#name = name;
    this.#callback = callback;
  }

  write(bytes: Uint8Array): number {
    const errno = this.#held.push(bytes);
    if (errno === ERRNO.success && bytes.includes(LINE_FEED)) this.#deliver();
    return errno;
  }

  end(): void {
    this.#deliver();
    const rest = this.#held.join();
    this.#held.replace(new Uint8Array());
    if (rest.byteLength > 0) this.#callback(decode(rest, this.#name));
  }

  /** A callback may throw, or call the guest, which writes more: nothing is lost or told twice. */
  #deliver(): void {
    for (let line = this.#take(); line !== undefined; line = this.#take()) {
      this.#callback(decode(line, this.#name));
    }
  }

  #take(): Uint8Array | undefined {
    const held = this.#held.join();
    const end = held.indexOf(LINE_FEED);
    if (end < 0) return undefined;
    this.#held.replace(held.subarray(end + 1));
    return held.subarray(0, end);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array, name: StreamName): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    const offset = validUtf8Length(bytes);
    throw new GuestError(
      "invalid-text",
      `Cannot decode ${bytes.byteLength} bytes of ${name} as UTF-8: byte ` +
        `${hex(bytes[offset]!)} at offset ${hex(offset)}, expected valid UTF-8`,
      { offset, cause },
    );
  }
}

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

/** Standard input: bytes that are read once, from the first to the last. */
export class Input {
  readonly #bytes: Uint8Array;
  #offset = 0;

  /** Nothing is copied. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** How many bytes are left. */
  get byteLength(): number {
    return this.#bytes.byteLength - this.#offset;
  }

  /** The next bytes, at most `most` of them; none at the end. */
  read(most: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#offset, this.#offset + most);
    this.#offset += bytes.byteLength;
    return bytes;
  }
}
