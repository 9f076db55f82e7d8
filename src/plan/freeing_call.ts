import type { BlockCall, BlockSource, FreedBy, ResultFreedBy } from "../abi/block_source.ts";

/** Returns whether blocks come from an allocator, and no garbage collector takes them back. */
export function handsOut(
  place: BlockSource,
): place is BlockSource & { readonly kind: "allocator" } {
  return place.kind === "allocator" && place.pin === undefined;
}

/** Returns the call by which the host frees, if the host frees. */
export function freeingCall(freedBy: FreedBy, place: BlockSource): BlockCall | undefined {
  if (freedBy === "guest") return undefined;
  if (typeof freedBy === "object") return freedBy.call;
  return place.kind === "allocator" ? place.free : undefined;
}

/** The calls by which the host frees a result; those of a kind are absent if there are none. */
export interface FreeingCalls {
  /** The calls that get the address of the data. */
  readonly free?: readonly BlockCall[] | undefined;
  /** The calls that get the export's result. */
  readonly whole?: readonly BlockCall[] | undefined;
}

/** Sorts the calls that free a result; `"host"` is no call if the place has none. */
export function freeingCalls(freedBy: ResultFreedBy, place?: BlockSource): FreeingCalls {
  const calls = typeof freedBy !== "object"
    ? [place && freeingCall(freedBy, place)]
    : "calls" in freedBy
    ? freedBy.calls
    : [freedBy.call];
  const known = calls.filter((call) => call !== undefined);
  return {
    free: unlessEmpty(known.filter((call) => !isOfWhole(call))),
    whole: unlessEmpty(known.filter(isOfWhole)),
  };
}

function isOfWhole(call: BlockCall): boolean {
  return typeof call === "object" && call.pass.includes("result");
}

function unlessEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}
