import { OnDemand } from "../base/lazy.ts";

// The code for calls that pass more than a text through the guest's buffer.

/** Blocks from an allocator, and the blocks of results. */
export const allocator = new OnDemand(() => import("./blocks/allocator.ts"));

export const blockCall = new OnDemand(() => import("./blocks/block_call.ts"));

export const release = new OnDemand(() => import("./blocks/release.ts"));

/** Blocks on the guest's stack. */
export const stack = new OnDemand(() => import("./blocks/stack.ts"));

/** Values that a guest throws through JavaScript. */
export const thrown = new OnDemand(() => import("./thrown.ts"));

/** Custom conventions. */
export const customConvention = new OnDemand(() => import("./custom.ts"));

/** Chunked input. */
export const chunkedInput = new OnDemand(() => import("./chunked.ts"));

/** Arrays of strings. */
export const stringArray = new OnDemand(() => import("./string_array.ts"));

/** Calls that wait for promises of asynchronous host functions. */
export const waiting = new OnDemand(() => import("./code/waiting.ts"));
