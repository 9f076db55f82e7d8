import type { Plan } from "./abi/plan.ts";
import type { ChunkSession } from "./call/chunked.ts";
import { concat, pairReader, type Part, type PartReader, partReader } from "./call/result_parts.ts";
import type { Instance } from "./instance/instance.ts";

/** A stream that has been started. */
export interface OpenedStream {
  readonly session: ChunkSession;
  readonly plan: Plan;
  readonly instance: Instance;
  /** Throws if the guest was reset or restored meanwhile. */
  refuseStale(): void;
}

/** The size of output parts: large enough that the cost of a chunk is negligible. */
const ENOUGH = 65536;

/** Input that is being passed. */
interface Passing {
  readonly parts: Iterator<unknown>;
  readonly isLast: boolean;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Makes both ends of a stream. A `TransformStream` cannot wait in the middle of a chunk, so a chunk
 * that becomes a thousand times larger would fill memory. Here the guest is called only on demand.
 *
 * @param open Starts the stream, when it gets its first chunk or its end.
 */
export function makeEnds(
  open: () => Promise<OpenedStream>,
): { readable: ReadableStream<unknown>; writable: WritableStream<unknown> } {
  const ends = new Ends(open);
  const readable = new ReadableStream<unknown>({
    start: (controller) => void (ends.output = controller),
    pull: () => ends.pull(),
    cancel: (reason) => ends.fail(reason),
  }, { highWaterMark: 0 });
  const writable = new WritableStream<unknown>({
    start(controller) {
      ends.input = controller;
      // The sink's `abort` is called after the previous chunk was taken, which may never happen.
      controller.signal.addEventListener("abort", () => ends.fail(controller.signal.reason, true));
    },
    write: (chunk) => ends.write(chunk),
    close: () => ends.close(),
  });
  return { readable, writable };
}

/** The state that both ends of a stream share. */
class Ends {
  output!: ReadableStreamDefaultController<unknown>;
  input!: WritableStreamDefaultController;
  readonly #open: () => Promise<OpenedStream>;
  #opening: Promise<OpenedStream> | undefined;
  #stream: OpenedStream | undefined;
  #reader: PartReader | undefined;
  #passing: Passing | undefined;
  /** Ends the pull that waits for output. */
  #satisfy: (() => void) | undefined;
  #failure: { readonly reason: unknown } | undefined;
  /** Keeps a surrogate pair that is spread over two chunks of text together. */
  readonly #pairs = pairReader();

  constructor(open: () => Promise<OpenedStream>) {
    this.#open = open;
  }

  /** Passes a chunk, and waits until the guest has taken all of it. */
  write(chunk: unknown): Promise<void> {
    return this.#pass(({ session }) => {
      const whole = typeof chunk === "string" ? this.#pairs.read(chunk) : chunk;
      return session.give(session.accept(whole));
    });
  }

  /** Passes the end, and waits until the guest has returned all output. */
  close(): Promise<void> {
    return this.#pass(({ session }) => finish(session, this.#pairs.end()), true);
  }

  /** Waits for output. */
  pull(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#satisfy = resolve;
      this.#run();
    });
  }

  /** Fails both ends. An end that is being aborted must not be failed again. */
  fail(reason: unknown, isAborted = false): void {
    if (this.#failure !== undefined) return;
    this.#failure = { reason };
    this.#stream?.session.close(true);
    if (!isAborted) this.input.error(reason);
    this.output.error(reason);
    this.#passing?.reject(reason);
    this.#passing = undefined;
    this.#endPull();
  }

  async #pass(
    make: (opened: OpenedStream) => Iterator<unknown>,
    isLast = false,
  ): Promise<void> {
    try {
      this.#stream ??= await (this.#opening ??= this.#open());
      const { plan, instance } = this.#stream;
      this.#reader ??= partReader(plan, instance);
      if (this.#failure !== undefined) throw this.#failure.reason;
      const parts = make(this.#stream);
      await new Promise<void>((resolve, reject) => {
        this.#passing = { parts, isLast, resolve, reject };
        this.#run();
      });
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** Takes output from the guest while there is demand. */
  #run(): void {
    if (this.#passing === undefined || this.#satisfy === undefined) return;
    if (this.#failure !== undefined) return;
    const { isLast, resolve } = this.#passing;
    try {
      const { values, isDone } = take(this.#passing, this.#stream!, this.#reader!);
      if (isDone && isLast) this.#stream!.session.close();
      // A host function that the guest has called may have cancelled the stream.
      if (this.#failure !== undefined) return;
      for (const value of values) this.output.enqueue(value);
      if (isDone) {
        this.#passing = undefined;
        if (isLast) this.output.close();
        resolve();
      }
      if (values.length > 0 || isDone && isLast) this.#endPull();
    } catch (error) {
      this.fail(error);
    }
  }

  #endPull(): void {
    this.#satisfy?.();
    this.#satisfy = undefined;
  }
}

/** Output of the guest, and whether the input that it is made of has been passed. */
interface Taken {
  readonly values: readonly unknown[];
  readonly isDone: boolean;
}

/** Takes one value from the guest; of a result in parts, enough parts for a value. */
function take({ parts, isLast }: Passing, stream: OpenedStream, reader: PartReader): Taken {
  if (!stream.plan.chunked!.parts) {
    stream.refuseStale();
    const { done: isDone = false, value } = parts.next();
    return { values: isDone ? [] : [value], isDone };
  }
  const found: Part[] = [];
  let isDone = false;
  for (let size = 0; size < ENOUGH && !isDone;) {
    stream.refuseStale();
    const { done = false, value } = parts.next();
    isDone = done;
    if (isDone && !isLast) break;
    const part = isDone ? reader.end() : reader.read(value as Part);
    if (part.length > 0) found.push(part);
    size += part.length;
  }
  return { values: found.length === 0 ? [] : [concat(found, "")], isDone };
}

/** Passes the rest of the text, if there is any, and the end. */
function* finish(session: ChunkSession, rest: Part): Generator<unknown> {
  if (rest.length > 0) yield* session.give(session.accept(rest));
  yield* session.end();
}
