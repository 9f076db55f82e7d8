import type { Realm } from "./engine/realm.ts";
import { isWasiModule, type WasiVersion } from "./wanted_import.ts";
import { descriptorFunctions } from "./wasi/descriptor_functions.ts";
import { checkWasiOptions, importNodeWasi } from "./wasi/node_wasi.ts";
import type { WasiOptions } from "./wasi/options.ts";
import { WasiOutput } from "./wasi/output.ts";
import { type WasiFunction, WasiState, type WasiValue } from "./wasi/state.ts";
import { pollFunction, systemFunctions } from "./wasi/system.ts";

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
): Promise<(realm: () => Realm) => Wasi> {
  const grants = checkWasiOptions(options, mostOutput);
  const host = Object.keys(grants.preopens).length > 0
    ? await importNodeWasi(grants.preopens)
    : undefined;
  return (realm) => new Wasi(new WasiState(grants, host, realm));
}

/** WASI for one instance. */
export class Wasi {
  /** What the guest wrote. */
  readonly output: WasiOutput;
  readonly #state: WasiState;
  readonly #functions = new Map<string, Readonly<Record<string, WasiFunction>>>();

  /** Made by {@linkcode prepareWasi}. */
  constructor(state: WasiState) {
    this.#state = state;
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
    return Object.hasOwn(functions, name) ? this.#guard(functions[name]!) : undefined;
  }

  #create(version: WasiVersion): Record<string, WasiFunction> {
    return {
      ...systemFunctions(this.#state),
      ...descriptorFunctions(this.#state, version),
      poll_oneoff: pollFunction(this.#state, version),
    };
  }

  #guard(fn: WasiFunction): (...args: WasiValue[]) => number {
    const state = this.#state;
    return (...args) => {
      state.refuseAfterExit();
      try {
        return fn(...args as never[]);
      } catch (error) {
        return state.errnoOf(error);
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
}
