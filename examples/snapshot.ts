// Shows a guest that is slow to start: each use starts from a snapshot of its state after the
// start, without starting it again.
import { load } from "../mod.ts";

using guest = await load(new URL("../testdata/c/slow_start.wasm", import.meta.url), {
  symbols: {
    isPrime: { name: "is_prime", parameters: ["u32"], result: "bool" },
    // Ten times the number of calls, plus the number of its digits.
    count: { parameters: [], result: "u32" },
    fail: { parameters: [], result: "void" },
  },
});
const snapshot = await guest.snapshot();
console.log(guest.symbols.count(), guest.symbols.count());

// The same instance, with the memory that it had.
guest.restore(snapshot);
console.log(guest.symbols.count(), guest.symbols.isPrime(65537));

// A trap may have left more behind, so a guest that trapped is restored in a fresh instance.
try {
  guest.symbols.fail();
} catch {
  console.log(guest.state);
}
guest.restore(snapshot);
console.log(guest.state, guest.symbols.count());
