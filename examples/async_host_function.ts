// Gives a guest an asynchronous host function: the guest waits for its promise.
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
  // A symbol that calls it is also asynchronous: it returns a promise.
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

// A call that cannot wait fails, and the error says how to make it wait.
try {
  guest.passString("abc", "ask");
} catch (error) {
  if (!(error instanceof GuestError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}
