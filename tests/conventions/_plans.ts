import { ALLOCATORS, C_STRINGS } from "./_allocator_plans.ts";
import type { PlanParts } from "./_plan.ts";
import { RESULTS } from "./_result_plans.ts";
import { ASSEMBLYSCRIPT, TOOLCHAINS, WAT } from "./_toolchain_plans.ts";

/** Every guest with an allocator, and the plans that drive it. */
export const PLANS: readonly PlanParts[] = [
  ...RESULTS,
  ...ALLOCATORS,
  ...C_STRINGS,
  ...TOOLCHAINS,
  ...WAT,
  ...ASSEMBLYSCRIPT,
];
