import type { FunctionType } from "../binary/types.ts";
import type { CoreValue, Frame } from "./frame.ts";
import type { CoreFunction } from "./realm.ts";

/** Something read from a frame. */
export type FrameValue<T = CoreValue> = (frame: Frame) => T;

/**
 * A call of `fn` with what `picks` give. The arities that exports have in practice get a closure
 * each: a spread costs more than the call.
 */
export function compileInvoke(fn: CoreFunction, picks: readonly FrameValue[]): FrameValue {
  const [a, b, c, d] = picks as [FrameValue, FrameValue, FrameValue, FrameValue];
  switch (picks.length) {
    case 0:
      return (frame) => {
        frame.inside = true;
        const result = fn();
        frame.inside = false;
        return result;
      };
    case 1:
      return (frame) => {
        const first = a(frame);
        frame.inside = true;
        const result = fn(first);
        frame.inside = false;
        return result;
      };
    case 2:
      return (frame) => {
        const first = a(frame), second = b(frame);
        frame.inside = true;
        const result = fn(first, second);
        frame.inside = false;
        return result;
      };
    case 3:
      return (frame) => {
        const first = a(frame), second = b(frame), third = c(frame);
        frame.inside = true;
        const result = fn(first, second, third);
        frame.inside = false;
        return result;
      };
    case 4:
      return (frame) => {
        const first = a(frame), second = b(frame), third = c(frame), fourth = d(frame);
        frame.inside = true;
        const result = fn(first, second, third, fourth);
        frame.inside = false;
        return result;
      };
    default:
      return (frame) => {
        const args = picks.map((pick) => pick(frame));
        frame.inside = true;
        const result = fn(...args);
        frame.inside = false;
        return result;
      };
  }
}

/**
 * `pick` as the type of parameter `index` asks for it: a bigint for `i64`, which an unknown type is
 * taken to have where pointers are 64 bits wide.
 */
export function asParameter(
  pick: FrameValue<number | bigint>,
  type: FunctionType | undefined,
  index: number,
  address64 = false,
): FrameValue {
  const wide = type === undefined ? address64 : type.parameters[index] === "i64";
  return wide ? (frame) => BigInt(pick(frame)) : pick;
}
