import type { Value } from "../conventions/convention.ts";
import { toOffset } from "../pointer.ts";
import type { FrameValue } from "./invoke.ts";
import type { Layout } from "./values.ts";

/** A value that is worked out of others. */
export type Arithmetic = Extract<
  Value,
  { product: unknown } | { sum: unknown } | { difference: unknown } | { indexIn: unknown }
>;

/** Whether a value is worked out of others. */
export function isArithmetic(value: Value & object): value is Arithmetic {
  return "product" in value || "sum" in value || "difference" in value || "indexIn" in value;
}

/** Compiles a value that is worked out of others; `compile` compiles those. */
export function compileArithmetic(
  value: Arithmetic,
  compile: (value: Value) => FrameValue<number | bigint>,
  { units = [] }: Layout,
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
