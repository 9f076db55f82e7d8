// WASI 0.2: wasi:io/error and wasi:io/streams.

import { ComponentError, GuestError } from "../../base/errors.ts";
import { isPromise } from "../../base/show.ts";
import { StreamFailure } from "../errno.ts";
import type { WasiState } from "../state.ts";
import { type Begin, Pollable } from "./pollables.ts";

/** The maximum number of bytes of one read, and of the writes after one `check-write`. */
const MOST_BYTES = 1024 * 1024;

/** The maximum number of bytes for the functions that write and flush. */
const MOST_FLUSHED = 4096;

/** The resource `error`: why the last operation on a stream failed. */
export class IoError {
  readonly failure: StreamFailure;

  constructor(failure: StreamFailure) {
    this.failure = failure;
  }

  toDebugString(): string {
    return this.failure.text;
  }
}

/** The source of an input stream. */
export interface ByteSource extends Partial<Disposable> {
  /** Returns at most `most` bytes, or a promise of them; none at the end. */
  read(most: number): Uint8Array | PromiseLike<Uint8Array>;
  /** Requests bytes if there are none; returns a promise if they have to be waited for. */
  fill?(): PromiseLike<unknown> | undefined;
}

/** The destination of an output stream. */
export interface ByteSink extends Partial<Disposable> {
  /** Writes all bytes. */
  write(bytes: Uint8Array): void;
  /** The number of bytes that it accepts now; unlimited if absent. */
  readonly room?: number;
  /** Returns a promise while it accepts no bytes. */
  drain?(): PromiseLike<unknown> | undefined;
}

/** Calls `act` with a value, or with that of a promise. */
function then<T, R>(
  value: T | PromiseLike<T>,
  act: (value: T) => R | PromiseLike<R>,
): R | PromiseLike<R> {
  return isPromise(value) ? value.then(act) : act(value);
}

/** A stream, which a failure closes. */
abstract class ByteStream implements Disposable {
  readonly #state: WasiState;
  readonly #end: Partial<Disposable>;
  #isClosed = false;
  /** Starts what the stream waits for; absent if it never waits. */
  protected abstract readonly begin: Begin | undefined;

  /** @param end An object that is disposed of with the stream. */
  constructor(state: WasiState, end: Partial<Disposable>) {
    this.#state = state;
    this.#end = end;
  }

  subscribe(): Pollable {
    return new Pollable(this.#state, 0n, this.begin);
  }

  [Symbol.dispose](): void {
    this.#end[Symbol.dispose]?.();
  }

  /** Runs an operation that may fail or end the stream, unless the stream has already ended. */
  protected attempt<T>(act: () => T): T {
    if (this.#isClosed) throw new ComponentError({ tag: "closed" });
    const fail = (error: unknown): never => {
      if (!(error instanceof StreamFailure)) throw error;
      this.#isClosed = true;
      throw new ComponentError({ tag: "last-operation-failed", val: new IoError(error) });
    };
    try {
      const done = act();
      return isPromise(done) ? done.then(undefined, fail) as T : done;
    } catch (error) {
      return fail(error);
    }
  }
}

/** The resource `input-stream`. */
export class InputStream extends ByteStream {
  readonly #source: ByteSource;
  protected readonly begin: Begin | undefined;

  constructor(state: WasiState, source: ByteSource) {
    super(state, source);
    this.#source = source;
    this.begin = source.fill && (() => source.fill!());
  }

  read(byteLength: bigint): Uint8Array {
    if (byteLength > 0n && this.attempt(() => this.begin?.()) !== undefined) return NOTHING;
    return this.blockingRead(byteLength) as Uint8Array;
  }

  blockingRead(byteLength: bigint): Uint8Array | PromiseLike<Uint8Array> {
    const most = byteLength < MOST_BYTES ? Number(byteLength) : MOST_BYTES;
    if (most === 0) return this.attempt(() => NOTHING);
    return then(this.attempt(() => this.#source.read(most)), (bytes) => {
      if (bytes.byteLength === 0) throw new ComponentError({ tag: "closed" });
      return bytes;
    });
  }

  skip(byteLength: bigint): bigint {
    return lengthOf(this.read(byteLength));
  }

  blockingSkip(byteLength: bigint): bigint | PromiseLike<bigint> {
    return then(this.blockingRead(byteLength), lengthOf);
  }
}

const NOTHING = new Uint8Array();

function lengthOf({ byteLength }: Uint8Array): bigint {
  return BigInt(byteLength);
}

/** The resource `output-stream`. A flush only waits for room. */
export class OutputStream extends ByteStream {
  readonly #sink: ByteSink;
  /** The number of bytes that can be written before `check-write` is called again. */
  #permitted = 0;
  protected readonly begin: Begin | undefined;

  constructor(state: WasiState, sink: ByteSink) {
    super(state, sink);
    this.#sink = sink;
    this.begin = sink.drain && (() => sink.drain!());
  }

  checkWrite(): bigint {
    return this.attempt(() =>
      BigInt(this.#permitted = Math.min(MOST_BYTES, this.#sink.room ?? MOST_BYTES))
    );
  }

  write(bytes: Uint8Array): void {
    this.#permitted -= checkLength(
      BigInt(bytes.byteLength),
      this.#permitted,
      "check-write permits",
    );
    this.#put(bytes);
  }

  blockingWriteAndFlush(bytes: Uint8Array): void | PromiseLike<void> {
    checkLength(BigInt(bytes.byteLength), MOST_FLUSHED, "this function takes");
    this.#put(bytes);
    return this.blockingFlush();
  }

  flush(): void {
    this.attempt(() => {});
  }

  blockingFlush(): void | PromiseLike<void> {
    return then(this.attempt(() => this.begin?.()), () => {});
  }

  writeZeroes(byteLength: bigint): void {
    const length = checkLength(byteLength, this.#permitted, "check-write permits");
    this.#permitted -= length;
    this.#put(new Uint8Array(length));
  }

  blockingWriteZeroesAndFlush(byteLength: bigint): void | PromiseLike<void> {
    return this.blockingWriteAndFlush(
      new Uint8Array(checkLength(byteLength, MOST_FLUSHED, "this function takes")),
    );
  }

  splice(source: InputStream, byteLength: bigint): bigint {
    // If the stream is closed or has no room, no bytes must be read and lost.
    const room = this.checkWrite();
    return this.#pass(source.read(byteLength < room ? byteLength : room));
  }

  blockingSplice(source: InputStream, byteLength: bigint): bigint | PromiseLike<bigint> {
    return then(this.blockingFlush(), () => {
      const room = this.checkWrite();
      const bytes = source.blockingRead(byteLength < room ? byteLength : room);
      return then(bytes, (bytes) => this.#pass(bytes));
    });
  }

  #pass(bytes: Uint8Array): bigint {
    this.#put(bytes);
    return lengthOf(bytes);
  }

  #put(bytes: Uint8Array): void {
    this.attempt(() => this.#sink.write(bytes));
  }
}

/** Returns a number of bytes, or traps if it is too large. */
function checkLength(byteLength: bigint, most: number, reason: string): number {
  if (byteLength <= most) return Number(byteLength);
  throw new GuestError(
    "trap",
    `Cannot write ${byteLength} bytes to a stream: ${reason} ${most}, expected at most that`,
  );
}

/** The interfaces for streams and their errors. */
export const STREAM_INTERFACES = {
  "wasi:io/error": { Error: IoError },
  "wasi:io/streams": { InputStream, OutputStream },
} as const;
