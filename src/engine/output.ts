import type { OutputRecipe } from "../conventions/recipe.ts";
import { quote } from "../errors.ts";
import { show } from "../numbers.ts";
import type { Frame } from "./frame.ts";
import type { FrameValue } from "./invoke.ts";
import type { Realm } from "./realm.ts";
import type { Store } from "./store.ts";
import { compileOffset, type Layout } from "./values.ts";

/** What taking an output buffer needs of the rest of the call. */
export interface OutputContext {
  readonly realm: Realm;
  readonly layout: Layout;
  readonly symbol: string;
  readonly store: Store;
  /** The call itself, its status and the length that it answers: to ask it for the size. */
  readonly invoke: FrameValue;
  readonly status: ((frame: Frame) => void) | undefined;
  readonly byteLength: FrameValue<number> | undefined;
}

/** Compiles taking the buffer that the guest writes its result into. */
export function compileTakeOutput(
  { capacity }: OutputRecipe,
  { realm, layout, symbol, store, invoke, status, byteLength }: OutputContext,
): (frame: Frame, args: readonly unknown[]) => void {
  const { output } = layout;
  if (capacity === "query") {
    return (frame) => {
      frame.pointers[output] = frame.sizes[output] = 0;
      frame.result = invoke(frame);
      status?.(frame);
      store.take(frame, output, byteLength!(frame));
    };
  }
  if (typeof capacity === "function") {
    return (frame, args) =>
      store.take(frame, output, checkCapacity(capacity(...args as never[]), symbol));
  }
  const size = compileOffset(capacity, realm, layout);
  return (frame) => store.take(frame, output, size(frame));
}

function checkCapacity(capacity: unknown, symbol: string): number {
  if (typeof capacity === "number" && capacity >= 0 && Number.isSafeInteger(capacity)) {
    return capacity;
  }
  throw new RangeError(
    `Cannot take an output buffer for ${quote(symbol)}: its capacity is ${show(capacity)}, ` +
      "expected a number of bytes",
  );
}
