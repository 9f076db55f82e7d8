import { assert } from "@std/assert";
import { ComponentError, GuestError, load, LoadError, WasmFormatError } from "../../../mod.ts";
import { guestBytes } from "../../_guests.ts";
import { countTaken } from "../../binary/_mutations.ts";
import { File } from "./_guests.ts";

const ROUNDS = 3_000;
const FIRST_SEED = 20_261_128;
const NAMES = ["linked", "resources", "greeter"];

const IMPORTS = { "": { callback() {}, log() {} }, "test:files/files@0.2.3": { File } };

const LOAD_ERRORS = [LoadError, WasmFormatError, GuestError];

/** Calls all exported functions; throws if one fails in a way that is not allowed. */
function callAll(interfaces: Record<string, Record<string, unknown>>): void {
  for (const [name, value] of Object.values(interfaces).flatMap(Object.entries)) {
    const call = value as (...args: unknown[]) => unknown;
    if (call.prototype !== undefined) continue; // a class
    try {
      call("text");
    } catch (error) {
      if (error instanceof GuestError || error instanceof ComponentError) continue;
      const isOurs = error instanceof Error && error.message.startsWith("Cannot ");
      if (!isOurs) throw new Error(`a call of ${name}`, { cause: error });
    }
  }
}

/** Returns whether bytes are loaded; false if they are refused in an allowed way. */
async function loads(bytes: Uint8Array): Promise<boolean> {
  try {
    using guest = await load(bytes, { imports: IMPORTS, missing: "trap" });
    callAll(guest.interfaces);
    return true;
  } catch (error) {
    if (LOAD_ERRORS.some((Class) => error instanceof Class)) return false;
    throw error;
  }
}

Deno.test(`${ROUNDS} mutated components are called, or refused by an error of Passage`, async () => {
  const samples = await Promise.all(NAMES.map((name) => guestBytes(`component/${name}`)));
  const taken = await countTaken(samples, loads, { first: FIRST_SEED, rounds: ROUNDS });
  assert(taken > ROUNDS / 50, `${taken} are loaded, which is too few`);
});
