import { GuestError } from "../base/errors.ts";
import { standardStream } from "../base/runtime.ts";
import { hex, quote } from "../base/show.ts";
import { validUtf8Length } from "../memory/text/common.ts";
import { Held } from "./held.ts";
import type { WasiFolder, WasiSink } from "./wasi_options.ts";
import { ERRNO } from "./errno.ts";

/** Standard output or standard error. */
export interface Output {
  /** Writes bytes, which must not change afterwards, and returns an error number. */
  write(bytes: Uint8Array): number;
  /** Flushes buffered output. */
  end(): void;
}

/** The name of a stream in errors. */
type StreamName = "stdout" | "stderr";

/** The quota for captured output of both streams together, in bytes. */
export class Quota {
  /** The limit. */
  most: number;
  /** The number of captured bytes; `Infinity` once there were too many. */
  used = 0;

  /** Makes an unused quota. */
  constructor(most: number) {
    this.most = most;
  }

  /** The number of bytes left. */
  get left(): number {
    return Math.max(0, this.most - this.used);
  }

  /** Lowers the limit to `most`; returns a function that undoes this. */
  tighten(most: number): () => void {
    const before = this.most;
    this.most = Math.min(most, before);
    return () => {
      this.most = before;
    };
  }
}

const LINE_FEED = 0x0a;

/** A longer line is passed on in parts, because an endless line must not be buffered. */
const MOST_LINE = 65536;

/** The maximum size of a character in UTF-8. No part ends within one. */
const MOST_SEQUENCE = 4;

/** The kind of a sink. */
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

/** Captured output. */
class CapturedOutput implements Output {
  readonly #held = new Held();
  readonly #name: StreamName;
  readonly #quota: Quota;

  /** Makes output with its name in errors. */
  constructor(name: StreamName, quota: Quota) {
    this.#name = name;
    this.#quota = quota;
  }

  write(bytes: Uint8Array): number {
    const { left, most } = this.#quota;
    if (bytes.byteLength <= left) {
      this.#held.push(bytes, most);
      this.#quota.used += bytes.byteLength;
      return ERRNO.success;
    }
    // The bytes that fit are kept. Later output is discarded, because it would follow a gap.
    this.#held.push(bytes.subarray(0, left), most);
    this.#held.truncate(wholeLength(this.#held.view()));
    this.#quota.used = Infinity;
    throw tooLargeError(this.#name, most);
  }

  end(): void {}

  /** Returns the whole output as text. */
  get text(): string {
    return decode(this.#held.view(), this.#name);
  }

  /** Returns a copy of the whole output. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#held.view());
  }
}

/** Output that a function gets line by line. */
class LineOutput implements Output {
  readonly #held = new Held();
  readonly #name: StreamName;
  readonly #callback: (line: string) => void;
  /** The maximum number of bytes of a line, or of a part of one. */
  readonly #mostLine: number;
  readonly #most: number;
  /** The number of buffered bytes that are known to contain no line feed. */
  #searched = 0;

  constructor(name: StreamName, callback: (line: string) => void, most: number) {
    this.#name = name;
    this.#callback = callback;
    this.#mostLine = Math.max(Math.min(MOST_LINE, most), MOST_SEQUENCE);
    this.#most = Math.max(most, this.#mostLine);
  }

  write(bytes: Uint8Array): number {
    // Lines stay buffered if the function throws, but must not accumulate if it always does.
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

  /**
   * Passes complete lines on. The callback may throw, or call the guest, which writes more: no
   * output may be lost or passed on twice.
   */
  #deliver(): void {
    for (let line = this.#take(); line !== undefined; line = this.#take()) {
      this.#callback(decode(line, this.#name));
    }
  }

  /** Returns the next line, or the next part of one that is too long. */
  #take(): Uint8Array | undefined {
    const held = this.#held.view();
    const end = held.subarray(0, this.#mostLine + 1).indexOf(LINE_FEED, this.#searched);
    if (end >= 0) return this.#drop(end, 1);
    if (held.byteLength > this.#mostLine) {
      const part = held.subarray(0, this.#mostLine);
      // Invalid text cannot be split at a character.
      return this.#drop(wholeLength(part) || part.byteLength, 0);
    }
    this.#searched = held.byteLength;
    return undefined;
  }

  /** Removes bytes and their terminator from the front. */
  #drop(byteLength: number, terminator: number): Uint8Array {
    const taken = this.#held.view().subarray(0, byteLength);
    this.#held.drop(byteLength + terminator);
    this.#searched = 0;
    return taken;
  }
}

/** Returns the number of bytes without an incomplete UTF-8 character at the end. */
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
    `Cannot capture more from the guest's ${name}: it has reached ${most} bytes, expected ` +
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

/** A folder in memory. */
interface Folder {
  read(): WasiFolder;
}

/** A guest's output, if the option `wasi` captures it, and its folders in memory. */
export class WasiOutput {
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #folders: ReadonlyMap<string, Folder>;

  /** Made by `load`. */
  constructor(stdout: Output, stderr: Output, folders: ReadonlyMap<string, Folder>) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#folders = folders;
  }

  /**
   * Returns the current contents of a folder in memory: copies of its files, and an object for each
   * folder in it. Symbolic links are left out.
   *
   * @param name The guest's path, as in the option `preopens`.
   * @throws {TypeError} if no folder in memory was granted under this path.
   *
   * @example
   * ```ts
   * import { load } from "@passage/wasm";
   * import { assertEquals } from "@std/assert";
   *
   * using guest = await load("testdata/wasi/sandbox.wasm", { wasi: { preopens: { "/data": {} } } });
   * guest.passString("/data/a.txt", "write_file");
   * assertEquals(guest.wasi?.files("/data"), { "a.txt": new TextEncoder().encode("written") });
   * ```
   */
  files(name: string): WasiFolder {
    const folder = this.#folders.get(name);
    if (folder !== undefined) return folder.read();
    const names = [...this.#folders.keys()].map(quote).join(" or ");
    throw new TypeError(
      `Cannot read the files of ${quote(String(name))}: it is no folder in memory, expected ${
        names || "a folder in the option wasi: { preopens }"
      }`,
    );
  }

  /**
   * The guest's whole standard output since it was loaded or reset.
   *
   * @throws {GuestError} with the code `invalid-text` if it is not valid UTF-8; {@linkcode
   * stdoutBytes} always works.
   * @throws {TypeError} if it was not captured.
   */
  get stdout(): string {
    return captured(this.#stdout, "stdout").text;
  }

  /** The same for standard error. */
  get stderr(): string {
    return captured(this.#stderr, "stderr").text;
  }

  /** A copy of the standard output as bytes. */
  get stdoutBytes(): Uint8Array<ArrayBuffer> {
    return captured(this.#stdout, "stdout").bytes;
  }

  /** A copy of the standard error as bytes. */
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
