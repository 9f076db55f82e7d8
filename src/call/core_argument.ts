import type { CoreArgument } from "../abi/block_source.ts";
import type { FunctionType } from "../binary/types.ts";
import { asParameter } from "../instance/exports.ts";
import type { FrameValue } from "../instance/frame.ts";
import { lengthsOffset } from "./content.ts";
import type { FrameLayout } from "./frame_layout.ts";

/** Compiles one core argument of an export. */
export function compileCoreArgument(
  coreArgument: CoreArgument,
  index: number,
  type: FunctionType | undefined,
  layout: FrameLayout,
): FrameValue {
  const number = (pick: FrameValue<number>) => asParameter(pick, type, index, layout.word === 8);
  if (typeof coreArgument === "number") return number(() => coreArgument);
  if (coreArgument === "output") return number((frame) => frame.pointers[layout.output]!);
  if (coreArgument === "capacity") return number((frame) => frame.sizes[layout.output]!);
  if ("area" in coreArgument) {
    const offset = coreArgument.area * layout.word;
    return number((frame) => frame.pointers[layout.area]! + offset);
  }
  if ("parameter" in coreArgument) {
    const { parameter } = coreArgument;
    return (frame) => frame.values[parameter];
  }
  const { text } = coreArgument;
  switch (coreArgument.as) {
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

/** Joins two 32-bit numbers into one i64. */
export function pack(high: number, low: number): bigint {
  return BigInt.asIntN(64, BigInt(high) << 32n | BigInt(low));
}
