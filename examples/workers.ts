// Shows a pool of workers: a guest that is compiled once runs in several threads, and a call that
// takes too long is cancelled.
import { workerPool } from "../src/pool/worker_pool.ts";
import type { calls } from "./worker/shout.ts";

const source = new URL("../testdata/c/shout_length.wasm", import.meta.url);

await using workers = await workerPool<typeof calls>(source, {
  size: 2,
  start: () => new Worker(new URL("./worker/shout.ts", import.meta.url), { type: "module" }),
});

const texts = ["Hello", "there", "and", "here"];
const shouted = await Promise.all(texts.map((text) => workers.call("shout", [text])));
console.log(shouted.join(" "));

// The worker is terminated, and another one is started for the next call.
try {
  await workers.call("wait", [], { signal: AbortSignal.timeout(50) });
} catch (error) {
  console.log((error as Error).name);
}
console.log(await workers.call("shout", ["again"]));
