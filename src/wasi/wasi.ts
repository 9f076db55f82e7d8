import { checkCallable } from "../instance/callable.ts";
import type { Realm } from "../instance/realm.ts";
import { descriptorFunctions } from "./descriptor_functions.ts";
import { isWasiModule, type WasiVersion } from "./modules.ts";
import { checkWasiOptions, importNodeWasi } from "./node_wasi.ts";
import type { WasiOptions } from "./options.ts";
import { WasiOutput } from "./output.ts";
import { type WasiFunction, WasiState, type WasiValue } from "./state.ts";
import { pollFunction, systemFunctions } from "./system.ts";

/**
 * Makes ready what a guest that imports WASI is granted. `node:wasi` is imported only where that
 * includes a directory: it alone has files, and nothing else of it is used.
 *
 * @param mostOutput How many bytes of output are held at most: 64 MiB unless set.
 * @returns what makes WASI for an instance, which is given as soon as it exists.
 * @throws {LoadError} if a directory can't be opened.
 * @throws {TypeError} if a grant is of another type.
 */
export async function prepareWasi(
  options: WasiOptions | undefined,
  mostOutput: number | undefined,
): Promise<(home: WasiHome) => Wasi> {
  const grants = checkWasiOptions(options, mostOutput);
  const host = Object.keys(grants.preopens).length > 0
    ? await importNodeWasi(grants.preopens)
    : undefined;
  return (home) => {
    const realm = () => home.realmFor("wasi_snapshot_preview1");
    return new Wasi(new WasiState(grants, host, realm), home);
  };
}

/** What knows the instance that WASI is for, as soon as there is one. */
export interface WasiHome {
  readonly realm: Realm | undefined;
  /** The instance, or an error that says why there is none. */
  realmFor(name: string): Realm;
}

/** WASI for one instance. */
export class Wasi {
  /** What the guest wrote. */
  readonly output: WasiOutput;
  readonly #state: WasiState;
  readonly #home: WasiHome;
  readonly #functions = new Map<string, Readonly<Record<string, WasiFunction>>>();

  /** Made by {@linkcode prepareWasi}. */
  constructor(state: WasiState, home: WasiHome) {
    this.#state = state;
    this.#home = home;
    this.output = new WasiOutput(state.stdout, state.stderr);
  }

  /** The exit code, once the guest has exited by `proc_exit`. */
  get exitCode(): number | undefined {
    return this.#state.exitCode;
  }

  /** What an import is answered with, if it is a function of WASI's. */
  answer({ module, name }: { readonly module: string; readonly name: string }): unknown {
    if (!isWasiModule(module)) return undefined;
    let functions = this.#functions.get(module);
    if (functions === undefined) this.#functions.set(module, functions = this.#create(module));
    return Object.hasOwn(functions, name)
      ? this.#guard(functions[name]!, `${module}.${name}`)
      : undefined;
  }

  #create(version: WasiVersion): Record<string, WasiFunction> {
    return {
      ...systemFunctions(this.#state),
      ...descriptorFunctions(this.#state, version),
      poll_oneoff: pollFunction(this.#state, version),
    };
  }

  /** A function as the guest gets it: what a callback of the host throws is the host's own. */
  #guard(fn: WasiFunction, name: string): (...args: WasiValue[]) => number {
    const state = this.#state;
    const home = this.#home;
    return (...args) => {
      const { realm } = home;
      const before = realm === undefined ? 0 : realm.hostDepth++;
      try {
        state.refuseAfterExit();
        checkCallable(realm, "call", name);
        const errno = answer(fn, args, state);
        // A callback that is given output can call the guest, and deal with a trap.
        checkCallable(realm, "return from", name);
        return errno;
      } catch (error) {
        if (realm !== undefined) realm.thrown = error;
        throw error;
      } finally {
        if (realm !== undefined) realm.hostDepth = before;
      }
    };
  }

  /** Hands over what is held of the guest's output. */
  flush(): void {
    this.#state.flush();
  }

  /** Gives back what the guest left open, and hands over its output. */
  close(): void {
    this.#state.close();
  }

  /** The same where something else has failed, which is what the caller has to know. */
  closeQuietly(): void {
    try {
      this.close();
    } catch {
      // A callback that is given the output threw.
    }
  }
}

/** The error number that a function answers, also for what it throws where that is the guest's. */
function answer(fn: WasiFunction, args: WasiValue[], state: WasiState): number {
  try {
    return fn(...args as never[]);
  } catch (error) {
    return state.errnoOf(error);
  }
}
