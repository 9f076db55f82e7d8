import { GuestError } from "../base/errors.ts";
import { standardStream } from "../base/runtime.ts";
import { hex } from "../base/show.ts";
import { validUtf8Length } from "../memory/text/utf8.ts";
import { Held } from "./held.ts";
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

/** How many bytes of captured output are held, of both streams together. */
export class Quota {
  /** The most that can be. */
  readonly most: number;
  /** How many more can be. */
  left: number;

  /** A quota of which nothing is used. */
  constructor(most: number) {
    this.most = this.left = most;
  }
}

const LINE_FEED = 0x0a;

/** A line that has more bytes is given out in parts: one that never ends must not be held. */
const MOST_LINE = 65536;

/** The most bytes of one character in UTF-8, which no part ends within. */
const MOST_SEQUENCE = 4;

/** What a sink stands for. */
export function createOutput(sink: WasiSink, name: StreamName, quota: Quota): Output {
  if (sink === "capture") return new CapturedOutput(name, quota);
  if (sink === "discard") return { write: () => ERRNO.success, end() {} };
  if (sink === "inherit") {
    return { write: (bytes) => writeAll(standardStream(name)!, bytes), end() {} };
  }
  return new LineOutput(name, sink, quota.most);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): number {
  let written = 0;
  while (written < bytes.byteLength) written += stream.writeSync(bytes.subarray(written));
  return ERRNO.success;
}

/** Output that can be asked for. */
class CapturedOutput implements Output {
  readonly #held = new Held();
  readonly #name: StreamName;
  readonly #quota: Quota;

  /** Output that errors call `name`. */
  constructor(name: StreamName, quota: Quota) {
    this.#name = name;
    this.#quota = quota;
  }

  write(bytes: Uint8Array): number {
    const { left, most } = this.#quota;
    if (bytes.byteLength <= left) {
      this.#held.push(bytes, most);
      this.#quota.left -= bytes.byteLength;
      return ERRNO.success;
    }
    // What fits is kept, and nothing that is written later follows on a gap.
    this.#held.push(bytes.subarray(0, left), most);
    this.#held.truncate(wholeLength(this.#held.view()));
    this.#quota.left = 0;
    throw tooLargeError(this.#name, most);
  }

  end(): void {}

  /** All that was written, as text. */
  get text(): string {
    return decode(this.#held.view(), this.#name);
  }

  /** All that was written: a copy. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#held.view());
  }
}

/** Output that a function gets line by line. */
class LineOutput implements Output {
  readonly #held = new Held();
  readonly #name: StreamName;
  readonly #callback: (line: string) => void;
  /** The most bytes of a line, or of a part of one. */
  readonly #mostLine: number;
  readonly #most: number;
  /** How many of the held bytes are known to be no line feed. */
  #searched = 0;

  constructor(name: StreamName, callback: (line: string) => void, most: number) {
    this.#name = name;
    this.#callback = callback;
    this.#mostLine = Math.max(Math.min(MOST_LINE, most), MOST_SEQUENCE);
    this.#most = Math.max(most, this.#mostLine);
  }

  write(bytes: Uint8Array): number {
    // Lines stay where a function throws; if it always does, they must not become ever more.
    if (this.#held.byteLength > this.#most) throw tooLargeError(this.#name, this.#most);
    this.#held.push(bytes, Infinity);
    this.#deliver();
    return ERRNO.success;
  }

  end(): void {
    this.#deliver();
    const rest = this.#drop(this.#held.byteLength, 0);
    if (rest.byteLength > 0) this.#callback(decode(rest, this.#name));
  }

  /** A callback may throw, or call the guest, which writes more: nothing is lost or told twice. */
  #deliver(): void {
    for (let line = this.#take(); line !== undefined; line = this.#take()) {
      this.#callback(decode(line, this.#name));
    }
  }

  /** The next line, or the next part of one that is too long. */
  #take(): Uint8Array | undefined {
    const held = this.#held.view();
    const end = held.subarray(0, this.#mostLine + 1).indexOf(LINE_FEED, this.#searched);
    if (end >= 0) return this.#drop(end, 1);
    if (held.byteLength > this.#mostLine) {
      const part = held.subarray(0, this.#mostLine);
      // Bytes that are no text at all have no end that is whole.
      return this.#drop(wholeLength(part) || part.byteLength, 0);
    }
    this.#searched = held.byteLength;
    return undefined;
  }

  /** Takes bytes from the front, and what ends them. */
  #drop(byteLength: number, terminator: number): Uint8Array {
    const taken = this.#held.view().subarray(0, byteLength);
    this.#held.drop(byteLength + terminator);
    this.#searched = 0;
    return taken;
  }
}

/** How many of these bytes are left without a character of UTF-8 that they end within. */
function wholeLength(bytes: Uint8Array): number {
  const { byteLength } = bytes;
  for (let size = 1; size < MOST_SEQUENCE && size <= byteLength; size++) {
    const byte = bytes[byteLength - size]!;
    if ((byte & 0xc0) === 0x80) continue;
    const whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return whole > size ? byteLength - size : byteLength;
  }
  return byteLength;
}

function tooLargeError(name: StreamName, most: number): GuestError {
  return new GuestError(
    "output-too-large",
    `Cannot hold more of the guest's ${name}: what is held has reached ${most} bytes, expected ` +
      "less output or a higher limits: { output }",
  );
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
