import type { Slot } from "../conventions/convention.ts";
import type { FunctionType } from "../binary/types.ts";
import { asParameter, type FrameValue } from "./invoke.ts";
import { lengthsOffset } from "./strings.ts";
import type { Layout } from "./values.ts";

/** Compiles one core argument of an export. */
export function compileSlot(
  slot: Slot,
  index: number,
  type: FunctionType | undefined,
  layout: Layout,
): FrameValue {
  const number = (pick: FrameValue<number>) => asParameter(pick, type, index, layout.word === 8);
  if (typeof slot === "number") return number(() => slot);
  if (slot === "output") return number((frame) => frame.pointers[layout.output]!);
  if (slot === "capacity") return number((frame) => frame.sizes[layout.output]!);
  if ("area" in slot) {
    const offset = slot.area * layout.word;
    return number((frame) => frame.pointers[layout.area]! + offset);
  }
  if ("parameter" in slot) {
    const { parameter } = slot;
    return (frame) => frame.values[parameter];
  }
  const { text } = slot;
  switch (slot.as) {
    case "pointer":
      return number((frame) => frame.pointers[text]!);
    case "byteLength":
      return number((frame) => frame.byteLengths[text]!);
    case "codeUnits":
    case "count":
      return number((frame) => frame.codeUnits[text]!);
    case "lengths":
      return number((frame) =>
        frame.pointers[text]! + lengthsOffset(frame.codeUnits[text]!, layout.word)
      );
    case "packedPointerHigh":
      return (frame) => pack(frame.pointers[text]!, frame.byteLengths[text]!);
    case "packedPointerLow":
      return (frame) => pack(frame.byteLengths[text]!, frame.pointers[text]!);
  }
}

/** Two 32-bit numbers as one i64. */
export function pack(high: number, low: number): bigint {
  return BigInt.asIntN(64, BigInt(high) << 32n | BigInt(low));
}
