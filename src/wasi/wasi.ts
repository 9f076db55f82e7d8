import { suspending, waitingProblem } from "../base/runtime.ts";
import { quote } from "../base/show.ts";
import { checkCallable, thrownInto } from "../instance/import_refusal.ts";
import type { Instance } from "../instance/instance.ts";
import { descriptorFunctions } from "./descriptor_functions.ts";
import { isWasiModule, type WasiVersion } from "./modules.ts";
import { pollFunction } from "./poll.ts";
import { type PreparedGrants, prepareGrants, type WasiLimits } from "./prepare_grants.ts";
import {
  type Errno,
  type WasiFunction,
  type WasiHome,
  WasiState,
  type WasiValue,
} from "./state.ts";
import { systemFunctions } from "./system.ts";
import type { WasiOptions } from "./wasi_options.ts";

/**
 * Prepares the grants of a guest that imports WASI.
 *
 * @returns a function that makes WASI for an instance, which is set as soon as it exists.
 * @throws {LoadError} if a directory cannot be opened.
 * @throws {TypeError} if a grant has another type.
 */
export async function prepareWasi(
  options: WasiOptions | undefined,
  limits: WasiLimits,
): Promise<(home: WasiHome) => Wasi> {
  const prepared = await prepareGrants(options, limits);
  return (home) => new Wasi(prepared, home);
}

/** WASI preview 1 for one instance. */
export class Wasi extends WasiState {
  readonly #home: WasiHome;
  readonly #files: PreparedGrants["files"];
  readonly #waits: boolean;
  readonly #functions = new Map<string, Readonly<Record<string, WasiFunction>>>();

  /** Made by {@linkcode prepareWasi}. */
  constructor(prepared: PreparedGrants, home: WasiHome) {
    super(prepared.open(), home);
    this.#home = home;
    this.#files = prepared.files;
    this.#waits = prepared.waits;
  }

  /**
   * Returns the function for a WASI import, or the problem why there is none; `undefined` for
   * another import.
   */
  provide({ module, name }: { readonly module: string; readonly name: string }): unknown {
    if (!isWasiModule(module)) return undefined;
    let functions = this.#functions.get(module);
    if (functions === undefined) this.#functions.set(module, functions = this.#create(module));
    if (!Object.hasOwn(functions, name)) return undefined;
    const label = `${module}.${name}`;
    const guarded = this.#guard(functions[name]!, label);
    if (!this.#waits || name !== "fd_read") return guarded;
    return waitingProblem(`import ${quote(label)}`) ?? suspending(guarded);
  }

  #create(version: WasiVersion): Record<string, WasiFunction> {
    return {
      ...systemFunctions(this),
      ...descriptorFunctions(this, version, this.#files?.functions(this, version)),
      poll_oneoff: pollFunction(this, version),
    };
  }

  /** Wraps a function for the guest: an error that a host callback throws is the host's own. */
  #guard(fn: WasiFunction, name: string): (...args: WasiValue[]) => Errno {
    const home = this.#home;
    return (...args) => {
      const { instance } = home;
      const before = instance === undefined ? 0 : instance.hostDepth++;
      try {
        this.refuseAfterExit();
        checkCallable(instance, "call", name);
        const errno = callErrno(fn, args, this);
        if (typeof errno !== "number") return waitForErrno(errno, name, this, instance);
        // A callback that gets output can call the guest, and catch its trap.
        checkCallable(instance, "return from", name);
        return errno;
      } catch (error) {
        if (instance !== undefined) instance.thrown = error;
        throw instance?.refusal === undefined ? error : thrownInto(error);
      } finally {
        if (instance !== undefined) instance.hostDepth = before;
      }
    };
  }
}

/** Returns the error number of a function, also for an error that is the guest's fault. */
function callErrno(fn: WasiFunction, args: WasiValue[], state: WasiState): Errno {
  try {
    return fn(...args as never[]);
  } catch (error) {
    return state.errnoOf(error);
  }
}

/** Waits for the error number of an asynchronous function. */
async function waitForErrno(
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
