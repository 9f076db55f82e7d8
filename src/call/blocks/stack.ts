import type { Frame } from "../../instance/frame.ts";
import type { Realm } from "../../instance/realm.ts";
import { noStack } from "../../plan/plan_call.ts";
import type { Store, StoreOptions } from "./store.ts";

/** Blocks on the guest's stack: the call gives them back by restoring the stack pointer. */
export function stackStore(realm: Realm, { symbol, terminated }: StoreOptions): Store {
  const { memory, stack } = realm;
  if (stack === undefined) throw noStack(symbol).error();
  function take(frame: Frame, index: number, byteLength: number): void {
    const pointer = stack!.take(frame, byteLength);
    frame.pointers[index] = memory.check("write", pointer, byteLength);
    frame.sizes[index] = frame.byteLengths[index] = byteLength;
  }
  return {
    take,
    put(frame, index, content, value) {
      const byteLength = content.measure(value);
      if (terminated === "always") content.refuseNul(value);
      const terminator = terminated === "always" ? content.unit : 0;
      take(frame, index, byteLength + terminator);
      const pointer = frame.pointers[index]!;
      content.refuseChanged?.(value, byteLength, symbol);
      content.write(value, pointer, byteLength);
      memory.clear(pointer + byteLength, terminator);
      frame.byteLengths[index] = byteLength;
      frame.codeUnits[index] = content.codeUnits(value, byteLength);
    },
    capacityAt: (frame, index) => frame.sizes[index]!,
  };
}
