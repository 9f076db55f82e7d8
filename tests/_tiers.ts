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

/** Runs `act`, and passes it the source of each function that is made of source meanwhile. */
export async function withSources(
  act: (sources: readonly string[]) => void | Promise<void>,
): Promise<void> {
  const { Function } = globalThis;
  const sources: string[] = [];
  globalThis.Function = class extends Function {
    constructor(...parts: string[]) {
      super(...parts);
      sources.push(parts.at(-1)!);
    }
  } as FunctionConstructor;
  try {
    await act(sources);
  } finally {
    globalThis.Function = Function;
  }
}

/** Returns whether compiled source leaves a step of its call to the run form, whatever the values. */
export function leavesStep(source: string): boolean {
  return /frame\.value = (?!frame\.at)|core = \$\d+\(frame, a0\)/.test(source);
}
