// Gives a guest a function of the host that answers later: the guest waits for its promise.
//
//     deno run --allow-read=testdata examples/async_host_function.ts
import { allocator, GuestError, hostFunction, load } from "../mod.ts";

using guest = await load(new URL("../testdata/c/callbacks_stack_pointer.wasm", import.meta.url), {
  convention: allocator({
    allocate: "malloc",
    free: "free",
    result: "packedPointerHigh",
    resultsFreedBy: "host",
  }),
  missing: "trap",
  imports: {
    env: {
      answer: hostFunction({ parameters: ["string"], result: "string", async: true }, sha256),
    },
  },
  // A symbol that reaches it is asynchronous as well: it gives a promise.
  symbols: { ask: { parameters: ["string"], result: "string", async: true } },
});

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

const pending = guest.symbols.ask("abc");
console.log(guest.state);
console.log(await pending);
console.log(guest.state);

// What does not wait says how it could.
try {
  guest.passString("abc", "ask");
} catch (error) {
  if (!(error instanceof GuestError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}
