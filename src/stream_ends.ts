import type { Plan } from "./abi/plan.ts";
import type { ChunkSession } from "./call/chunked.ts";
import { concat, type Part, type PartReader, partReader } from "./call/result_parts.ts";
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
  let opening: Promise<OpenedStream> | undefined;
  let stream: OpenedStream | undefined;
  let reader: PartReader;
  let passing: Passing | undefined;
  let wanted: (() => void) | undefined;
  let failure: { readonly reason: unknown } | undefined;
  let output!: ReadableStreamDefaultController<unknown>;
  let input!: WritableStreamDefaultController;
  /** The high surrogate at the end of a chunk, whose low surrogate is in the next one. */
  let high = "";

  /** Fails both ends. An end that is being aborted must not be failed again. */
  function fail(reason: unknown, isAborted = false): void {
    if (failure !== undefined) return;
    failure = { reason };
    stream?.session.close(true);
    if (!isAborted) input.error(reason);
    output.error(reason);
    passing?.reject(reason);
    passing = undefined;
    satisfy();
  }

  function satisfy(): void {
    wanted?.();
    wanted = undefined;
  }

  /** Takes output from the guest while there is demand. */
  function run(): void {
    if (passing === undefined || wanted === undefined || failure !== undefined) return;
    const { parts, isLast, resolve } = passing;
    try {
      const { values, isDone } = take(parts, isLast);
      if (isDone && isLast) stream!.session.close();
      // A host function that the guest has called may have cancelled the stream.
      if (failure !== undefined) return;
      for (const value of values) output.enqueue(value);
      if (isDone) {
        passing = undefined;
        if (isLast) output.close();
        resolve();
      }
      if (values.length > 0 || isDone && isLast) satisfy();
    } catch (error) {
      fail(error);
    }
  }

  function take(parts: Iterator<unknown>, isLast: boolean): { values: unknown[]; isDone: boolean } {
    const inParts = stream!.plan.chunked!.parts;
    const found: Part[] = [];
    let size = 0;
    const add = (part: Part) => {
      if (part.length === 0) return;
      found.push(part);
      size += part.length;
    };
    const values = () => found.length === 0 ? [] : [concat(found, "")];
    while (size < ENOUGH) {
      stream!.refuseStale();
      const { done, value } = parts.next();
      if (done) {
        if (isLast && inParts) add(reader.end());
        return { values: values(), isDone: true };
      }
      if (!inParts) return { values: [value], isDone: false };
      add(reader.read(value as Part));
    }
    return { values: values(), isDone: false };
  }

  async function pass(
    make: (opened: OpenedStream) => Iterator<unknown>,
    isLast: boolean,
  ): Promise<void> {
    try {
      stream ??= await (opening ??= open());
      reader ??= partReader(stream.plan, stream.instance);
      if (failure !== undefined) throw failure.reason;
      const parts = make(stream);
      await new Promise<void>((resolve, reject) => {
        passing = { parts, isLast, resolve, reject };
        run();
      });
    } catch (error) {
      fail(error);
      throw error;
    }
  }

  /** Returns a chunk after the pending high surrogate, without a high surrogate at its end. */
  function whole(chunk: unknown): unknown {
    if (typeof chunk !== "string") return chunk;
    const text = high + chunk;
    high = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800 ? text.slice(-1) : "";
    return high === "" ? text : text.slice(0, -1);
  }

  function* last({ session }: OpenedStream): Generator<unknown> {
    if (high !== "") yield* session.give(session.accept(high));
    yield* session.end();
  }

  const readable = new ReadableStream<unknown>({
    start: (controller) => {
      output = controller;
    },
    pull: () =>
      new Promise<void>((resolve) => {
        wanted = resolve;
        run();
      }),
    cancel: (reason) => fail(reason),
  }, { highWaterMark: 0 });
  const writable = new WritableStream<unknown>({
    start(controller) {
      input = controller;
      // The sink's `abort` is called after the previous chunk was taken, which may never happen.
      controller.signal.addEventListener("abort", () => fail(controller.signal.reason, true));
    },
    write: (chunk) => pass(({ session }) => session.give(session.accept(whole(chunk))), false),
    close: () => pass(last, true),
  });
  return { readable, writable };
}
