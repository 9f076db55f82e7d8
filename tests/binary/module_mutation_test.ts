import { assert } from "@std/assert";
import { readModule } from "./_read.ts";
import type { ModuleInfo } from "../../src/binary/types.ts";
import { WasmFormatError } from "../../src/base/errors.ts";
import { richSamples } from "./_rich_samples.ts";
import { countTaken } from "./_mutations.ts";
import { assertAgrees } from "./_oracle.ts";
import { npmSamples, ownSamples } from "./_samples.ts";
import { mostWeight, weigh } from "./_weight.ts";

const ROUNDS = 100_000;
const FIRST_SEED = 20_260_801;

// Larger modules would consist mostly of code, which is not read.
const LARGEST = 2500;

/** Reads a module; `undefined` if the bytes are refused in the one allowed way. */
function readOrRefuse(bytes: Uint8Array): ModuleInfo | undefined {
  try {
    return readModule(bytes);
  } catch (error) {
    if (error instanceof WasmFormatError) return undefined;
    throw error;
  }
}

function check(bytes: Uint8Array<ArrayBuffer>): boolean {
  const info = readOrRefuse(bytes);
  if (info !== undefined) {
    const weight = weigh(info);
    assert(weight <= mostWeight(bytes.length), `${weight} parts of ${bytes.length} bytes`);
  }
  if (!WebAssembly.validate(bytes)) return false;
  assert(info !== undefined, "the engine takes it");
  assertAgrees(info, new WebAssembly.Module(bytes), "");
  return true;
}

Deno.test(`${ROUNDS} mutated modules are read as by the engine, or refused`, async () => {
  const samples = [...richSamples(), ...await ownSamples(), ...await npmSamples()]
    .map(({ bytes }) => bytes).filter(({ length }) => length <= LARGEST);
  const taken = await countTaken(samples, check, { first: FIRST_SEED, rounds: ROUNDS });
  assert(taken > ROUNDS / 20, `the engine takes ${taken}, which is too few`);
  assert(taken < ROUNDS / 2, `the engine takes ${taken}, so that too little is refused`);
});
