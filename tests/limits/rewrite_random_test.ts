// Random modules behave the same with fuel and without, and burn as many units as they execute
// operators, or more where an exception skips some. MODULES=10000 tries more of them, SEED=… begins
// elsewhere.
import { assertEquals } from "@std/assert";
import { assemble } from "../_wat.ts";
import { writeModule } from "./_random.ts";
import { meter } from "./_rewritten.ts";

const MODULES = Number(Deno.env.get("MODULES") ?? 300);

const SEED = Number(Deno.env.get("SEED") ?? 1);

interface Outcome {
  readonly results: unknown[];
  readonly memory: string;
  /** The operators that were executed, unless a function trapped. */
  readonly counts: (number | "trap")[];
}

type Exports = Record<string, (argument: number) => unknown>;

/**
 * Calls every function of a module.
 *
 * @param count Returns how many operators were counted so far.
 * @param end Returns what is expected of a count, after its call.
 */
function run(
  exports: Exports,
  count: () => number,
  end: (count: number, call: number) => number = (count) => count,
): Outcome {
  const results: unknown[] = [], counts: (number | "trap")[] = [];
  for (const name of Object.keys(exports).filter((name) => /^f\d$/.test(name))) {
    for (const argument of [0, 3]) {
      const before = count();
      try {
        results.push(exports[name]!(argument));
        counts.push(end(count() - before, counts.length));
      } catch (error) {
        results.push((error as Error).message);
        end(0, counts.length); // it may have been an exception
        counts.push("trap");
      }
    }
  }
  const { buffer } = exports.memory as unknown as WebAssembly.Memory;
  return { results, memory: new Uint8Array(buffer).join(), counts };
}

Deno.test(`${MODULES} random modules burn what they execute, and do the same as before`, () => {
  let calls = 0, operators = 0, traps = 0, exceptions = 0;
  for (let seed = SEED; seed < SEED + MODULES; seed++) {
    const plain = assemble(writeModule(seed, false));
    const { exports: before } = new WebAssembly.Instance(new WebAssembly.Module(plain));
    const { exports, counter } = meter(plain);
    counter.value = 2n ** 60n;
    const found = run(exports as Exports, () => Number(2n ** 60n - (counter.value as bigint)));
    const counting = new WebAssembly.Instance(
      new WebAssembly.Module(assemble(writeModule(seed, true))),
    ).exports;
    const { count, thrown } = counting as Record<string, WebAssembly.Global>;
    assertEquals(count!.value, 0n);
    const end = (least: number, call: number) => {
      const hasThrown = thrown!.value === 1, units = found.counts[call];
      thrown!.value = 0;
      // Operators that an exception skips can be counted, but none of the others left out.
      if (!hasThrown || typeof units !== "number" || units < least) return least;
      exceptions++;
      return units;
    };
    const expected = run(counting as unknown as Exports, () => Number(count!.value), end);
    const { results, memory } = run(before as unknown as Exports, () => 0);
    assertEquals({ seed, ...found }, { seed, results, memory, counts: expected.counts });
    calls += found.counts.length;
    for (const count of found.counts) {
      if (count === "trap") traps++;
      else operators += count;
    }
  }
  // The modules are worth running.
  assertEquals([operators > 50 * calls, traps < calls / 2, traps > 0], [true, true, true]);
  assertEquals(exceptions > calls / 50, true);
});
