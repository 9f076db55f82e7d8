// The parts of WASI that other rooms need.

import { GuestError } from "../base/errors.ts";
import { show } from "../base/show.ts";
import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { Call } from "../call/call.ts";
import { loadAllParts } from "../call/make_parts.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";

/**
 * The modules from which a guest imports WASI: preview 1 and preview 0, which has different
 * layouts.
 */
const WASI_MODULES = ["wasi_snapshot_preview1", "wasi_unstable"] as const;

/** One of {@linkcode WASI_MODULES}. */
export type WasiVersion = typeof WASI_MODULES[number];

/** Returns whether a module of imports belongs to WASI. */
export function isWasiModule(module: string): module is WasiVersion {
  return (WASI_MODULES as readonly string[]).includes(module);
}

/** Returns whether a guest imports WASI. */
export function importsWasi(imports: readonly { readonly module: string }[]): boolean {
  return imports.some(({ module }) => isWasiModule(module));
}

/** Returns whether an interface that a component imports is one of WASI 0.2, which Passage has. */
export function isWasiInterface(name: string): boolean {
  return /^wasi:(?:cli|clocks|filesystem|http|io|random|sockets)\/[^@]+@0\.2\.\d+$/.test(name);
}

/**
 * Returns whether an interface that a component exports is the one of WASI 0.2 that answers
 * requests.
 */
export function isHttpHandler(name: string): boolean {
  return /^wasi:http\/incoming-handler@0\.2\.\d+$/.test(name);
}

/** Makes the error for a guest that exits with a code. */
export function exitError(code: number): GuestError {
  return new GuestError(
    "exited",
    `Cannot continue: the guest exited with code ${code}, expected reset() first`,
    { status: code },
  );
}

/** The part of WASI that the end of a command needs. */
interface Ending {
  readonly exitCode: number | undefined;
  flush(): void;
}

/** Makes the call of `_start`. */
type MakeStart = (declaration?: SymbolDeclaration) => Pick<Call, "call">;

/** The declaration of a `_start` that may wait. */
const WAITING_START = { parameters: [], result: "void", async: true } as const;

/**
 * Runs a command, which is possible only once for each instance.
 *
 * @param instance The instance.
 * @param wasi WASI, if the guest imports it.
 * @param makeStart Makes the call of its `_start`.
 * @param options Whether the command may wait.
 * @returns The exit code: 0 unless the guest set another one; a promise of it if the command may
 * wait.
 * @throws {TypeError} if the options are others.
 */
export function runCommand(
  instance: GuestInstance,
  wasi: Ending | undefined,
  makeStart: MakeStart,
  options?: { readonly async?: unknown },
): number | Promise<number> {
  if (options !== undefined && options?.async !== true) {
    throw new TypeError(
      `Cannot run the guest: option async is ${show(options?.async)}, expected true or no options`,
    );
  }
  return options === undefined
    ? runAtOnce(instance, wasi, makeStart())
    : runWaiting(instance, wasi, makeStart);
}

function runAtOnce(
  instance: GuestInstance,
  wasi: Ending | undefined,
  start: Pick<Call, "call">,
): number {
  const end = begin(instance, wasi);
  try {
    start.call();
  } catch (error) {
    return end({ error });
  }
  return end();
}

async function runWaiting(
  instance: GuestInstance,
  wasi: Ending | undefined,
  makeStart: MakeStart,
): Promise<number> {
  await loadAllParts();
  const start = makeStart(WAITING_START);
  const end = begin(instance, wasi);
  try {
    await start.call();
  } catch (error) {
    return end({ error });
  }
  return end();
}

/**
 * Starts a command.
 *
 * @returns A function that ends the run: it returns the exit code, or throws an error.
 * @throws {GuestError} if the instance has already run.
 */
function begin(
  instance: GuestInstance,
  wasi: Ending | undefined,
): (failure?: { readonly error: unknown }) => number {
  const { callable } = instance;
  if (instance.hasRun && callable) {
    throw new GuestError("exited", "Cannot run the guest: it has run, expected reset() first", {
      export: "_start",
    });
  }
  instance.hasRun = true;
  return (failure) => {
    wasi?.flush();
    // `proc_exit` throws, and a guest may catch that and return normally.
    const exitCode = wasi?.exitCode;
    if (failure !== undefined && (!callable || exitCode === undefined)) throw failure.error;
    return exitCode ?? 0;
  };
}
