// Shows a guest that is compiled once and runs in several workers. A guest cannot move between
// threads, so each worker gets the compiled module with its binary and makes a pool of its own.
import { compile, type CompiledGuest } from "../mod.ts";
import { pool } from "../src/pool.ts";

/** The workers, each with the texts that it passes. */
const TEXTS = [["Hello", "there"], ["and", "here"]];

/** What a worker is asked to do. */
interface Task {
  readonly compiled: CompiledGuest;
  readonly texts: readonly string[];
}

if ("WorkerGlobalScope" in globalThis) {
  const worker = globalThis as unknown as Pick<Worker, "onmessage" | "postMessage">;
  worker.onmessage = async ({ data: { compiled, texts } }: MessageEvent<Task>) => {
    await using guests = await pool(compiled, { size: 2 });
    const shout = (text: string) => guests.use((guest) => guest.passString(text, "shout"));
    worker.postMessage(await Promise.all(texts.map(shout)));
  };
} else {
  const compiled = await compile(new URL("../testdata/c/shout_length.wasm", import.meta.url));
  const shouted = TEXTS.map((texts) => askWorker({ compiled, texts }));
  for (const texts of await Promise.all(shouted)) console.log(texts.join(" "));
}

/** Starts a worker for one task, and ends it. */
function askWorker(task: Task): Promise<string[]> {
  const worker = new Worker(import.meta.url, { type: "module" });
  return new Promise<string[]>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(task);
  }).finally(() => worker.terminate());
}
