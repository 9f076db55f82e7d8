// Shows a guest that is compiled once and runs in several workers. A guest cannot move between
// threads, so each worker gets the compiled module with its binary and makes a guest of its own.
import { compile, type CompiledGuest, load } from "../mod.ts";

/** What a worker is asked to do. */
interface Task {
  readonly compiled: CompiledGuest;
  readonly text: string;
}

if ("WorkerGlobalScope" in globalThis) {
  const worker = globalThis as unknown as Pick<Worker, "onmessage" | "postMessage">;
  worker.onmessage = async ({ data: { compiled, text } }: MessageEvent<Task>) => {
    using guest = await load(compiled);
    worker.postMessage(guest.passString(text, "shout"));
  };
} else {
  const compiled = await compile(new URL("../testdata/c/shout_length.wasm", import.meta.url));
  const shouted = ["hello", "there"].map((text) => askWorker({ compiled, text }));
  for (const text of await Promise.all(shouted)) console.log(text);
}

/** Starts a worker for one task, and ends it. */
function askWorker(task: Task): Promise<string> {
  const worker = new Worker(import.meta.url, { type: "module" });
  return new Promise<string>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(task);
  }).finally(() => worker.terminate());
}
