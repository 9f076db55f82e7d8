import type { BlockCall, FreedBy, Place } from "../abi/block_source.ts";

/** The call by which the host frees, if it is the host who does. */
export function freeingCall(freedBy: FreedBy, place: Place): BlockCall | undefined {
  if (freedBy === "guest") return undefined;
  if (typeof freedBy === "object") return freedBy.call;
  return place.kind === "allocator" ? place.free : undefined;
}
