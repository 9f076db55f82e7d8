/** How a plan is carried out: step by step, or by a function that was compiled for it. */
export type Tier = "run" | "compiled";

let forced: Tier | undefined;

/** Makes every call of plans made from now on take one tier; for tests alone. */
export function forceTier(tier: Tier | undefined): void {
  forced = tier;
}

/** The tier that every call has to take, if one is forced. */
export function forcedTier(): Tier | undefined {
  return forced;
}

/**
 * How often a plan is run before it is compiled: that takes 130 µs and saves some 80 ns a call, so
 * guests that are made for a few calls do without.
 */
export const OFTEN = 100;

/**
 * How often an instance calls the function that was compiled for one before it, until it gets its own:
 * instances that share a function share what V8 has learned of both, which costs some 20 ns a call.
 * Each time that one gets its own, the next has to be called twice as often for that.
 */
export const PATIENCE = 8192;
