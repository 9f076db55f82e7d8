// WASI 0.2: wasi:io/error and wasi:io/streams.

import { ComponentError, GuestError } from "../../base/errors.ts";
import { ERRNO, Failure } from "../errno.ts";
import type { WasiState } from "../state.ts";
import { Pollable } from "./pollables.ts";

/** The most bytes of one read, and of the writes after one `check-write`. */
const MOST_BYTES = 1024 * 1024;

/** The most bytes that the functions take which write and flush. */
const MOST_FLUSHED = 4096;

/** The resource `error`: why the last operation on a stream failed. */
export class IoError {
  /** The error number of preview 1. */
  readonly errno: number;

  constructor(errno: number) {
    this.errno = errno;
  }

  toDebugString(): string {
    const known = Object.entries(ERRNO).find(([, errno]) => errno === this.errno);
    return known![0];
  }
}

/** What an input stream reads from. */
export interface ByteSource extends Partial<Disposable> {
  /** Returns bytes, at most so many; none at the end. */
  read(most: number): Uint8Array;
}

/** What an output stream writes to. */
export interface ByteSink extends Partial<Disposable> {
  /** Writes all bytes. */
  write(bytes: Uint8Array): void;
}

/** A stream, which a failure closes. */
abstract class ByteStream implements Disposable {
  readonly #state: WasiState;
  readonly #end: Partial<Disposable>;
  #isClosed = false;

  /** @param end What is disposed of with the stream. */
  constructor(state: WasiState, end: Partial<Disposable>) {
    this.#state = state;
    this.#end = end;
  }

  subscribe(): Pollable {
    return new Pollable(this.#state);
  }

  [Symbol.dispose](): void {
    this.#end[Symbol.dispose]?.();
  }

  /** Does what may fail, or end the stream, unless that has happened before. */
  protected attempt<T>(act: () => T): T {
    if (this.#isClosed) throw new ComponentError({ tag: "closed" });
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#isClosed = true;
      throw new ComponentError({ tag: "last-operation-failed", val: new IoError(error.errno) });
    }
  }
}

/** The resource `input-stream`. A read blocks until there are bytes, so both forms of it are one. */
export class InputStream extends ByteStream {
  readonly #source: ByteSource;

  constructor(state: WasiState, source: ByteSource) {
    super(state, source);
    this.#source = source;
  }

  read(byteLength: bigint): Uint8Array {
    const most = byteLength < MOST_BYTES ? Number(byteLength) : MOST_BYTES;
    const bytes = this.attempt(() => most === 0 ? new Uint8Array() : this.#source.read(most));
    if (bytes.byteLength === 0 && most > 0) throw new ComponentError({ tag: "closed" });
    return bytes;
  }

  blockingRead(byteLength: bigint): Uint8Array {
    return this.read(byteLength);
  }

  skip(byteLength: bigint): bigint {
    return BigInt(this.read(byteLength).byteLength);
  }

  blockingSkip(byteLength: bigint): bigint {
    return this.skip(byteLength);
  }
}

/** The resource `output-stream`. Nothing is held, so a flush has nothing to do. */
export class OutputStream extends ByteStream {
  readonly #sink: ByteSink;
  /** How many bytes can be written before `check-write` is called again. */
  #permitted = 0;

  constructor(state: WasiState, sink: ByteSink) {
    super(state, sink);
    this.#sink = sink;
  }

  checkWrite(): bigint {
    return this.attempt(() => BigInt(this.#permitted = MOST_BYTES));
  }

  write(bytes: Uint8Array): void {
    this.#permitted -= checkLength(
      BigInt(bytes.byteLength),
      this.#permitted,
      "check-write permits",
    );
    this.#put(bytes);
  }

  blockingWriteAndFlush(bytes: Uint8Array): void {
    checkLength(BigInt(bytes.byteLength), MOST_FLUSHED, "this function takes");
    this.#put(bytes);
  }

  flush(): void {
    this.attempt(() => {});
  }

  blockingFlush(): void {
    this.flush();
  }

  writeZeroes(byteLength: bigint): void {
    const length = checkLength(byteLength, this.#permitted, "check-write permits");
    this.#permitted -= length;
    this.#put(new Uint8Array(length));
  }

  blockingWriteZeroesAndFlush(byteLength: bigint): void {
    this.#put(new Uint8Array(checkLength(byteLength, MOST_FLUSHED, "this function takes")));
  }

  splice(source: InputStream, byteLength: bigint): bigint {
    this.flush(); // a stream that is closed must not lose what was read for it
    const bytes = source.read(byteLength);
    this.#put(bytes);
    return BigInt(bytes.byteLength);
  }

  blockingSplice(source: InputStream, byteLength: bigint): bigint {
    return this.splice(source, byteLength);
  }

  #put(bytes: Uint8Array): void {
    this.attempt(() => this.#sink.write(bytes));
  }
}

/** Returns a number of bytes, or ends a guest that writes too many. */
function checkLength(byteLength: bigint, most: number, reason: string): number {
  if (byteLength <= most) return Number(byteLength);
  throw new GuestError(
    "trap",
    `Cannot write ${byteLength} bytes to a stream: ${reason} ${most}, expected no more`,
  );
}

/** The interfaces for streams and their errors. */
export const STREAM_INTERFACES = {
  "wasi:io/error": { Error: IoError },
  "wasi:io/streams": { InputStream, OutputStream },
} as const;
