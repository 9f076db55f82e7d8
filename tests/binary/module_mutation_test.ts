import { assert } from "@std/assert";
import { readModule } from "./_read.ts";
import type { ModuleInfo } from "../../src/binary/types.ts";
import { WasmFormatError } from "../../src/base/errors.ts";
import { richSamples } from "./_rich_samples.ts";
import { mutate, Random } from "./_mutations.ts";
import { assertAgrees } from "./_oracle.ts";
import { npmSamples, ownSamples } from "./_samples.ts";
import { mostWeight, weigh } from "./_weight.ts";

const ROUNDS = 100_000;
const FIRST_SEED = 20_260_801;

// Larger modules would spend the time on code, which is not read.
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
    .filter(({ bytes }) => bytes.length <= LARGEST);
  let taken = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
    const random = new Random(seed);
    const sample = random.pick(samples);
    const mutated = mutate(sample.bytes, random, random.pick(samples).bytes);
    try {
      if (check(mutated)) taken++;
    } catch (cause) {
      const bytes = mutated.toHex();
      throw new Error(`seed ${seed}, of "${sample.name}": ${bytes}`, { cause });
    }
  }
  assert(taken > ROUNDS / 20, `the engine takes ${taken}, which is too few`);
  assert(taken < ROUNDS / 2, `the engine takes ${taken}, so that too little is refused`);
});
