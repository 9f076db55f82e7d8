import type { ChunkPurpose, PlanParts } from "../abi/plan_parts.ts";
import type { Plan } from "../abi/plan.ts";
import { GuestError } from "../base/errors.ts";
import { byteLengthOf, changedError, plainView, type View } from "../base/typed_arrays.ts";
import { counted, quote } from "../base/show.ts";
import { identityOf } from "../instance/views.ts";
import type { Instance } from "../instance/instance.ts";
import { throwCount } from "../instance/refusal.ts";
import type { PlanCall } from "./call_parts.ts";
import { type Cursor, lengthOf } from "./chunk.ts";
import { compileAccept, compileContent } from "./content.ts";
import { isEmpty, joinParts, type Part } from "./result_parts.ts";

/** The calls of chunked input on one instance. */
export interface BoundChunks {
  readonly plan: Plan;
  readonly instance: Instance;
  readonly calls: { readonly [K in ChunkPurpose]?: { readonly call: PlanCall } | undefined };
  /**
   * Throws if input takes too much; absent if it is measured with the other arguments of a call.
   */
  readonly refuse?: ((values: readonly unknown[]) => void) | undefined;
}

/** Binds each of the calls to one instance; `forms` keeps what `make` has made of their plans. */
export function bindChunks(
  plan: Plan,
  instance: Instance,
  forms: Map<Plan, Bindable>,
  make: (plan: Plan) => Bindable,
): BoundChunks {
  const calls = Object.entries(plan.chunks!).map(([purpose, one]) => {
    const known = forms.get(one) ?? make(one);
    forms.set(one, known);
    return [purpose, known.on(instance)] as const;
  });
  return { plan, instance, calls: Object.fromEntries(calls) };
}

/** A plan that can be bound to an instance. */
interface Bindable {
  on(instance: Instance): { readonly call: PlanCall };
}

/**
 * Makes the call of a symbol whose input is passed in chunks, each part of which is compiled
 * separately.
 */
export function chunkedCall(bound: BoundChunks): { call: PlanCall; compiled: undefined } {
  const { plan, instance } = bound;
  const { parameter, parts } = plan.chunked!;
  const count = countParameters(plan);
  const call: PlanCall = (...args) => {
    if (args.length !== count) throwCount(plan.export, count, args.length);
    const session = new ChunkSession(bound, args);
    const input = session.accept(args[parameter]);
    try {
      const results = runAll(session, input);
      const result = parts ? joinParts(results as Iterable<Part>, plan, instance) : [...results][0];
      session.close();
      return result;
    } catch (error) {
      session.close(true);
      throw error;
    }
  };
  return { call, compiled: undefined };
}

function* runAll(session: ChunkSession, input: ChunkInput): Generator<unknown> {
  yield* session.give(input);
  yield* session.end();
}

/** Returns the number of arguments that a caller passes: the handle is not one of them. */
export function countParameters({ parameters, chunked }: PlanParts): number {
  return parameters.length - (chunked!.hasHandle ? 1 : 0);
}

/** Accepted input: text, bytes, an array or, if it is passed unchanged, any value. */
export type ChunkInput = { readonly value: unknown };

/** The exports with a single state that are currently receiving chunks. */
const busy = new WeakMap<Instance, Set<string>>();

/**
 * Input that is passed in chunks: in one call, or in many over time. Each step is a complete call
 * of the guest, so only the guest's own state and its handle persist.
 */
export class ChunkSession {
  readonly #bound: BoundChunks;
  /**
   * The arguments of each call: those of the caller, in which a chunk takes the place of the input,
   * and the handle.
   */
  readonly #args: unknown[];
  readonly #accept: (value: unknown) => unknown;
  #hasBegun = false;
  #isRunning = false;
  #isClosed = false;
  #isGivenUp = false;

  /** Prepares the input of a symbol; `args` are its arguments. */
  constructor(bound: BoundChunks, args: readonly unknown[]) {
    const { plan, instance } = bound;
    const { parameter, hasHandle, calls: { update } } = plan.chunked!;
    this.#bound = bound;
    this.#args = hasHandle ? [...args, undefined] : [...args];
    const part = plan.parameters[parameter]!;
    const action = `pass argument ${parameter} to ${quote(update.export)}`;
    if (part.kind !== "text") {
      this.#accept = compileAccept("string", action);
      return;
    }
    const accept = compileAccept(part.content, action);
    const content = compileContent(instance.memory, part.content, part.encoding);
    this.#accept = (given) => {
      const value = accept(given);
      content.measure(value);
      return typeof value === "string" ? value : plainView(value as View);
    };
  }

  /** Checks input, so that a value that cannot be passed is refused before the guest is called. */
  accept(value: unknown): ChunkInput {
    this.#bound.refuse?.([value]);
    return { value: this.#accept(value) };
  }

  /** Passes input in as many chunks as it takes. Yields the parts of the result. */
  *give({ value }: ChunkInput): Generator<unknown> {
    const { plan } = this.#bound;
    const { parts, taken, calls: { update } } = plan.chunked!;
    this.#begin();
    if (plan.parameters[plan.chunked!.parameter]!.kind !== "text") {
      const part = this.#call("update", value);
      if (parts && !isEmpty(part)) yield part;
      yield* this.#drain();
      return;
    }
    const input = value as Cursor["input"];
    const length = lengthOf(input);
    const byteLength = typeof input === "string" ? 0 : byteLengthOf(input);
    const cursor: Cursor = { input, at: 0, next: 0 };
    while (cursor.at < length) {
      // The guest may have called back, and the host may then have resized the buffer.
      if (typeof input !== "string" && byteLengthOf(input) !== byteLength) {
        throw changedError(byteLength, `to ${quote(update.export)}`);
      }
      const result = this.#call("update", cursor);
      const { part, next } = taken === undefined
        ? { part: result, next: cursor.next }
        : takenOf(result, cursor, update.export);
      const hasPart = parts && !isEmpty(part);
      if (hasPart) yield part;
      const hasMore = yield* this.#drain();
      if (next === cursor.at && !hasPart && !hasMore) throw stuckError(update.export, cursor);
      cursor.at = next;
    }
  }

  /** Ends the input. Yields the result, or its last parts. */
  *end(): Generator<unknown> {
    const { plan: { chunked }, calls } = this.#bound;
    this.#begin();
    if (calls.final === undefined) return;
    const isRepeated = chunked!.repeats.includes("final");
    do {
      const part = this.#call("final");
      if (!chunked!.parts) {
        yield part;
        break;
      }
      if (isEmpty(part)) break;
      yield part;
    } while (isRepeated);
    yield* this.#drain(["drain"]);
  }

  /**
   * Frees the handle, once. If the guest is running, it is freed as soon as the guest has returned.
   *
   * @param isQuiet Whether an error is ignored, because there was an earlier one.
   */
  close(isQuiet = false): void {
    if (this.#isClosed) return;
    if (this.#isRunning) {
      this.#isGivenUp = true;
      return;
    }
    this.#isClosed = true;
    if (!this.#hasBegun) return;
    const { instance, plan: { chunked }, calls } = this.#bound;
    busy.get(identityOf(instance))?.delete(chunked!.calls.update.export);
    if (calls.destroy === undefined || !instance.callable) return;
    try {
      calls.destroy.call(...this.#args);
    } catch (error) {
      if (!isQuiet) throw error;
    }
  }

  #begin(): void {
    if (this.#hasBegun) return;
    const { instance, plan: { chunked }, calls } = this.#bound;
    const { export: update } = chunked!.calls.update;
    const owner = identityOf(instance);
    if (!chunked!.hasHandle) {
      let names = busy.get(owner);
      if (names === undefined) busy.set(owner, names = new Set());
      if (names.has(update)) throw busyError(update);
      names.add(update);
    }
    try {
      if (calls.init !== undefined) {
        const handle = this.#call("init");
        if (chunked!.hasHandle) this.#args[this.#args.length - 1] = handle;
      }
    } catch (error) {
      busy.get(owner)?.delete(update);
      throw error;
    }
    this.#hasBegun = true;
  }

  /** Yields remaining output of the guest, and returns whether there was any. */
  *#drain(purposes: readonly ChunkPurpose[] = ["more", "drain"]): Generator<unknown, boolean> {
    let hasAny = false;
    for (const purpose of purposes) {
      if (this.#bound.calls[purpose] === undefined) continue;
      for (let part; !isEmpty(part = this.#call(purpose)); hasAny = true) yield part;
    }
    return hasAny;
  }

  #call(
    purpose: ChunkPurpose,
    chunk: unknown = this.#args[this.#bound.plan.chunked!.parameter],
  ): unknown {
    const { plan: { chunked }, calls } = this.#bound;
    if (this.#isClosed) throw closedError(chunked!.calls.update.export);
    const args = this.#args.with(chunked!.parameter, chunk);
    this.#isRunning = true;
    try {
      return calls[purpose]!.call(...args);
    } finally {
      this.#isRunning = false;
      if (this.#isGivenUp) this.close(true);
    }
  }
}

/** Returns the part of a result, and the place in the input that the guest has come to. */
function takenOf(
  result: unknown,
  { at, next }: Cursor,
  update: string,
): { readonly part: unknown; readonly next: number } {
  const { taken, part } = result as { taken: number; part: unknown };
  if (taken <= next - at) return { part, next: at + taken };
  throw new GuestError(
    "overrun",
    `Cannot continue after ${quote(update)}: it reports that it has taken ` +
      `${counted(taken, "byte")}, expected at most ${next - at}`,
    { export: update },
  );
}

function stuckError(update: string, { at, next }: Cursor): GuestError {
  return new GuestError(
    "guest-error",
    `Cannot continue after ${quote(update)}: it has taken none of ${
      counted(next - at, "byte")
    } and ` +
      "returned nothing, expected one of both",
    { export: update },
  );
}

function busyError(update: string): GuestError {
  return new GuestError(
    "busy",
    `Cannot call ${
      quote(update)
    }: it is in the middle of other input, for which the guest has one ` +
      "state, expected the end of that, a guest for each, or exports with a handle",
    { export: update },
  );
}

function closedError(update: string): GuestError {
  return new GuestError(
    "disposed",
    `Cannot call ${quote(update)}: its input was given up, expected a new call or stream`,
    { export: update },
  );
}
