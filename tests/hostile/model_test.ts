// Random steps of several guests agree with a model of them. MODEL_STEPS sets their number, and
// MODEL_SEED repeats the steps of a failure.
import { Random } from "../binary/_mutations.ts";
import { Pair } from "./_model.ts";

const STEPS = Number(Deno.env.get("MODEL_STEPS") ?? 50_000);

const SEED = Number(Deno.env.get("MODEL_SEED") ?? 20_261_128);

Deno.test(`guests agree with their model over ${STEPS} random steps`, async () => {
  const random = new Random(SEED);
  const pairs = Array.from({ length: 4 }, (_, index) => new Pair(index % 2 === 0));
  for (let step = 0; step < STEPS; step++) {
    try {
      const pair = random.pick(pairs);
      if (pair.isDisposed && (step < pairs.length || random.below(2) === 0)) await pair.load();
      else if (pair.isLoaded) pair.take(random, pairs.filter(({ isLoaded }) => isLoaded));
    } catch (cause) {
      throw new Error(`MODEL_SEED=${SEED}, step ${step}`, { cause });
    }
  }
});
