// Shows what happens to a guest that traps: it is poisoned until it is reset.
import { GuestError, load } from "../mod.ts";

using guest = await load(new URL("../testdata/c/traps.wasm", import.meta.url));

function attempt(name: string): void {
  try {
    console.log(guest.passString("Hello there, ", name));
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
    console.log(`${error.code}: ${error.message}`);
  }
}

attempt("trap_unreachable");
console.log(guest.state);

// A poisoned guest cannot be called, because the trap may have left it in an inconsistent state.
attempt("transform");

// A fresh instance of the same compiled module has fresh memory.
guest.reset();
console.log(guest.state);
attempt("transform");
