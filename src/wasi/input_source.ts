import { messageOf } from "../base/errors.ts";
import { toBytes } from "../base/numeric_types.ts";
import { isA, isPromise, show, silence } from "../base/show.ts";
import { thrownInto } from "../instance/end_guest.ts";
import { checkCallable } from "../instance/import_refusal.ts";
import type { Instance } from "../instance/instance.ts";
import { encodeWellFormed } from "./grants.ts";
import { Input, type InputPieces } from "./input.ts";
import type { WasiState } from "./state.ts";
import type { WasiInputSource } from "./wasi_options.ts";

// Standard input that comes piece by piece.

/** An input that is read from a source. */
export interface OpenedSource {
  /** It is read once, whichever instances of a guest read it. */
  readonly input: Input;
  /** Waits for what has read; absent if the source gives no promises. */
  readonly wait: typeof waitFor | undefined;
}

/**
 * Begins to read a source. Nothing is asked of it before the guest reads.
 *
 * @throws {TypeError} if that is not possible.
 */
export function openSource(source: WasiInputSource): OpenedSource {
  const waits = typeof source !== "function" && !(Symbol.iterator in source);
  try {
    const input = new Input(new Uint8Array(), waits ? piecesLater(source) : piecesAtOnce(source));
    return { input, wait: waits ? waitFor : undefined };
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

/** Returns the bytes of a piece; `undefined` if there is none. */
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

/** Waits for the error number of a function, as for one that returns at once. */
async function waitFor(
  pending: PromiseLike<number>,
  name: string,
  state: WasiState,
  instance: Instance | undefined,
): Promise<number> {
  try {
    const errno = await pending.then(undefined, (error) => state.errnoOf(error));
    instance?.limiter?.returned();
    checkCallable(instance, "return from", name);
    return errno;
  } catch (error) {
    if (instance !== undefined) instance.thrown = error;
    throw instance?.refusal === undefined ? error : thrownInto(error);
  }
}
