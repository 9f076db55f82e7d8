/**
 * A pool of guests of one module, for servers and plug-ins: each use gets a guest that no other use
 * has touched, and no more guests than its size exist at a time.
 *
 * @example
 * ```ts
 * import { pool } from "@passage/wasm/pool";
 * import { assertEquals } from "@std/assert";
 *
 * await using guests = await pool("testdata/c/shout_length.wasm", { size: 4 });
 * const shouted = await guests.use((guest) => guest.passString("hello", "shout"));
 * assertEquals(shouted, "HELLO");
 * ```
 *
 * @module
 */
import type { SymbolDeclarations } from "./abi/symbol_types.ts";
import { GuestError } from "./base/errors.ts";
import { anyOf, expectedWord, problemsError } from "./base/misnomers.ts";
import { isA, show } from "./base/show.ts";
import type { LoadOptions } from "./check/load_options.ts";
import type { Guest } from "./guest.ts";
import type { GuestSnapshot } from "./guest/snapshot.ts";
import { compile, load } from "./load.ts";
import type { BinarySource, CompiledGuest } from "./source/source_types.ts";

/** How to make a pool. */
export interface PoolOptions<S extends SymbolDeclarations = SymbolDeclarations> {
  /** The most guests at a time. Further uses wait, in their order. */
  readonly size: number;
  /**
   * What happens to a guest after a use. `"reset"` (the default) resets it, `"restore"` restores the
   * snapshot of it that was taken once it was prepared, `"fresh"` closes it, so that each use gets a
   * guest of its own, and `"never"` hands it on as it is, with all that the use has left in it. A
   * guest that was poisoned, exited or closed is replaced in any case.
   */
  readonly renew?: "reset" | "restore" | "fresh" | "never" | undefined;
  /** Prepares each guest before its first use, and again after each reset. A restored one stays prepared. */
  readonly prepare?: ((guest: Guest<S>) => void | PromiseLike<void>) | undefined;
  /** The options of `load` for each guest; those about reading hold for the source. */
  readonly load?: LoadOptions<S> | undefined;
}

/** How to use a guest of a pool. */
export interface UseOptions {
  /** Gives up waiting for a guest. A use that has begun is not interrupted. */
  readonly signal?: AbortSignal | undefined;
}

const RENEWALS = ["reset", "restore", "fresh", "never"] as const;

const KEYS = ["size", "renew", "prepare", "load"];

/** A use that waits for a place. */
interface Waiter {
  readonly begin: () => void;
}

/** A pool of guests of one module, made by {@linkcode pool}. */
export class GuestPool<S extends SymbolDeclarations = Record<never, never>>
  implements AsyncDisposable {
  /** The most guests at a time. */
  readonly size: number;
  readonly #make: () => Promise<Guest<S>>;
  /** Returns whether a guest is ready for its next use. */
  readonly #renew: (guest: Guest<S>) => boolean | Promise<boolean>;
  /** The guests that are ready for their next use, the one used last at the end. */
  readonly #idle: Guest<S>[];
  readonly #waiters = new Set<Waiter>();
  #inUse = 0;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  /** Use {@linkcode pool} to make a pool. */
  constructor(
    size: number,
    make: () => Promise<Guest<S>>,
    renew: (guest: Guest<S>) => boolean | Promise<boolean>,
    first: Guest<S>,
  ) {
    this.size = size;
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
   * Calls `act` with a guest, as soon as one is free. The guest is for that call alone: it must not
   * be used once `act` has returned, or its promise has settled. A use within another one takes a
   * place of its own, so it can wait for ever if all places are taken by uses that wait like this.
   *
   * @param act What to do with the guest.
   * @param options A signal that gives up waiting.
   * @returns What `act` returns.
   * @throws whatever `act` throws; its place is free afterwards.
   * @throws the reason of the signal, if it is aborted before `act` is called.
   * @throws {GuestError} with the code `disposed` if the pool is closed.
   * @throws {LoadError} if no guest can be made.
   */
  async use<T>(
    act: (guest: Guest<S>) => T | PromiseLike<T>,
    { signal }: UseOptions = {},
  ): Promise<T> {
    if (typeof act !== "function") {
      throw new TypeError(`Cannot use a guest: it is ${show(act)}, expected a function`);
    }
    if (signal !== undefined && !isA(signal as unknown, AbortSignal)) {
      throw new TypeError(
        `Cannot use a guest: option signal is ${show(signal)}, expected an AbortSignal`,
      );
    }
    signal?.throwIfAborted();
    if (this.#closing !== undefined) {
      throw new GuestError("disposed", "Cannot use a guest: the pool is closed");
    }
    if (this.#inUse < this.size) this.#inUse++;
    else await this.#wait(signal);
    let guest: Guest<S> | undefined;
    try {
      guest = this.#idle.pop() ?? await this.#make();
      signal?.throwIfAborted();
      return await act(guest);
    } finally {
      this.#leave(guest);
    }
  }

  /**
   * Closes the pool: further uses are refused, those that wait or have begun are completed, and then
   * all guests are closed. A use must not wait for this, because this waits for it. Idempotent.
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

  /** Waits for a place, which the use that leaves it passes on. */
  #wait(signal: AbortSignal | undefined): Promise<void> {
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

  /** Renews a guest, at once if nothing has to be awaited, and passes its place on. */
  #leave(guest: Guest<S> | undefined): void {
    if (guest === undefined) return this.#pass();
    // If it fails, the next use makes a guest anew, and gets the error if that fails too.
    const fail = () => this.#keep(guest, false);
    try {
      const renewal = this.#renew(guest);
      if (typeof renewal === "boolean") this.#keep(guest, renewal);
      else renewal.then((isReady) => this.#keep(guest, isReady), fail);
    } catch {
      fail();
    }
  }

  #keep(guest: Guest<S>, isReady: boolean): void {
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

/**
 * Makes a pool of guests. It compiles the source once and makes the first guest, so that errors show
 * at once; further guests are made when they are needed.
 *
 * @param source A binary, or a value of `compile`, such as the clone that a worker has got: each
 * worker makes a pool of its own, because a guest cannot move between threads.
 * @param options The size, and how guests are made and renewed.
 * @returns The pool.
 * @throws {LoadError} if the guest cannot be loaded.
 * @throws {GuestError} if it has state that no snapshot can copy and `renew` is `"restore"`.
 * @throws {TypeError} if an option is wrong, or guests would share a memory of the caller.
 */
export async function pool<const S extends SymbolDeclarations = Record<never, never>>(
  source: BinarySource | CompiledGuest,
  options: PoolOptions<S>,
): Promise<GuestPool<S>> {
  const { size, renew = "reset", prepare, load: given } = checkOptions<S>(options);
  const { integrity, onProgress, signal, ...rest } = given ?? {};
  const isMade = isCompiled(source);
  const compiled = isMade ? source : await compile(source, { integrity, onProgress, signal });
  const loading = isMade ? given : rest as LoadOptions<S>;
  const snapshots = new WeakMap<Guest<S>, GuestSnapshot>();
  const make = async () => {
    const guest = await load<S>(compiled, loading);
    await prepareGuest(guest);
    if (renew === "restore") snapshots.set(guest, await guest.snapshot());
    return guest;
  };

  async function prepareGuest(guest: Guest<S>): Promise<boolean> {
    try {
      await prepare?.(guest);
    } catch (error) {
      closeQuietly(guest);
      throw error;
    }
    return guest.state === "ready";
  }

  function renewGuest(guest: Guest<S>): boolean | Promise<boolean> {
    if (renew === "reset") {
      guest.reset();
      if (prepare !== undefined) return prepareGuest(guest);
    }
    if (renew === "restore") guest.restore(snapshots.get(guest)!);
    return renew !== "fresh" && guest.state === "ready";
  }

  return new GuestPool<S>(size, make, renewGuest, await make());
}

function isCompiled(source: BinarySource | CompiledGuest): source is CompiledGuest {
  return typeof source === "object" && "module" in source;
}

function closeQuietly(guest: { close(): void }): void {
  try {
    guest.close();
  } catch {
    // A call that was not awaited is still running. Nothing refers to the guest any more.
  }
}

/** Checks the options of a pool, all at once; `load` checks its own. */
function checkOptions<S extends SymbolDeclarations>(given: unknown): PoolOptions<S> {
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`Cannot make a pool: the options are ${show(given)}, expected { size }`);
  }
  // A copy, so that later changes have no effect.
  const options = { ...given } as PoolOptions<S>;
  const { size, renew, prepare, load } = options;
  const problems = Object.keys(options).filter((key) => !KEYS.includes(key))
    .map((key) => `option ${key} is unknown, ${expectedWord(key, KEYS)}`);
  if (!Number.isSafeInteger(size) || size < 1) {
    problems.push(`option size is ${show(size)}, expected an integer, 1 or more`);
  }
  if (renew !== undefined && !RENEWALS.includes(renew)) {
    problems.push(`option renew is ${show(renew)}, expected ${anyOf(RENEWALS)}`);
  }
  if (prepare !== undefined && typeof prepare !== "function") {
    problems.push(`option prepare is ${show(prepare)}, expected a function`);
  }
  if (load !== undefined && (typeof load !== "object" || load === null)) {
    problems.push(`option load is ${show(load)}, expected the options of load()`);
  } else if (load !== undefined && (renew !== "never" || size > 1) && suppliesMemory(load)) {
    problems.push(
      "option load has a WebAssembly.Memory, which all guests would share, expected memory: " +
        '{ initial, maximum }, or a pool of size 1 with renew: "never"',
    );
  }
  if (problems.length > 0) throw problemsError("Cannot make a pool", problems);
  return options;
}

function suppliesMemory({ memory, imports }: LoadOptions<SymbolDeclarations>): boolean {
  const given = Object.values(imports ?? {}).flatMap((named) => Object.values(named ?? {}));
  return [memory, ...given].some((value) => isA(value, WebAssembly.Memory));
}
