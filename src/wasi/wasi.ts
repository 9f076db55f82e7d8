import type { GuestLimits } from "../base/limits.ts";
import { suspending, waitingProblem } from "../base/runtime.ts";
import { quote } from "../base/show.ts";
import { thrownInto } from "../instance/end_guest.ts";
import { checkCallable } from "../instance/import_refusal.ts";
import type { Instance } from "../instance/instance.ts";
import { descriptorFunctions } from "./descriptor_functions.ts";
import type { MemoryFiles } from "./files/memory_files.ts";
import type { PreparedFiles } from "./files/prepare_files.ts";
import { checkWasiOptions } from "./grants.ts";
import { Input } from "./input.ts";
import type { OpenedSource } from "./input_source.ts";
import { isWasiModule, type WasiVersion } from "./modules.ts";
import type { WasiOptions } from "./wasi_options.ts";
import { type Quota, WasiOutput } from "./output.ts";
import { pollFunction } from "./poll.ts";
import { type Errno, type WasiFunction, WasiState, type WasiValue } from "./state.ts";
import { systemFunctions } from "./system.ts";

/**
 * Prepares the grants of a guest that imports WASI. It loads what files need only if they include a
 * directory.
 *
 * @param limits The most bytes of output, and of what the guest makes in folders in memory.
 * @returns a function that makes WASI for an instance, which is set as soon as it exists.
 * @throws {LoadError} if a directory cannot be opened.
 * @throws {TypeError} if a grant has another type.
 */
export async function prepareWasi(
  options: WasiOptions | undefined,
  limits: Pick<GuestLimits, "output" | "files">,
): Promise<(home: WasiHome) => Wasi> {
  const grants = checkWasiOptions(options, limits.output);
  const files = Object.keys(grants.preopens).length > 0
    ? await (await import("./files/prepare_files.ts")).prepareFiles(grants.preopens, limits.files)
    : undefined;
  const { stdin } = grants;
  const source = stdin instanceof Uint8Array
    ? undefined
    : (await import("./input_source.ts")).openSource(stdin);
  return (home) => {
    const input = source?.input ?? new Input(stdin as Uint8Array);
    const instance = () => home.instanceFor("wasi_snapshot_preview1");
    const opened = files?.open();
    const state = new WasiState(grants, input, opened?.directories ?? [], instance);
    return new Wasi(state, home, { files, wait: source?.wait }, opened?.folders);
  };
}

/** Holds the instance that WASI is for, as soon as there is one. */
export interface WasiHome {
  readonly instance: Instance | undefined;
  /** Returns the instance, or an error with the reason why there is none. */
  instanceFor(name: string): Instance;
}

/** What only some guests need. */
interface Loaded {
  readonly files: PreparedFiles | undefined;
  readonly wait: OpenedSource["wait"];
}

/** WASI for one instance. */
export class Wasi {
  /** The guest's output. */
  readonly output: WasiOutput;
  readonly #state: WasiState;
  readonly #home: WasiHome;
  readonly #files: PreparedFiles | undefined;
  readonly #wait: OpenedSource["wait"];
  readonly #folders: ReadonlyMap<string, MemoryFiles>;
  readonly #functions = new Map<string, Readonly<Record<string, WasiFunction>>>();

  /** Made by {@linkcode prepareWasi}. */
  constructor(
    state: WasiState,
    home: WasiHome,
    { files, wait }: Loaded,
    folders: ReadonlyMap<string, MemoryFiles> = new Map(),
  ) {
    this.#state = state;
    this.#home = home;
    this.#files = files;
    this.#wait = wait;
    this.#folders = folders;
    this.output = new WasiOutput(state.stdout, state.stderr, folders);
  }

  /**
   * Whether the guest has opened, closed or renumbered descriptors, and not undone it, or has changed a
   * folder in memory.
   */
  get hasChangedFiles(): boolean {
    return this.#state.hasChangedDescriptors ||
      [...this.#folders.values()].some(({ hasChanged }) => hasChanged);
  }

  /** The limit for captured output. */
  get quota(): Quota {
    return this.#state.quota;
  }

  /** The exit code, once the guest has exited with `proc_exit`. */
  get exitCode(): number | undefined {
    return this.#state.exitCode;
  }

  /** Returns the function for an import, if it is one of WASI, or the problem why there is none. */
  answer({ module, name }: { readonly module: string; readonly name: string }): unknown {
    if (!isWasiModule(module)) return undefined;
    let functions = this.#functions.get(module);
    if (functions === undefined) this.#functions.set(module, functions = this.#create(module));
    if (!Object.hasOwn(functions, name)) return undefined;
    const label = `${module}.${name}`;
    const guarded = this.#guard(functions[name]!, label);
    if (this.#wait === undefined || name !== "fd_read") return guarded;
    return waitingProblem(`import ${quote(label)}`) ?? suspending(guarded);
  }

  #create(version: WasiVersion): Record<string, WasiFunction> {
    return {
      ...systemFunctions(this.#state),
      ...descriptorFunctions(this.#state, version, this.#files?.functions(this.#state, version)),
      poll_oneoff: pollFunction(this.#state, version),
    };
  }

  /** Wraps a function for the guest: an error that a host callback throws is the host's own. */
  #guard(fn: WasiFunction, name: string): (...args: WasiValue[]) => Errno {
    const state = this.#state;
    const home = this.#home;
    const wait = this.#wait;
    return (...args) => {
      const { instance } = home;
      const before = instance === undefined ? 0 : instance.hostDepth++;
      try {
        state.refuseAfterExit();
        checkCallable(instance, "call", name);
        const errno = answer(fn, args, state);
        if (typeof errno !== "number") return wait!(errno, name, state, instance);
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

  /** Passes on the held output of the guest. */
  flush(): void {
    this.#state.flush();
  }

  /** Closes what the guest left open, and passes on its output. */
  close(): void {
    this.#state.close();
  }

  /** Does the same after another failure, which is the one that the caller has to know. */
  closeQuietly(): void {
    try {
      this.close();
    } catch {
      // A callback that gets the output threw.
    }
  }
}

/** Returns the error number of a function, also for an error that is the guest's fault. */
function answer(fn: WasiFunction, args: WasiValue[], state: WasiState): Errno {
  try {
    return fn(...args as never[]);
  } catch (error) {
    return state.errnoOf(error);
  }
}
