// The component model's canonical ABI, "Loading" and "Storing", for flags.

import type { CoreValue, Place, ValueCodec } from "./value_codec.ts";
import type { Layout } from "./value_layout.ts";
import { inside, member, wrongType } from "./mistakes.ts";
import { propertyOf } from "./property.ts";

/** The types of the integers that flags are in memory, by their size. */
const READ = { 1: "getUint8", 2: "getUint16", 4: "getUint32" } as const;

const WRITE = { 1: "setUint8", 2: "setUint16", 4: "setUint32" } as const;

/** Makes the codec of flags, which have keys in JavaScript: an object of booleans. */
export function createFlags(layout: Layout, keys: readonly string[], place: Place): ValueCodec {
  const size = layout.byteLength as keyof typeof READ;
  const unpack = (bits: number) => {
    const made: Record<string, boolean> = {};
    keys.forEach((key, index) => made[key] = (bits >>> index & 1) === 1);
    return made;
  };
  return {
    ...layout,
    load: (pointer, data) => unpack(data[READ[size]](pointer, true)),
    store(value, pointer) {
      const bits = pack(value, keys);
      place.memory.data()[WRITE[size]](pointer, bits, true);
    },
    lift: (flat: readonly CoreValue[], index: number) => unpack(flat[index] as number),
    lower(value, flat, index) {
      flat[index] = pack(value, keys);
    },
  };
}

/** Returns the bits of an object of booleans; what it does not have is not set. */
function pack(value: unknown, keys: readonly string[]): number {
  if (typeof value !== "object" || value === null) throw wrongType(value, "an object of booleans");
  let bits = 0;
  for (const [index, key] of keys.entries()) {
    const set = propertyOf(value, key);
    if (set === undefined || set === false) continue;
    if (set !== true) throw inside(wrongType(set, "a boolean"), member(key));
    bits |= 1 << index;
  }
  return bits >>> 0;
}
