import type { CursorRecipe, ElementsRecipe, ListRecipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import type { Frame } from "./frame.ts";
import { compileInvoke } from "./invoke.ts";
import { compileLift, type Lift } from "./lift.ts";
import { exportedFunction } from "./realm.ts";
import { compileText, type TextContext } from "./text_result.ts";
import { compileOffset, compileValue, expandName } from "./values.ts";

/** Where the items of a list are: `visit` is called with each as the frame's result. */
interface Items {
  walk(frame: Frame, visit: (frame: Frame) => void): void;
  readonly release?: ((frame: Frame) => void) | undefined;
}

/** Compiles a list; its own block comes first, the items share the blocks behind it. */
export function compileList(recipe: ListRecipe, context: TextContext): Lift {
  const item = compileLift(recipe.item, { ...context, block: context.block + 1 });
  const { walk, release } = recipe.kind === "cursor"
    ? compileCursor(recipe, context)
    : compileElements(recipe, context);
  const drop = compileDrop(item);

  function lift(frame: Frame): unknown[] {
    const items: unknown[] = [];
    let failure: { readonly error: unknown } | undefined;
    walk(frame, (frame) => {
      if (failure !== undefined) return drop(frame);
      try {
        items.push(item.lift(frame));
      } catch (error) {
        // The items behind one that can't be read are still the host's to free, but not after a trap.
        if (frame.inside || item.releaseResult === undefined) throw error;
        failure = { error };
      }
      item.releaseResult?.(frame);
    });
    if (failure !== undefined) throw failure.error;
    return items;
  }

  return {
    lift,
    note: (frame) => walk(frame, drop),
    releaseResult(frame) {
      item.releaseResult?.(frame);
      release?.(frame);
    },
  };
}

/** Compiles giving back an item that nobody reads. */
function compileDrop({ note, releaseResult }: Lift): (frame: Frame) => void {
  return (frame) => {
    try {
      note?.(frame);
    } catch (error) {
      // An item that can not be found has no block that could be freed.
      if (frame.inside) throw error;
    }
    releaseResult?.(frame);
  };
}

/** Compiles asking the guest for one item after another. */
function compileCursor(
  { next, call, most }: CursorRecipe,
  { realm, layout, symbol }: TextContext,
): Items {
  const begin = call === undefined
    ? undefined
    : compileInvoke(exportedFunction(realm, expandName(call, symbol)), []);
  const advance = compileValue(next, realm, layout);
  return {
    walk(frame, visit) {
      const { result } = frame;
      begin?.(frame);
      try {
        for (let count = 0;; count++) {
          const found = advance(frame);
          if (Number(found) === 0) return;
          if (count === most) throw endlessError(symbol, most);
          frame.result = found;
          visit(frame);
          frame.result = result;
        }
      } finally {
        frame.result = result;
      }
    },
  };
}

/** Compiles going from one item in memory to the next; the whole is a block like that of bytes. */
function compileElements(
  { bytes, count, stride }: ElementsRecipe,
  context: TextContext,
): Items {
  const { realm, layout, block } = context;
  const { note, release } = compileText(bytes, context);
  const measure = compileOffset(count, realm, layout);
  return {
    walk(frame, visit) {
      const { result } = frame;
      note(frame);
      const first = frame.pointers[block]!;
      const length = measure(frame);
      try {
        for (let index = 0; index < length; index++) {
          frame.result = first + index * stride;
          visit(frame);
        }
      } finally {
        frame.result = result;
      }
    },
    release,
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
