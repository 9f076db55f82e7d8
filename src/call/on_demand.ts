import type { PlanParts } from "../abi/plan_parts.ts";
import { OnDemand } from "../base/lazy.ts";
import { missingExport } from "../instance/exports.ts";
import type { Instance } from "../instance/instance.ts";
import { buffersOf } from "../plan/plan_blocks.ts";
import type { Claims } from "./blocks/bound_source.ts";
import type { ManagedEngine } from "./managed/types.ts";

// The code for calls that pass more than a text through the guest's buffer.

/** Blocks from an allocator, and the blocks of results. */
export const allocator = new OnDemand(() => import("./blocks/allocator.ts"));

export const blockCall = new OnDemand(() => import("./blocks/block_call.ts"));

export const release = new OnDemand(() => import("./blocks/release.ts"));

/** Who frees results. */
export const resultOwner = new OnDemand(() => import("./result_owner.ts"));

/** Blocks that nobody frees. */
export const unfreed = new OnDemand(() => import("./unfreed.ts"));

/** Blocks on the guest's stack. */
export const stack = new OnDemand(() => import("./blocks/stack.ts"));

/** Values that a guest throws through JavaScript. */
export const thrown = new OnDemand(() => import("./thrown.ts"));

/** The types of C++ exceptions. */
export const cppException = new OnDemand(() => import("./cpp_exception.ts"));

/** Custom conventions. */
export const customConvention = new OnDemand(() => import("./custom.ts"));

/** The chunks of chunked input. */
export const chunk = new OnDemand(() => import("./chunk.ts"));

/**
 * The code for claims. Only guests that can call the host load it, and declared calls, which can
 * have several buffers.
 */
export const claiming = new OnDemand(() => import("./find_claims.ts"));

/** The calls that pass chunked input. */
export const chunkedInput = new OnDemand(() => import("./chunked.ts"));

/** Functions of the host in the guest's table. */
export const passedFunctions = new OnDemand(() => import("./pointers/passed_functions.ts"));

/** Functions of the guest that the host gets for pointers. */
export const liftedFunctions = new OnDemand(() => import("./pointers/lift_function.ts"));

/** The limits for what is passed to the guest, and for strings that it passes as references. */
export const valueLimits = new OnDemand(() => import("./limit_values.ts"));

/** Numbers that are passed, and the fast forms of all numbers. */
export const numbers = new OnDemand(() => import("./number.ts"));

/** Arrays of strings. */
export const stringArray = new OnDemand(() => import("./string_array.ts"));

/** Calls that wait for promises of asynchronous host functions. */
export const waiting = new OnDemand(() => import("./waiting.ts"));

/** Structs and lists with a C layout. */
export const structValues = new OnDemand(() => import("./structs/lower_struct.ts"));

/** The objects of AssemblyScript. */
export const managed = new OnDemand(() => import("./managed/managed.ts"));

/**
 * The objects of AssemblyScript with declared fields, arrays of them, and references to objects.
 */
export const objectValues = new OnDemand(() => import("./managed/object_values.ts"));

/** Returns the engine for objects; absent before the first guest that has any. */
export function loadedEngine(): ManagedEngine | undefined {
  return managed.loaded?.engine;
}

/**
 * Returns the engine for objects.
 *
 * @throws {GuestError} if the guest exports no function that makes objects.
 */
export function managedEngine({ exports }: Instance): ManagedEngine {
  const engine = loadedEngine();
  if (engine !== undefined) return engine;
  throw missingExport("__new", exports, "function").error();
}

/**
 * Determines the claims of a call. There are none if no other call can start before it has ended
 * and its own blocks cannot overlap.
 */
export function compileClaims(plan: PlanParts, instance: Instance): Claims | undefined {
  // Most calls end here, and V8 compiles the rest only for those that do not.
  return instance.reenters || buffersOf(plan) > 1
    ? claiming.loaded?.findClaims(plan, instance)
    : undefined;
}
