import { blocksOf } from "../conventions/compound.ts";
import type { ResultRecipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import { show } from "../numbers.ts";
import type { Frame } from "./frame.ts";
import type { FrameValue } from "./invoke.ts";
import { liftNumber } from "./numbers.ts";
import { compileList } from "./list.ts";
import { compileOwnLift } from "./own.ts";
import { compileSlice } from "./slice.ts";
import { compileText, type TextContext } from "./text_result.ts";
import { compileValue } from "./values.ts";

/** A compiled result. */
export interface Lift {
  readonly lift: FrameValue;
  /** Notes a block to be freed that nobody reads any more. */
  readonly note?: (frame: Frame) => void;
  /** Notes what is freed as a whole as soon as the export returned. */
  readonly claim?: ((frame: Frame) => void) | undefined;
  /** The length of text or bytes alone, for a call that only asks for it. */
  readonly byteLength?: FrameValue<number>;
  readonly releaseResult?: ((frame: Frame) => void) | undefined;
}

/** Compiles what a symbol returns. */
export function compileLift(result: ResultRecipe, context: TextContext): Lift {
  switch (result.kind) {
    case "void":
      return { lift: () => undefined };
    case "number": {
      const { type } = result;
      const get = compileValue(result.value, context.realm, context.layout);
      return { lift: (frame) => liftNumber(type, get(frame)) };
    }
    case "reference": {
      const { symbol } = context;
      return { lift: (frame) => checkReference(frame.result, result, symbol) };
    }
    case "own": {
      const { realm, symbol, own } = context;
      return { lift: compileOwnLift(result.content, own!, realm, symbol) };
    }
    case "record":
      return compileRecord(result, context);
    case "cursor":
    case "elements":
      return compileList(result, context);
    case "slice":
      return { lift: compileSlice(result, context) };
    case "text": {
      const { release, ...text } = compileText(result, context);
      return { ...text, releaseResult: release };
    }
  }
}

/** Compiles several results; each has a block of its own to be freed. */
function compileRecord(
  { fields, nullable }: ResultRecipe & { kind: "record" },
  context: TextContext,
): Lift {
  const names = fields.map(([name]) => name);
  let { block } = context;
  const lifts = fields.map(([, field]) => {
    const lift = compileLift(field, { ...context, block });
    block += blocksOf(field);
    return lift;
  });
  return {
    lift(frame) {
      if (nullable && Number(frame.result) === 0) return null;
      const values: unknown[] = [];
      try {
        for (const { lift } of lifts) values.push(lift(frame));
      } catch (error) {
        noteRest(frame, lifts.slice(values.length + 1));
        throw error;
      }
      return Object.fromEntries(names.map((name, index) => [name, values[index]]));
    },
    note: (frame) => noteRest(frame, lifts),
    claim(frame) {
      for (const { claim } of lifts) claim?.(frame);
    },
    releaseResult(frame) {
      for (const { releaseResult } of lifts) releaseResult?.(frame);
    },
  };
}

/** Notes the blocks of the fields behind one that can not be read, so that they are freed too. */
function noteRest(frame: Frame, lifts: readonly Lift[]): void {
  for (const { note, releaseResult } of lifts) {
    // After a trap nothing of the guest is called, not even to ask where a text is.
    if (releaseResult === undefined || frame.inside) continue;
    try {
      note?.(frame);
    } catch {
      // A field that can not be found has no block that could be freed.
    }
  }
}

function checkReference(
  value: unknown,
  { content, nullable }: ResultRecipe & { kind: "reference" },
  symbol: string,
): unknown {
  if (content === "any" || typeof value === "string" || (value === null && nullable)) return value;
  throw new GuestError(
    value === null ? "null-pointer" : "invalid-text",
    `Cannot lift the result of ${quote(symbol)}: it is ${show(value)}, expected a string`,
    { export: symbol },
  );
}
