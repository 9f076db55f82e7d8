import type { Frame } from "../../instance/frame.ts";
import type { Instance } from "../../instance/instance.ts";
import { noStack } from "../../plan/plan_call.ts";
import type { BindOptions, BoundSource } from "./bound_source.ts";

/** Binds the guest's stack: the call gives blocks back by restoring the stack pointer. */
export function bindStack(instance: Instance, { symbol, terminated }: BindOptions): BoundSource {
  const { memory, stack } = instance;
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
