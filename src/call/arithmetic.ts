import type { Value } from "../abi/value.ts";
import type { FrameValue } from "../instance/frame.ts";
import { toOffset } from "../memory/pointer.ts";
import type { FrameLayout } from "./frame_layout.ts";

/** A value that is computed from others. */
export type Arithmetic = Extract<
  Value,
  { product: unknown } | { sum: unknown } | { difference: unknown } | { indexIn: unknown }
>;

/** Compiles a value that is computed from others; `compile` compiles those. */
export function compileArithmetic(
  value: Arithmetic,
  compile: (value: Value) => FrameValue<number | bigint>,
  { units = [] }: FrameLayout,
): FrameValue<number> {
  if ("product" in value) {
    const factors = value.product.map(compile);
    return (frame) => factors.reduce((product, factor) => product * Number(factor(frame)), 1);
  }
  if ("sum" in value) {
    const terms = value.sum.map(compile);
    return (frame) => terms.reduce((sum, term) => sum + Number(term(frame)), 0);
  }
  if ("difference" in value) {
    const [from, less] = value.difference.map(compile) as [FrameValue<number>, FrameValue<number>];
    return (frame) => Number(from(frame)) - Number(less(frame));
  }
  const { indexIn } = value;
  const locate = compile(value.of);
  const unit = units[indexIn] ?? 1;
  return (frame) => {
    const offset = toOffset(locate(frame)) - frame.pointers[indexIn]!;
    return offset >= 0 && offset <= frame.byteLengths[indexIn]! ? Math.floor(offset / unit) : -1;
  };
}
