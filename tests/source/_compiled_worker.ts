// A worker that makes a guest of the compiled module that it gets.
import { type CompiledGuest, load } from "../../mod.ts";

const worker = globalThis as unknown as Pick<Worker, "onmessage" | "postMessage">;

worker.onmessage = async ({ data: compiled }: MessageEvent<CompiledGuest>) => {
  try {
    using guest = await load(compiled);
    worker.postMessage([
      guest.passString("Grüße"),
      `${guest.convention}`,
      guest.info?.exports.length,
      guest.memory.size,
    ]);
  } catch (error) {
    worker.postMessage(`${error}`);
  }
};
