import { assertEquals } from "@std/assert";
import { forcedTier, forceTier, type Tier } from "../src/call/call.ts";

/** The ways to carry out a call. */
export const TIERS: readonly Tier[] = ["run", "compiled"];

/** Carries out `act` with all calls in one tier; without a tier, each call has its own. */
export async function inTier(
  tier: Tier | undefined,
  act: () => void | Promise<void>,
): Promise<void> {
  const before = forcedTier();
  forceTier(tier);
  try {
    await act();
  } finally {
    forceTier(before);
  }
}

/** Registers a test for each tier. */
export function testTiers(name: string, act: () => void | Promise<void>): void {
  for (const tier of TIERS) Deno.test(`${name}, in the tier "${tier}"`, () => inTier(tier, act));
}

/** Runs `act`, and passes it the source of each function that is compiled from source meanwhile. */
export async function withSources(
  act: (sources: readonly string[]) => void | Promise<void>,
): Promise<void> {
  const { sources, stop } = collectSources();
  try {
    await act(sources);
  } finally {
    stop();
  }
}

/** Collects the source of each function that is compiled from source, until it is stopped. */
function collectSources(): { readonly sources: readonly string[]; stop(): void } {
  const { Function } = globalThis;
  const sources: string[] = [];
  globalThis.Function = class extends Function {
    constructor(...parts: string[]) {
      super(...parts);
      sources.push(parts.at(-1)!);
    }
  } as FunctionConstructor;
  return {
    sources,
    stop() {
      globalThis.Function = Function;
    },
  };
}

/**
 * Makes each test of a file fail if its compiled calls leave a step to its run form, whatever the
 * values.
 */
export function refuseRunSteps(): void {
  let collected = collectSources();
  collected.stop();
  Deno.test.beforeEach(() => {
    collected = collectSources();
  });
  Deno.test.afterEach(() => {
    collected.stop();
    const leaves = /frame\.value = (?!frame\.at)|core = \$\d+\(frame, a0\)/;
    assertEquals(collected.sources.filter((source) => leaves.test(source)), []);
  });
}
