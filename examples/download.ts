/** A guest from a server, with progress and a hash, and a download that is cancelled. */
import { load } from "../mod.ts";

const bytes = await Deno.readFile("testdata/c/shout_length.wasm");
const integrity = `sha256-${
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toBase64()
}`;

/** A server for this example: it sends half of the guest at a time, and the second half later. */
await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
  const isSlow = url.endsWith("/slow");
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(bytes.subarray(0, bytes.length / 2));
      await new Promise((resolve) => setTimeout(resolve, isSlow ? 200 : 20));
      try {
        controller.enqueue(bytes.subarray(bytes.length / 2));
        controller.close();
      } catch {
        // The download was cancelled.
      }
    },
  });
  return new Response(body);
});
const origin = `http://127.0.0.1:${server.addr.port}`;

let loaded = 0;
using guest = await load(`${origin}/guest.wasm`, {
  integrity,
  onProgress: (progress) => loaded = progress.loaded,
});
console.log(`${loaded === bytes.length}: ${guest.passString("all of it", "shout")}`);

// Cancel after the first bytes.
const controller = new AbortController();
try {
  await load(`${origin}/slow`, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
} catch (error) {
  console.log(`${(error as Error).name}`);
}
