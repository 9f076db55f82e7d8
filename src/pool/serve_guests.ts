import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import { parentThread, type Thread } from "../base/runtime.ts";
import { expectedWord } from "../base/misnomers.ts";
import { quote } from "../base/show.ts";
import type { Guest } from "../guest.ts";
import { type GuestPool, pool, type PoolLimits, type PoolOptions } from "./pool.ts";
import { packError, type Reply, type Request } from "./worker_messages.ts";

/** How a worker makes guests and renews them: the options of `pool`, for one guest. */
export type ServeOptions<S extends SymbolDeclarations = SymbolDeclarations> = Omit<
  PoolOptions<S>,
  keyof PoolLimits
>;

/** The functions of a worker. Each is called with a guest and the arguments of the call. */
export type WorkerCalls<S extends SymbolDeclarations = SymbolDeclarations> = Readonly<
  // deno-lint-ignore no-explicit-any -- each function has its own arguments
  Record<string, (guest: Guest<S>, ...args: any[]) => unknown>
>;

/**
 * Answers the calls of a `workerPool`, in the module that its workers run. Each call gets a guest
 * that no other call has touched.
 *
 * @param options How the guest is loaded, prepared and renewed: as for a pool.
 * @param calls The functions that the pool can call. Arguments and results are copied between the
 * threads.
 * @returns The functions, so that their types can be exported.
 */
export function serveGuests<
  const S extends SymbolDeclarations,
  const C extends WorkerCalls<S>,
>(options: ServeOptions<S>, calls: C): C {
  serve(options, calls);
  return calls;
}

function serve<S extends SymbolDeclarations>(
  options: ServeOptions<S>,
  calls: WorkerCalls<S>,
): void {
  const parent = parentThread();
  if (parent === null) {
    throw new TypeError("Cannot serve guests: this is not a worker, expected a call in its module");
  }
  let guests: GuestPool<S>;
  const answer = async (request: Request): Promise<Reply> => {
    if ("compiled" in request) {
      guests = await pool(request.compiled, { ...options, size: 1 });
      return { state: "ready" };
    }
    const { call: name, args } = request;
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (call === undefined) {
      const expected = expectedWord(name, Object.keys(calls));
      throw new TypeError(
        `Cannot call ${quote(name)}: the worker has no such function, ${expected}`,
      );
    }
    return { value: await guests.use((guest) => call(guest, ...args)) };
  };
  listen(parent, async (request) => {
    try {
      parent.postMessage(await answer(request));
    } catch (error) {
      parent.postMessage(packError(error));
    }
  });
  parent.postMessage({ state: "listening" } satisfies Reply);
}

function listen(parent: Thread, receive: (request: Request) => void): void {
  if (parent.on !== undefined) parent.on("message", receive);
  else parent.addEventListener!("message", ({ data }: MessageEvent<Request>) => receive(data));
}
