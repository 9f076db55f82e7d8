import type { Value } from "../conventions/convention.ts";
import { GuestError, quote } from "../errors.ts";
import type { Frame } from "./frame.ts";
import type { TextContext } from "./text_result.ts";

/** Compiles the check that a result lies within the block of the call that it is said to be in. */
export function compileGuard(
  pointer: Value,
  { realm, symbol, layout, holder }: TextContext,
): ((frame: Frame, pointer: number, byteLength: number) => void) | undefined {
  const found = holder(pointer);
  if (found === undefined) return undefined;
  const { store, index } = found;
  const isOutput = index === layout.output;
  return (frame, at, byteLength) => {
    const capacity = store.capacityAt(frame, index, at);
    if (byteLength <= capacity) return;
    if (isOutput) {
      throw new GuestError(
        "result-too-large",
        `Cannot lift the result of ${quote(symbol)}: it takes ${byteLength} bytes, ` +
          `the output buffer holds ${capacity}`,
        { export: symbol },
      );
    }
    throw realm.poison(
      new GuestError(
        "overrun",
        `Cannot lift the result of ${quote(symbol)}: the guest returned ${byteLength} bytes, ` +
          `its buffer holds ${capacity}`,
        { export: symbol },
      ),
    );
  };
}
