import type { PlanParts } from "../abi/plan_parts.ts";
import { OnDemand } from "../base/lazy.ts";
import type { Instance } from "../instance/instance.ts";
import { buffersOf } from "../plan/plan_blocks.ts";
import type { Claims } from "./blocks/bound_source.ts";

/**
 * The code for claims. Only guests that can call the host load it, and declared calls, which can have
 * several buffers.
 */
export const claiming = new OnDemand(() => import("./find_claims.ts"));

/**
 * Works out the claims of a call. There are none if no other call can begin before it has ended and
 * its own blocks cannot overlap.
 */
export function compileClaims(plan: PlanParts, instance: Instance): Claims | undefined {
  // Most calls end here, and V8 compiles the rest only for those that do not.
  return instance.reenters || buffersOf(plan) > 1
    ? claiming.loaded?.findClaims(plan, instance)
    : undefined;
}
