import type {
  CursorPlan,
  ElementsPlan,
  ListPlan,
  ResultPlan,
  TextResultPlan,
} from "../abi/plan_parts.ts";
import type { Value } from "../abi/value.ts";
import { GuestError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { compileInvoke, expandName, exportedFunction } from "../instance/exports.ts";
import type { Frame } from "../instance/frame.ts";
import { compileWhole, payOwed } from "./blocks/release.ts";
import { leastSize } from "./code/flat.ts";
import { heldIn, sizeOf } from "./code/held.ts";
import type { Lift, TextContext } from "./text_context.ts";
import { compileGuard, tooMuchError } from "./text_read.ts";
import { compileText } from "./text_result.ts";
import { asksGuest, compileOffset, compileValue } from "./values.ts";

// Results of any number of items, consecutive in memory or returned one by one.

/** Compiles one of the items of a list. */
type CompileLift = (result: ResultPlan, context: TextContext) => Lift;

/** The position of a list's items. */
interface Items {
  /**
   * Calls `visit` with each item as the frame's result, and before that `admit` with the number of
   * items that follow. A list that was begun goes on.
   */
  walk(
    frame: Frame,
    visit: (frame: Frame) => void,
    admit?: (count: number) => void,
    begun?: Begun,
  ): void;
  /** Records the block of the items themselves. */
  readonly note?: (frame: Frame) => void;
  readonly claim?: ((frame: Frame) => void) | undefined;
  readonly release?: ((frame: Frame) => void) | undefined;
}

/** A list that the guest returns one by one: the items before the one that was found last. */
interface Begun {
  readonly items: unknown[];
  readonly found: number | bigint;
}

/** Compiles a list. Its own blocks come first, and the items share the blocks after them. */
export function compileList(
  plan: ListPlan,
  context: TextContext,
  compileLift: CompileLift,
): Lift {
  const isCursor = plan.kind === "cursor";
  const block = context.block + (isCursor ? 1 : 2);
  const kept = context.kept || (!isCursor && plan.whole !== undefined);
  const part = `an item of ${context.part ?? ""}`;
  const item = compileLift(plan.item, { ...context, part, block, isPart: true, kept });
  const { walk, note, claim, release } = isCursor
    ? compileCursor(plan, context)
    : compileElements(plan, context);
  const drop = compileDrop(item, context.symbol);
  const charge = compileCharge(sizeOf(plan.item), context);
  const frees = item.release !== undefined;

  function lift(frame: Frame, begun?: Begun): unknown[] {
    const items = begun?.items ?? [];
    let failure: { readonly error: unknown } | undefined;
    function fail(error: unknown): void {
      // The items after one that cannot be read still have to be freed, except after a trap.
      if (frame.inside || !frees) throw error;
      failure = { error };
    }
    function admit(count: number): void {
      try {
        if (failure === undefined) charge(frame, count);
      } catch (error) {
        fail(error);
      }
    }
    function visit(): void {
      if (failure !== undefined) return drop(frame);
      item.claim?.(frame);
      try {
        items.push(item.lift(frame));
      } catch (error) {
        fail(error);
      }
      item.release?.(frame);
    }
    try {
      walk(frame, visit, admit, begun);
    } catch (error) {
      // The caller needs the first error, unless the guest trapped after it.
      if (failure === undefined || frame.inside) throw error;
    }
    if (failure !== undefined) throw failure.error;
    return items;
  }

  return {
    lift: (frame) => lift(frame),
    rest(frame, items, found) {
      frame.taken = heldIn(items, plan);
      return lift(frame, { items, found });
    },
    note: frees ? (frame) => walk(frame, drop) : note,
    claim,
    release(frame) {
      item.release?.(frame);
      release?.(frame);
    },
  };
}

/**
 * The maximum number of items that a call frees unread, because a guest can report a false count.
 */
const MOST_DROPPED = 1_000_000;

/** Compiles freeing an item without reading it. */
function compileDrop({ note, claim, release }: Lift, symbol: string): (frame: Frame) => void {
  return (frame) => {
    if (frame.dropped++ >= MOST_DROPPED) throw endlessError(symbol, MOST_DROPPED);
    claim?.(frame);
    try {
      note?.(frame);
    } catch (error) {
      // An item that cannot be found has no block, and its error takes longer than freeing a
      // hundred.
      if (frame.inside) throw error;
      frame.dropped += 100;
    }
    release?.(frame);
  };
}

/** Compiles asking the guest for one item after another. */
function compileCursor(
  { next, call, most }: CursorPlan,
  { instance, layout, symbol }: TextContext,
): Items {
  const begin = call === undefined
    ? undefined
    : compileInvoke(exportedFunction(instance, expandName(call, symbol)), []);
  const advance = compileValue(next, instance, layout);
  return {
    walk(frame, visit, admit, begun) {
      const { result } = frame;
      if (begun === undefined) begin?.(frame);
      let at = begun?.found;
      try {
        for (let count = begun?.items.length ?? 0;; count++) {
          const found = at ?? advance(frame);
          at = undefined;
          if (Number(found) === 0) return;
          if (count === most) throw endlessError(symbol, most);
          frame.result = found;
          admit?.(1);
          const { length: owed } = frame.owed;
          visit(frame);
          // The next item may lie at the address of this one.
          payOwed(frame, owed);
          frame.result = result;
        }
      } finally {
        frame.result = result;
      }
    },
  };
}

/** Compiles going from one item in memory to the next; all items together are one block. */
function compileElements(
  { item, bytes, count, stride, whole }: ElementsPlan,
  context: TextContext,
): Items {
  const { instance, layout, block } = context;
  const own = compileText(bytes, { ...context, expected: "the address of its items" });
  const all = compileWhole(whole, { ...context, block: block + 1 });
  const { note } = own;
  const measure = compileOffset(count, instance, layout);
  const asks = asksGuest(count);
  const step = typeof stride === "number"
    ? () => stride
    : compileStep(stride, item, bytes, context);
  return {
    note,
    walk(frame, visit, admit) {
      const { result } = frame;
      // The guest is asked only once, because another answer could differ.
      const asked = frame.asked ?? (asks ? measure(frame) : undefined);
      frame.asked = asked === undefined || typeof stride !== "number"
        ? undefined
        : Number(asked) * stride;
      note(frame);
      const first = frame.pointers[block]!;
      const length = asked === undefined ? measure(frame) : Number(asked);
      admit?.(length);
      try {
        let at = first;
        for (let index = 0; index < length; index++) {
          frame.result = at;
          const size = step(frame, at, index, length);
          visit(frame);
          at += size;
        }
        if (typeof stride !== "number") frame.sizes[block] = at - first;
      } finally {
        frame.result = result;
      }
    },
    claim(frame) {
      own.claim?.(frame);
      all.claim?.(frame);
    },
    release(frame) {
      own.release?.(frame);
      all.release?.(frame);
    },
  };
}

/**
 * Compiles finding the size of each item, all of which is within memory and in its block. The last
 * item may leave its size out.
 */
function compileStep(
  stride: Value,
  item: ResultPlan,
  { text: { pointer } }: TextResultPlan,
  context: TextContext,
): (frame: Frame, at: number, index: number, count: number) => number {
  const { instance, layout, symbol, block } = context;
  const measure = compileOffset(stride, instance, layout);
  const guard = compileGuard(pointer, context);
  const least = Math.max(1, leastSize(item, layout.word));
  return (frame, at, index, count) => {
    const found = measure(frame);
    const size = found === 0 && index === count - 1 ? least : found;
    if (size < least) {
      throw new GuestError(
        "overrun",
        `Cannot lift item ${index} of the result of ${
          quote(symbol)
        }: its size is ${found} bytes, ` +
          `expected at least ${least}, which its fields take`,
        { export: symbol },
      );
    }
    instance.memory.check("read", at, size);
    const first = frame.pointers[block]!;
    guard?.(frame, first, at + size - first);
    return size;
  };
}

function endlessError(symbol: string, most: number): GuestError {
  return new GuestError(
    "overrun",
    `Cannot lift the result of ${quote(symbol)}: the guest has more than ${most} items, ` +
      "expected an end",
    { export: symbol },
  );
}

/** Compiles adding the size of several items to the taken bytes, and refusing too much. */
export function compileCharge(
  size: number,
  context: TextContext,
): (frame: Frame, items: number) => void {
  const { instance } = context;
  return (frame, items) => {
    const taken = frame.taken + items * size;
    if (taken > instance.resultLimit) throw tooMuchError(taken, context);
    frame.taken = taken;
  };
}
