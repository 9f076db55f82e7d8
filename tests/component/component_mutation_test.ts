import { assert } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { readComponent } from "../../src/component/component.ts";
import { writeWit } from "../../src/component/write_wit.ts";
import { guestBytes } from "../_guests.ts";
import { countTaken } from "../binary/_mutations.ts";

const ROUNDS = 20_000;
const FIRST_SEED = 20_261_128;
const NAMES = ["types", "async", "greeter"];

/** Returns whether bytes are read; false if they are refused in the one allowed way. */
function reads(bytes: Uint8Array): boolean {
  try {
    writeWit(readComponent(bytes));
    return true;
  } catch (error) {
    if (error instanceof WasmFormatError) return false;
    throw error;
  }
}

Deno.test(`${ROUNDS} mutated components are read, or refused with an offset`, async () => {
  const samples = await Promise.all(NAMES.map((name) => guestBytes(`component/${name}`)));
  const taken = await countTaken(samples, reads, { first: FIRST_SEED, rounds: ROUNDS });
  assert(taken > ROUNDS / 20, `${taken} are read, which is too few`);
  assert(taken < ROUNDS * 0.7, `${taken} are read, so that too little is refused`);
});
