// WASI 0.2, wasi:http/types: bodies, which are streams of the Fetch API on the host's side.

import { ComponentError } from "../../base/errors.ts";
import { silence } from "../../base/show.ts";
import { Input } from "../input.ts";
import type { WasiState } from "../state.ts";
import { type ByteSink, InputStream, OutputStream } from "./byte_streams.ts";
import { type ErrorCode, errorCodeOf, HttpFailure } from "./http_errors.ts";
import type { Fields } from "./http_fields.ts";
import { Pollable } from "./pollables.ts";

/** The maximum number of unread bytes of a body that the host buffers. */
const MOST_HELD = 64 * 1024;

/** A bounded stream of the bytes that a guest writes. */
class BodyPipe implements ByteSink {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  /** The promise for room, and the function that resolves it. */
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  /** Why no more bytes can be written. */
  #refusal: ErrorCode | undefined;
  #isEmpty = true;

  constructor() {
    const wake = () => {
      this.#room?.resolve();
      this.#room = undefined;
    };
    this.stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: wake,
      cancel: () => {
        this.#refusal ??= { tag: "connection-terminated" };
        wake();
      },
    }, new ByteLengthQueuingStrategy({ highWaterMark: MOST_HELD }));
  }

  get room(): number {
    return Math.max(0, this.#controller.desiredSize ?? MOST_HELD);
  }

  drain(): PromiseLike<unknown> | undefined {
    if (this.#refusal !== undefined || this.room > 0) return undefined;
    if (this.#room === undefined) {
      let resolve!: () => void;
      const promise = new Promise<void>((resolveIt) => resolve = resolveIt);
      this.#room = { promise, resolve };
    }
    return this.#room.promise;
  }

  write(bytes: Uint8Array): void {
    if (this.#refusal !== undefined) throw new HttpFailure(this.#refusal);
    if (bytes.byteLength === 0) return;
    this.#isEmpty = false;
    this.#controller.enqueue(bytes as Uint8Array<ArrayBuffer>);
  }

  /** Refuses further bytes. */
  refuse(code: ErrorCode): void {
    if (!this.#isEmpty) throw new ComponentError(code);
    this.#refusal = code;
    silence(this.stream.cancel());
  }

  /** Ends the body, either complete or with an error for the reader. */
  end(problem?: ErrorCode, error: unknown = problem && new ComponentError(problem)): void {
    if (this.#refusal !== undefined) return;
    this.#refusal = problem ?? { tag: "internal-error", val: "the body is finished" };
    if (problem === undefined) this.#controller.close();
    else this.#controller.error(error);
  }
}

/** The resource `outgoing-body`. */
export class OutgoingBody implements Disposable {
  readonly #state: WasiState;
  readonly #pipe: BodyPipe | undefined;
  #isWritten = false;

  /** @param isRead Whether the host can read it; otherwise written bytes are discarded. */
  constructor(state: WasiState, isRead: boolean) {
    this.#state = state;
    this.#pipe = isRead ? new BodyPipe() : undefined;
  }

  /** The bytes that the guest writes. */
  get stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#pipe!.stream;
  }

  /** Refuses bytes, for a message that cannot have a body. */
  refuse(): void {
    this.#pipe?.refuse({ tag: "HTTP-request-body-size", val: 0n });
  }

  write(): OutputStream {
    if (this.#isWritten) throw new ComponentError();
    this.#isWritten = true;
    return new OutputStream(this.#state, this.#pipe ?? { write() {} });
  }

  static finish(body: OutgoingBody, trailers: Fields | undefined): void {
    if (trailers !== undefined && trailers.entries().length > 0) {
      const problem = { tag: "internal-error", val: "trailers cannot be sent" } as const;
      body.#pipe?.end(problem);
      throw new ComponentError(problem);
    }
    body.#pipe?.end();
  }

  /** Ends a body to which nobody writes any more. */
  fail(error: unknown): void {
    this.#pipe?.end({ tag: "HTTP-response-incomplete" }, error);
  }

  /** A body that is dropped is not complete. */
  [Symbol.dispose](): void {
    this.#pipe?.end({ tag: "HTTP-response-incomplete" });
  }
}

/** The resource `future-trailers`: the Fetch API has no trailers, so it is always ready. */
class FutureTrailers {
  readonly #state: WasiState;
  #isTaken = false;

  constructor(state: WasiState) {
    this.#state = state;
  }

  subscribe(): Pollable {
    return new Pollable(this.#state);
  }

  get(): object {
    if (this.#isTaken) return { tag: "err" };
    this.#isTaken = true;
    return { tag: "ok", val: { tag: "ok", val: undefined } };
  }
}

/** The resource `incoming-body`. */
export class IncomingBody implements Disposable {
  readonly #state: WasiState;
  readonly #input: Input;
  readonly #end: (() => void) | undefined;
  #isTaken = false;

  /**
   * @param body The stream of the message; none if it has no body.
   * @param end Called when nobody reads on.
   */
  constructor(state: WasiState, body: ReadableStream<Uint8Array> | null, end?: () => void) {
    this.#state = state;
    this.#input = inputOf(body);
    this.#end = end;
  }

  stream(): InputStream {
    if (this.#isTaken) throw new ComponentError();
    this.#isTaken = true;
    const input = this.#input;
    return new InputStream(this.#state, {
      read: (most) => input.read(most),
      fill: () => input.fill(),
    });
  }

  static finish(body: IncomingBody): FutureTrailers {
    body[Symbol.dispose]();
    return new FutureTrailers(body.#state);
  }

  [Symbol.dispose](): void {
    this.#input.close();
    this.#end?.();
  }
}

/** Returns an input that reads a stream in chunks and throws HTTP errors. */
function inputOf(body: ReadableStream<Uint8Array> | null): Input {
  if (body === null) return new Input(new Uint8Array());
  const reader = body.getReader();
  const next = async () => {
    try {
      const { value } = await reader.read();
      return value;
    } catch (error) {
      throw new HttpFailure(errorCodeOf(error));
    }
  };
  return new Input(new Uint8Array(), { next, close: () => silence(reader.cancel()) });
}

/** The base of the resources `incoming-request` and `incoming-response`. */
export class IncomingMessage implements Disposable {
  readonly #state: WasiState;
  readonly #fields: Fields;
  readonly #body: ReadableStream<Uint8Array> | null;
  readonly #end: (() => void) | undefined;
  #isConsumed = false;

  /** @param end Called when nobody reads on. */
  constructor(state: WasiState, fields: Fields, { body }: Request | Response, end?: () => void) {
    this.#state = state;
    this.#fields = fields;
    this.#body = body;
    this.#end = end;
  }

  headers(): Fields {
    return this.#fields.fixed();
  }

  consume(): IncomingBody {
    if (this.#isConsumed) throw new ComponentError();
    this.#isConsumed = true;
    return new IncomingBody(this.#state, this.#body, this.#end);
  }

  [Symbol.dispose](): void {
    this.#fields[Symbol.dispose]();
    if (this.#isConsumed) return;
    if (this.#body !== null) silence(this.#body.cancel());
    this.#end?.();
  }
}
