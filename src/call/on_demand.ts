import { OnDemand } from "../base/on_demand.ts";

// What calls need that pass more than a text by a buffer of the guest's.

/** Blocks that an allocator hands out, and those that the guest hands out with a result. */
export const allocator = new OnDemand(() => import("./blocks/allocator.ts"));

export const blockCall = new OnDemand(() => import("./blocks/block_call.ts"));

export const release = new OnDemand(() => import("./blocks/release.ts"));

/** Blocks on the guest's stack. */
export const stack = new OnDemand(() => import("./blocks/stack.ts"));

/** Values that a guest throws through JavaScript. */
export const thrown = new OnDemand(() => import("./thrown.ts"));

/** Conventions that lower and lift by themselves. */
export const customConvention = new OnDemand(() => import("./custom.ts"));

/** Input in chunks. */
export const chunkedInput = new OnDemand(() => import("./chunked.ts"));

/** Arrays of strings. */
export const stringArray = new OnDemand(() => import("./string_array.ts"));
