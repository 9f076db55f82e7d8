// The component model's canonical ABI, "Loading" and "Storing", for handles of resources.

import type { CoreValue, Place, ValueCodec } from "./value_codec.ts";
import type { Layout } from "./value_layout.ts";
import type { ResourceUse } from "../types.ts";

/** Makes the codec of handles: those of owned resources, or of resources lent for a call. */
export function createHandle(
  layout: Layout,
  kind: "own" | "borrow",
  resource: ResourceUse,
  place: Place,
): ValueCodec {
  const handles = place.handlesOf(resource);
  const lift = (handle: number) =>
    kind === "own" ? handles.takeOwn(handle) : handles.takeBorrow(handle);
  const lower = (value: unknown) =>
    kind === "own" ? handles.addOwn(value) : handles.addBorrow(value);
  return {
    ...layout,
    load: (pointer, data) => lift(data.getUint32(pointer, true)),
    store(value, pointer) {
      const handle = lower(value);
      place.memory.data().setUint32(pointer, handle, true);
    },
    lift: (flat: readonly CoreValue[], index: number) => lift((flat[index] as number) >>> 0),
    lower(value, flat, index) {
      flat[index] = lower(value);
    },
  };
}
