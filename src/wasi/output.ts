import { GuestError, hex } from "../errors.ts";
import { validUtf8Length } from "../text/utf8.ts";
import { ERRNO } from "./errno.ts";
import type { WasiSink } from "./options.ts";

/** Standard output or standard error. */
export interface Output {
  /** Takes bytes, which nobody else will change, and returns an error number. */
  write(bytes: Uint8Array): number;
  /** Hands over what was held back. */
  end(): void;
}

/** The name of a stream, as errors say it. */
export type StreamName = "stdout" | "stderr";

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
export class CapturedOutput implements Output {
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
