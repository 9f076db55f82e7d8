/**
 * A pool of workers with a guest each: calls run in several threads at the same time.
 *
 * @example
 * ```ts ignore
 * // shout_worker.ts: serveGuests({}, { shout: (guest, text: string) => guest.passString(text) });
 * import { workerPool } from "@passage/wasm/worker_pool";
 *
 * await using workers = await workerPool("testdata/c/shout_length.wasm", {
 *   size: 4,
 *   start: () => new Worker(new URL("./shout_worker.ts", import.meta.url), { type: "module" }),
 * });
 * await workers.call("shout", ["hello"], { signal: AbortSignal.timeout(1000) }); // "HELLO"
 * ```
 *
 * @module
 */
import { problemsError } from "../base/misnomers.ts";
import { show } from "../base/show.ts";
import { GuestWorker } from "./guest_worker.ts";
import { copyOptions, ItemPool, type PoolLimits, poolProblems } from "./item_pool.ts";
import { compile } from "../load.ts";
import { isCompiled } from "./pool.ts";
import type { WorkerCalls } from "./serve_guests.ts";
import type { BinarySource, CompiledGuest } from "../source/source_types.ts";

export type { PoolLimits } from "./item_pool.ts";
export { serveGuests, type ServeOptions, type WorkerCalls } from "./serve_guests.ts";

/** How to make a pool of workers. */
export interface WorkerPoolOptions extends PoolLimits {
  /** Starts a worker, or a thread of `node:worker_threads`, whose module calls `serveGuests`. */
  readonly start: () => unknown;
  /**
   * The time in milliseconds within which the module of a worker has to call `serveGuests`: 10,000
   * unless set, and `Infinity` to wait forever. It does not include loading the guest.
   */
  readonly startTimeout?: number | undefined;
}

/** The timeout of threads.js. Loading a module takes far less, unless the network is slow. */
const START_TIMEOUT = 10_000;

/** The longest delay that a timer supports. */
const MOST_TIMEOUT = 0x7fffffff;

/** How to call a function of a worker. */
export interface CallOptions {
  /** Cancels waiting for a worker, and terminates the worker if the call has started. */
  readonly signal?: AbortSignal | undefined;
}

/** The arguments of a worker's function, after the guest. */
export type CallArguments<Call> = Call extends (guest: never, ...args: infer Args) => unknown ? Args
  : never;

/** What a worker's function returns, copied. */
export type CallResult<Call> = Call extends (...args: never) => infer Result ? Awaited<Result>
  : never;

/** A pool of workers, made by {@linkcode workerPool}. */
export class WorkerPool<C extends WorkerCalls> implements AsyncDisposable {
  readonly #workers: ItemPool<GuestWorker>;

  /** Use {@linkcode workerPool} to make a pool. */
  constructor(workers: ItemPool<GuestWorker>) {
    this.#workers = workers;
  }

  /** The maximum number of workers. */
  get size(): number {
    return this.#workers.size;
  }

  /** The number of workers that are being called. */
  get inUse(): number {
    return this.#workers.inUse;
  }

  /** The number of calls that wait for a worker. */
  get waiting(): number {
    return this.#workers.waiting;
  }

  /**
   * Calls a function of a worker as soon as one is free. The arguments and the result are copied as
   * by `structuredClone`.
   *
   * @param name The function.
   * @param args Its arguments after the guest.
   * @param options A signal that cancels the call.
   * @returns What the function returns.
   * @throws what the function throws; a `GuestError` keeps its class, its code and its fields.
   * @throws {TypeError} if the name, the arguments or an option is wrong.
   * @throws the reason of the signal. If the call has started, its worker is terminated, and the
   * next call starts another one. Deno does not terminate a worker while its guest is running; such
   * a guest needs a `deadline` in the `limits` of `load`.
   * @throws {GuestError} with the code `disposed` if the pool is closed, `busy` if as many calls
   * wait as the option `queue` allows, or `exception` if the worker ends before it answers.
   */
  async call<Name extends keyof C & string>(
    name: Name,
    args: CallArguments<C[Name]>,
    options?: CallOptions,
  ): Promise<CallResult<C[Name]>> {
    checkCall(name, args);
    return await this.#workers.use(
      (worker) => worker.call(name, args, options?.signal) as Promise<CallResult<C[Name]>>,
      options,
    );
  }

  /**
   * Closes the pool: further calls are refused, those that wait or have started are completed, and
   * then all workers are terminated. Idempotent.
   */
  close(): Promise<void> {
    return this.#workers.close();
  }

  /** The same as {@linkcode close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Makes a pool of workers. It compiles the source once and starts the first worker, so that errors
 * are reported at once; further workers are started when they are needed.
 *
 * @param source A binary, or a value of `compile`.
 * @param options The number of workers, and how to start one.
 * @returns The pool.
 * @throws {LoadError} if the guest cannot be loaded, or a worker cannot be started or does not call
 * `serveGuests` in time.
 * @throws {TypeError} if an option is wrong.
 */
export async function workerPool<C extends WorkerCalls>(
  source: BinarySource | CompiledGuest,
  options: WorkerPoolOptions,
): Promise<WorkerPool<C>> {
  const checked = checkOptions(options);
  const compiled = isCompiled(source) ? source : await compile(source);
  const { start, startTimeout = START_TIMEOUT } = checked;
  const make = () => GuestWorker.start(start, compiled, startTimeout);
  return new WorkerPool(new ItemPool(checked, make, ({ isAlive }) => isAlive, await make()));
}

/** Checks a call before it takes a worker. */
function checkCall(name: unknown, args: unknown): void {
  const problems: string[] = [];
  if (typeof name !== "string") problems.push(`the name is ${show(name)}, expected a string`);
  if (!Array.isArray(args)) problems.push(`the arguments are ${show(args)}, expected an array`);
  if (problems.length > 0) throw problemsError("Cannot call a worker", problems);
}

function checkOptions(given: unknown): WorkerPoolOptions {
  const options = copyOptions<WorkerPoolOptions>(given, "{ size, start }");
  const problems = poolProblems(options, ["start", "startTimeout"]);
  if (typeof options.start !== "function") {
    problems.push(
      `option start is ${show(options.start)}, expected a function that makes a Worker`,
    );
  }
  const { startTimeout = START_TIMEOUT } = options;
  const isTime = typeof startTimeout === "number" &&
    (startTimeout === Infinity || (startTimeout >= 0 && startTimeout <= MOST_TIMEOUT));
  if (!isTime) {
    problems.push(
      `option startTimeout is ${show(startTimeout)}, expected milliseconds, at most ` +
        `${MOST_TIMEOUT}, or Infinity`,
    );
  }
  if (problems.length > 0) throw problemsError("Cannot make a pool", problems);
  return options;
}
