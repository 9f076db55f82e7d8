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
import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import { anyOf, problemsError } from "../base/misnomers.ts";
import { isA, show } from "../base/show.ts";
import type { LoadOptions } from "../check/load_options.ts";
import type { Guest } from "../guest.ts";
import type { GuestSnapshot } from "../guest/snapshot.ts";
import { closeQuietly, copyOptions, ItemPool, type PoolLimits, poolProblems } from "./item_pool.ts";
import { compile, load } from "../load.ts";
import type { BinarySource, CompiledGuest } from "../source/source_types.ts";

export { ItemPool, type PoolLimits, type UseOptions } from "./item_pool.ts";

/** How to make a pool. */
export interface PoolOptions<S extends SymbolDeclarations = SymbolDeclarations> extends PoolLimits {
  /**
   * What happens to a guest after a use. `"reset"` (the default) resets it, `"restore"` restores
   * the snapshot that was taken after it was prepared, `"fresh"` closes it, so that each use gets a
   * new guest, and `"never"` reuses it as it is, with everything that the use has left in it. A
   * guest that was poisoned, exited or closed is always replaced.
   */
  readonly renew?: "reset" | "restore" | "fresh" | "never" | undefined;
  /**
   * Prepares each guest before its first use, and again after each reset. A restored guest stays
   * prepared.
   */
  readonly prepare?: ((guest: Guest<S>) => void | PromiseLike<void>) | undefined;
  /** The options of `load` for each guest; those that control reading apply to the source. */
  readonly load?: LoadOptions<S> | undefined;
}

const RENEWALS = ["reset", "restore", "fresh", "never"] as const;

const KEYS = ["renew", "prepare", "load"];

/** A pool of guests of one module, made by {@linkcode pool}. */
export class GuestPool<S extends SymbolDeclarations = Record<never, never>>
  extends ItemPool<Guest<S>> {}

/**
 * Makes a pool of guests. It compiles the source once and makes the first guest, so that errors are
 * reported at once; further guests are made when they are needed.
 *
 * @param source A binary, or a value of `compile`, such as a clone that was sent to a worker: each
 * worker makes its own pool, because a guest cannot move between threads.
 * @param options The limits, and how guests are made and renewed.
 * @returns The pool.
 * @throws {LoadError} if the guest cannot be loaded.
 * @throws {GuestError} if `renew` is `"restore"` and the guest has state that a snapshot cannot
 * copy.
 * @throws {TypeError} if an option is wrong, or the guests would share a memory that the caller
 * supplied.
 */
export async function pool<const S extends SymbolDeclarations = Record<never, never>>(
  source: BinarySource | CompiledGuest,
  options: PoolOptions<S>,
): Promise<GuestPool<S>> {
  const checked = checkOptions<S>(options);
  const { renew = "reset", prepare, load: given } = checked;
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

  return new GuestPool<S>(checked, make, renewGuest, await make());
}

/** Returns whether a source is a value of `compile`. */
export function isCompiled(source: BinarySource | CompiledGuest): source is CompiledGuest {
  return typeof source === "object" && "module" in source;
}

/** Checks the options of a pool, all at once; `load` checks its own. */
function checkOptions<S extends SymbolDeclarations>(given: unknown): PoolOptions<S> {
  const options = copyOptions<PoolOptions<S>>(given, "{ size }");
  const { size, renew, prepare, load } = options;
  const problems = poolProblems(options, KEYS);
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
