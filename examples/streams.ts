/**
 * A large input goes through a guest in constant memory: a compressor with handles, whose output
 * the engine decompresses again.
 *
 *     deno run --allow-read=testdata examples/streams.ts
 */
import { allocator, load } from "../mod.ts";
import { transformStream } from "../src/stream.ts";

using guest = await load("testdata/c/stream_deflate.wasm", {
  convention: allocator({ allocate: "malloc", free: "free" }),
  symbols: {
    deflate: {
      parameters: ["bytes", "u32"],
      output: { capacity: 16384 },
      result: { type: "bytes", pointer: "output", length: "result" },
      status: { value: "result", fails: "negative" },
      chunked: {
        init: "create",
        update: "update",
        final: "finish",
        destroy: "destroy",
        handle: "pointer",
        parts: true,
        repeat: ["update", "final"],
      },
    },
  },
});

/** Makes 16 MiB on demand, chunk by chunk. */
function source(): ReadableStream<Uint8Array<ArrayBuffer>> {
  const piece = new TextEncoder().encode("0123456789abcdef".repeat(4096));
  let left = 256;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(piece);
      else controller.close();
    },
  });
}

async function sizeOf(stream: ReadableStream<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const part of stream) size += part.length;
  return size;
}

// Two streams at a time, each with its own handle.
const deflate = () => transformStream(guest, "deflate", { arguments: [1] });
const [packed, restored] = await Promise.all([
  sizeOf(source().pipeThrough(deflate())),
  sizeOf(source().pipeThrough(deflate()).pipeThrough(new DecompressionStream("deflate"))),
]);
console.log(`16 MiB became ${Math.round(packed / 1024)} KiB, and ${restored / 2 ** 20} MiB again`);
