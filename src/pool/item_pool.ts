import { GuestError } from "../base/errors.ts";
import { isCount, isObject, problemsError, unknownKeys } from "../base/misnomers.ts";
import { isA, show } from "../base/show.ts";

/** The number of guests in a pool, and the number of uses that may wait for them. */
export interface PoolLimits {
  /** The maximum number of guests or workers. Further uses wait in order. */
  readonly size: number;
  /**
   * The maximum number of waiting uses; unlimited unless set. Further uses are refused with a
   * `GuestError` with the code `busy`, so that a server can answer at once that it is overloaded.
   */
  readonly queue?: number | undefined;
}

/** How to use a guest of a pool. */
export interface UseOptions {
  /** Cancels waiting for a guest. A use that has started is not interrupted. */
  readonly signal?: AbortSignal | undefined;
}

/** A use that waits for a place. */
interface Waiter {
  readonly begin: () => void;
}

/** A pool of items that have one user at a time: guests, or workers with a guest each. */
export class ItemPool<Item extends { close(): void }> implements AsyncDisposable {
  /** The maximum number of guests. */
  readonly size: number;
  readonly #queue: number;
  readonly #make: () => Promise<Item>;
  /** Returns whether a guest is ready for its next use. */
  readonly #renew: (guest: Item) => boolean | Promise<boolean>;
  /** The guests that are ready for their next use, the last one used at the end. */
  readonly #idle: Item[];
  readonly #waiters = new Set<Waiter>();
  #inUse = 0;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  /** Use `pool` or `workerPool` to make a pool. */
  constructor(
    { size, queue = Infinity }: PoolLimits,
    make: () => Promise<Item>,
    renew: (guest: Item) => boolean | Promise<boolean>,
    first: Item,
  ) {
    this.size = size;
    this.#queue = queue;
    this.#make = make;
    this.#renew = renew;
    this.#idle = [first];
  }

  /** The number of places that are taken: by uses, and by guests that are being renewed. */
  get inUse(): number {
    return this.#inUse;
  }

  /** The number of uses that wait for a place. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * Calls `act` with a guest as soon as one is free. Do not use the guest after `act` has returned
   * or its promise has settled. A use within another use takes its own place, so it can wait
   * forever if all places are taken by uses that wait in this way.
   *
   * @param act What to do with the guest.
   * @param options A signal that cancels waiting.
   * @returns What `act` returns.
   * @throws whatever `act` throws; its place is free afterwards.
   * @throws the reason of the signal, if it is aborted before `act` is called.
   * @throws {GuestError} with the code `disposed` if the pool is closed, or with the code `busy` if
   * as many uses wait as the option `queue` allows.
   * @throws {LoadError} if no guest can be made.
   */
  async use<T>(
    act: (guest: Item) => T | PromiseLike<T>,
    options: UseOptions = {},
  ): Promise<T> {
    if (typeof act !== "function") {
      throw new TypeError(`Cannot use a guest: it is ${show(act)}, expected a function`);
    }
    const signal = signalOf(options);
    signal?.throwIfAborted();
    if (this.#closing !== undefined) {
      throw new GuestError("disposed", "Cannot use a guest: the pool is closed");
    }
    if (this.#inUse < this.size) this.#inUse++;
    else await this.#wait(signal);
    let guest: Item | undefined;
    try {
      guest = this.#idle.pop() ?? await this.#make();
      signal?.throwIfAborted();
      return await act(guest);
    } finally {
      this.#leave(guest);
    }
  }

  /**
   * Closes the pool: further uses are refused, those that wait or have started are completed, and
   * then all guests are closed. A use must not await this, because this waits for the use.
   * Idempotent.
   *
   * @returns A promise that resolves when all guests are closed.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** The same as {@linkcode close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Waits for a place, which a finished use passes on. */
  #wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.waiting >= this.#queue) {
      throw new GuestError(
        "busy",
        `Cannot use a guest: the pool's queue of ${this.#queue} is full, expected a later use or a ` +
          "higher option queue",
      );
    }
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiters.delete(waiter);
        reject(signal!.reason);
      };
      const waiter: Waiter = {
        begin: () => {
          signal?.removeEventListener("abort", giveUp);
          resolve();
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** Renews a guest, synchronously if possible, and passes its place on. */
  #leave(guest: Item | undefined): void {
    if (guest === undefined) return this.#pass();
    // If this fails, the next use makes a new guest, and gets the error if that fails too.
    const fail = () => this.#keep(guest, false);
    try {
      const renewal = this.#renew(guest);
      if (typeof renewal === "boolean") this.#keep(guest, renewal);
      else renewal.then((isReady) => this.#keep(guest, isReady), fail);
    } catch {
      fail();
    }
  }

  #keep(guest: Item, isReady: boolean): void {
    if (isReady) this.#idle.push(guest);
    else closeQuietly(guest);
    this.#pass();
  }

  /** Passes a place on to the use that has waited longest. */
  #pass(): void {
    const [next] = this.#waiters;
    if (next !== undefined) {
      this.#waiters.delete(next);
      next.begin();
    } else if (--this.#inUse === 0) this.#onIdle?.();
  }

  async #close(): Promise<void> {
    if (this.#inUse > 0) await new Promise<void>((resolve) => this.#onIdle = resolve);
    for (const guest of this.#idle.splice(0)) closeQuietly(guest);
  }
}

/** Checks the options of a use, all at once, and returns the signal among them. */
function signalOf(options: UseOptions): AbortSignal | undefined {
  if (!isObject(options)) {
    throw new TypeError(
      `Cannot use a guest: the options are ${show(options)}, expected { signal }`,
    );
  }
  const { signal } = options as UseOptions;
  const problems = unknownKeys(options, ["signal"], "option ");
  if (signal !== undefined && !isA(signal as unknown, AbortSignal)) {
    problems.push(`option signal is ${show(signal)}, expected an AbortSignal`);
  }
  if (problems.length > 0) throw problemsError("Cannot use a guest", problems);
  return signal;
}

/** Closes a guest or a worker that nothing refers to any more. */
export function closeQuietly(item: { close(): void }): void {
  try {
    item.close();
  } catch {
    // A call that was not awaited is still running.
  }
}

/** Copies the options of a pool, so that later changes have no effect. */
export function copyOptions<Options extends object>(given: unknown, expected: string): Options {
  if (isObject(given)) return { ...given } as Options;
  throw new TypeError(
    `Cannot make a pool: the options are ${show(given)}, expected ${expected}`,
  );
}

/**
 * Lists the problems in the options that all pools have: invalid limits, and unknown options.
 *
 * @param keys The other options that the pool knows.
 */
export function poolProblems(options: Partial<PoolLimits>, keys: readonly string[]): string[] {
  const problems = unknownKeys(options, ["size", "queue", ...keys], "option ");
  const { size, queue = Infinity } = options;
  if (!isCount(size) || size === 0) {
    problems.push(`option size is ${show(size)}, expected an integer, 1 or more`);
  }
  if (queue !== Infinity && !isCount(queue)) {
    problems.push(`option queue is ${show(queue)}, expected an integer, 0 or more`);
  }
  return problems;
}
