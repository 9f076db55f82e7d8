// Serves an untrusted guest: each request has its own instance, and limits for its call.
//
//     deno serve --parallel --allow-read=testdata examples/guest_server.ts
import { compile, GuestError, load } from "../mod.ts";

// The guest is compiled once, and rewritten once for its limits.
const compiled = await compile(new URL("../testdata/c/plugin.wasm", import.meta.url));
const options = {
  limits: {
    deadline: 100,
    memory: 16 * 1024 ** 2,
    tableElements: 10_000,
    results: 1024 ** 2,
  },
};

export default {
  async fetch(request) {
    const text = await request.text();
    using guest = await load(compiled, options);
    try {
      return new Response(guest.passString(text, "shout"));
    } catch (error) {
      // The guest trapped, looped or returned something impossible. Only its own instance ends.
      if (error instanceof GuestError) return new Response(error.code, { status: 422 });
      if (error instanceof RangeError) return new Response("too long", { status: 413 });
      throw error;
    }
  },
} satisfies Deno.ServeDefaultExport;
