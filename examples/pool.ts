// Shows a pool of guests, as a server uses it: each request gets a guest that no other one has
// touched, at most two of them exist at a time, and one that traps is replaced.
import { GuestError } from "../mod.ts";
import { pool } from "../src/pool/pool.ts";

const guest = new URL("../testdata/c/traps.wasm", import.meta.url);
await using guests = await pool(guest, { size: 2 });

async function answer(request: string, name: string): Promise<string> {
  try {
    return await guests.use((guest) => guest.passString(request, name));
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
    return error.message;
  }
}

const answers = await Promise.all([
  answer("First, ", "transform"),
  answer("Second, ", "trap_unreachable"),
  answer("Third, ", "transform"),
]);
for (const line of answers) console.log(line);
