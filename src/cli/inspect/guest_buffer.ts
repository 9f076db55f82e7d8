import { hex } from "../../base/show.ts";
import { unsigned } from "../../binary/segments.ts";
import type { ModuleInfo } from "../../binary/types.ts";
import { nextAbove } from "../../call/blocks/buffer_capacity.ts";
import { findCapacity } from "../../detect/capacity.ts";
import type { Guest } from "../../guest.ts";
import { looksUp } from "../../presets/roles.ts";
import type { InspectedBuffer } from "./inspection.ts";

/** The place of text in a convention. */
type Place = Parameters<typeof findCapacity>[0];

/**
 * Finds the guest's buffer without running code that could change the guest: by a global, an
 * address, or a getter that neither loops nor writes.
 */
export function findBuffer(guest: Guest, info: ModuleInfo): InspectedBuffer | undefined {
  const { convention } = guest.convention;
  if (!("place" in convention) || convention.place.kind !== "buffer") return undefined;
  const { place } = convention;
  const start = addressOf(place, guest, info);
  if (start === undefined || start === 0) return undefined;
  const address = start + (place.offset ?? 0);
  const { size } = guest.memory;
  if (address >= size) return undefined;
  const { source, reason, fences } = findCapacity(place, info);
  const stated = typeof source === "number"
    ? source
    : typeof source === "object" && "export" in source
    ? ask(source.export, guest, info, "holds" in source ? source.holds : undefined)
    : undefined; // a number from elsewhere needs a call
  if (stated !== undefined && stated > 0 && address + stated <= size) {
    return { address, byteLength: stated, capacity: "exact", reason };
  }
  const fence = nextAbove(fences, address, size);
  return {
    address,
    byteLength: (fence?.address ?? size) - address,
    capacity: "upper bound",
    reason: fence === undefined ? "memory ends there" : `${fence.what} is at ${hex(fence.address)}`,
  };
}

function addressOf({ pointer }: Place, guest: Guest, info: ModuleInfo): number | undefined {
  if (typeof pointer === "number") return pointer;
  return typeof pointer === "string" ? ask(pointer, guest, info) : undefined;
}

/**
 * Reads a number from an export: a global, or a function that only returns a value.
 *
 * @returns `undefined` if there is no such export, or calling it could change the guest.
 */
export function ask(
  name: string,
  guest: Guest,
  info: ModuleInfo,
  holds: "value" | "address" = "value",
): number | undefined {
  const found = guest.exports[name];
  let value: unknown;
  if (found instanceof WebAssembly.Global) value = found.value;
  else if (typeof found === "function" && looksUp(info, name)) value = callQuietly(found);
  if (typeof value !== "number" && typeof value !== "bigint") return undefined;
  const number = unsigned(value);
  if (holds === "value") return number;
  return number + 4 > guest.memory.size ? undefined : guest.memory.read("u32", number);
}

function callQuietly(fn: CallableFunction): unknown {
  try {
    return fn();
  } catch {
    return undefined; // a getter that traps returns nothing
  }
}
