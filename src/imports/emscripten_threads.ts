// What Emscripten's JavaScript provides for a guest that is compiled with -pthread,
// "libpthread.js", as far as one thread needs it. There are no other threads: `pthread_create`
// returns EAGAIN.

import type { CoreFunction } from "../abi/core_value.ts";
import { Problem } from "../base/errors.ts";
import type { FunctionType } from "../binary/types.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import { exitError } from "../wasi/modules.ts";
import type { ImportedFunction } from "./emscripten_unwinding.ts";
import type { HostImports } from "./host_imports.ts";

/** WASI's number for "try again", which Emscripten's C library also uses. */
const EAGAIN = 6;

/** Emscripten's default size of a thread's stack, in bytes. */
const STACK_SIZE = 65536;

/** The exports that prepare the main thread, of old and new versions. */
const INITIALIZE = "_emscripten_thread_init";

const THREAD_LOCALS = ["_emscripten_tls_init", "emscripten_tls_init"];

/** The number of parameters of versions that also take the size of stacks. */
const WITH_STACK_SIZE = 6;

const NO_CANVAS = -4;

/** Makes the function that informs the guest that it runs on its main thread, which may block. */
function initializeMainThread(host: HostImports, name: string): ImportedFunction | Problem {
  if (!host.context.exports().has(INITIALIZE)) {
    return new Problem({
      code: "missing-export",
      part: "imports",
      cannot: "Cannot start the guest's main thread",
      found: `it exports no "${INITIALIZE}"`,
      expected: `-sEXPORTED_FUNCTIONS=_${INITIALIZE} when it is linked`,
    });
  }
  return (thread: number) => {
    const { exports } = host.bornFor(name);
    const initialize = exports[INITIALIZE] as CoreFunction;
    const sizes = initialize.length < WITH_STACK_SIZE ? [0] : [STACK_SIZE, 0];
    initialize(thread, 1, 1, 1, ...sizes);
    for (const name of THREAD_LOCALS) (exports[name] as CoreFunction | undefined)?.();
  };
}

/** A function that does nothing, because other threads do not exist. */
const ignore = () => () => {};

const NANOSECONDS = 1_000_000;

/** The imports, by name and type. */
const FUNCTIONS: Readonly<
  Record<string, (host: HostImports, name: string) => ImportedFunction | Problem>
> = {
  "__emscripten_init_main_thread_js (i32) ": initializeMainThread,
  "_emscripten_init_main_thread_js (i32) ": initializeMainThread,
  "__pthread_create_js (i32,i32,i32,i32) i32": () => () => EAGAIN,
  "_emscripten_default_pthread_stack_size () i32": () => () => STACK_SIZE,
  "emscripten_check_blocking_allowed () ": ignore,
  "__emscripten_thread_cleanup (i32) ": ignore,
  "_emscripten_thread_cleanup (i32) ": ignore,
  "_emscripten_thread_set_strongref (i32) ": ignore,
  "_emscripten_thread_mailbox_await (i32) ": ignore,
  "_emscripten_notify_mailbox_postmessage (i32,i32) ": ignore,
  "_emscripten_notify_thread_queue (i32,i32) i32": () => () => 0,
  // Proxied calls go to the main thread, which is the caller.
  "emscripten_receive_on_main_thread_js (i32,i32,i32) f64": () => () => 0,
  "emscripten_unwind_to_js_event_loop () ": (host) => () => {
    throw host.abort("it cannot return to an event loop");
  },
  "emscripten_webgl_create_context (i32,i32) i32": () => () => 0,
  "emscripten_set_canvas_element_size (i32,i32,i32) i32": () => () => NO_CANVAS,
  "exit (i32) ": (host) => (code: number) => {
    const error = exitError(code);
    throw host.instance?.poison(error) ?? error;
  },
  "__clock_gettime (i32,i32) i32": (host, name) => (clock: number, at: number) => {
    const { memory } = host.bornFor(name);
    const now = clock === 0 ? Date.now() : performance.now();
    memory.write("i32", at >>> 0, Math.trunc(now / 1000) | 0);
    memory.write("i32", (at >>> 0) + 4, Math.trunc(now % 1000 * NANOSECONDS));
    return 0;
  },
};

/**
 * Provides a function that a guest with threads needs to start.
 *
 * @returns A problem if the guest lacks an export that this needs; `undefined` for another import.
 */
export function provideThreads(
  { module, name, kind, type }: WantedImport,
  host: HostImports,
): ImportedFunction | Problem | undefined {
  if (module !== "env" || kind !== "function" || type === undefined) return undefined;
  const { parameters, results } = type as FunctionType;
  return FUNCTIONS[`${name} (${parameters}) ${results}`]?.(host, `${module}.${name}`);
}
