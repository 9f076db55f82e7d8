import { messageOf } from "../base/errors.ts";
import { toBytes } from "../base/typed_arrays.ts";
import { isA, isPromise, show, silence } from "../base/show.ts";
import { encodeWellFormed } from "./grants.ts";
import type { WasiInputSource } from "./wasi_options.ts";

// Standard input, and other bytes that arrive in chunks.

/**
 * Returns the next bytes of an input, or a promise of them; `undefined` at the end. A chunk may be
 * empty.
 */
export type NextBytes = () => Uint8Array | undefined | PromiseLike<Uint8Array | undefined>;

/** The source of an input's bytes. */
export interface InputPieces {
  readonly next: NextBytes;
  /** Closes the source, although it may have more bytes. */
  readonly close?: (() => void) | undefined;
}

/** Bytes that are read once, in order. */
export class Input {
  #bytes: Uint8Array;
  #offset = 0;
  #pieces: InputPieces | undefined;
  /** Settles when the next chunk has arrived. */
  #pending: PromiseLike<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /**
   * Nothing is copied.
   *
   * @param pieces The source of more bytes, which is read when none are left.
   */
  constructor(bytes: Uint8Array, pieces?: InputPieces) {
    this.#bytes = bytes;
    this.#pieces = pieces;
  }

  /** The number of bytes that can be read immediately. */
  get byteLength(): number {
    return this.#bytes.byteLength - this.#offset;
  }

  /**
   * Requests the next chunk if no bytes are left.
   *
   * @returns a promise if it has to be waited for, which is never rejected.
   * @throws what the source has thrown.
   */
  fill(): PromiseLike<void> | undefined {
    while (this.#pending === undefined && this.#pieces !== undefined && this.byteLength === 0) {
      const failure = this.#failure;
      this.#failure = undefined;
      if (failure !== undefined) throw failure.error;
      const found = this.#pieces.next();
      if (found !== undefined && "then" in found) this.#await(found);
      else this.#take(found);
    }
    return this.#pending;
  }

  /** Returns the next bytes, at most `most` of them, or a promise of them; none at the end. */
  read(most: number): Uint8Array | PromiseLike<Uint8Array> {
    const pending = most > 0 ? this.fill() : undefined;
    if (pending !== undefined) return pending.then(() => this.read(most));
    const bytes = this.#bytes.subarray(this.#offset, this.#offset + most);
    this.#offset += bytes.byteLength;
    return bytes;
  }

  /** Closes the source, unless it has ended, because nobody reads on. */
  close(): void {
    const pieces = this.#pieces;
    this.#take(undefined);
    pieces?.close?.();
  }

  #await(promise: PromiseLike<Uint8Array | undefined>): void {
    this.#pending = promise.then(
      (bytes) => {
        this.#pending = undefined;
        if (this.#pieces !== undefined) this.#take(bytes);
      },
      (error) => {
        this.#pending = undefined;
        this.#failure = { error };
      },
    );
  }

  #take(bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.#pieces = undefined;
    this.#bytes = bytes ?? new Uint8Array();
    this.#offset = 0;
  }
}

/** An input that is read from a source. */
export interface OpenedSource {
  /** All instances of a guest share it, because it can be read only once. */
  readonly input: Input;
  /** Whether reading it can return promises. */
  readonly waits: boolean;
}

/**
 * Opens a source, from which nothing is read before the guest reads.
 *
 * @throws {TypeError} if that is not possible.
 */
export function openSource(source: WasiInputSource): OpenedSource {
  const waits = typeof source !== "function" && !(Symbol.iterator in source);
  try {
    const input = new Input(new Uint8Array(), waits ? piecesLater(source) : piecesAtOnce(source));
    return { input, waits };
  } catch (cause) {
    const message = `Cannot grant stdin: ${messageOf(cause)}, expected what nobody else reads`;
    throw new TypeError(message, { cause });
  }
}

function piecesAtOnce(source: Exclude<WasiInputSource, AsyncIterable<unknown>>): InputPieces {
  if (typeof source === "function") return { next: () => bytesOf(source()) };
  const pieces = (source as Iterable<unknown>)[Symbol.iterator]();
  return { next: () => pieceOf(pieces.next()), close: () => void pieces.return?.() };
}

function piecesLater(source: WasiInputSource): InputPieces {
  if (isA(source, ReadableStream)) {
    // Not all of them are iterable.
    const reader = source.getReader();
    return {
      next: async () => pieceOf(await reader.read() as IteratorResult<unknown>),
      close: () => silence(reader.cancel()),
    };
  }
  const pieces = (source as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return {
    next: async () => pieceOf(await pieces.next()),
    close() {
      const closing = pieces.return?.();
      if (closing !== undefined) silence(closing);
    },
  };
}

function pieceOf({ done, value }: IteratorResult<unknown>): Uint8Array | undefined {
  return done === true ? undefined : bytesOf(value ?? "");
}

/** Returns the bytes of a chunk; `undefined` at the end. */
function bytesOf(piece: unknown): Uint8Array | undefined {
  if (piece === undefined || piece === null) return undefined;
  if (typeof piece === "string") return encodeWellFormed(piece, "a piece of stdin");
  if (!isPromise(piece)) return toBytes(piece as Uint8Array, "read a piece of stdin");
  silence(piece);
  throw new TypeError(
    `Cannot read a piece of stdin: it is ${show(piece)}, expected an async iterable or a stream ` +
      "in the option wasi.stdin, for which the guest can wait",
  );
}
