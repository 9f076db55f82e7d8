import { importBuiltin } from "../base/runtime.ts";

/** A thread as another one has it: a worker of a page or of Deno, or one of Node. */
export interface Thread {
  postMessage(message: unknown): void;
  terminate?(): unknown;
  addEventListener?(type: "message" | "error", listener: (event: never) => void): void;
  on?(type: "message" | "error" | "exit", listener: (value: never) => void): unknown;
}

/** Returns the thread that has started the one that this runs in. */
export async function parentThread(): Promise<Thread | null> {
  // Bun has a `postMessage` in threads of Node too, where nothing can be received with it.
  if ("WorkerGlobalScope" in globalThis) return globalThis as unknown as Thread;
  const { parentPort } = await importBuiltin<{ parentPort: Thread | null }>("worker_threads");
  return parentPort;
}
