import type { ResultRecipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import { show } from "../numbers.ts";
import type { Frame } from "./frame.ts";
import type { Pick } from "./invoke.ts";
import { liftNumber } from "./numbers.ts";
import { compileOwnLift } from "./own.ts";
import { compileText, type TextContext } from "./text_result.ts";
import { compileValue } from "./values.ts";

/** A compiled result. */
export interface Lift {
  readonly lift: Pick;
  /** The length of text or bytes alone, for a call that only asks for it. */
  readonly byteLength?: Pick<number>;
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
      const { at } = result;
      const { symbol } = context;
      return at === undefined
        ? { lift: (frame) => checkReference(frame.result, result, symbol) }
        : { lift: (frame) => checkReference((frame.result as unknown[])[at], result, symbol) };
    }
    case "own": {
      const { realm, symbol, own } = context;
      return { lift: compileOwnLift(result.content, own!, realm, symbol) };
    }
    case "record":
      return compileRecord(result, context);
    case "text": {
      const { lift, byteLength, release } = compileText(result, context);
      return { lift, byteLength, releaseResult: release };
    }
  }
}

/** Compiles several results; each has a block of its own to be freed. */
function compileRecord(
  { fields, nullable }: ResultRecipe & { kind: "record" },
  context: TextContext,
): Lift {
  const lifts = fields.map(([name, field], index) =>
    [name, compileLift(field, { ...context, block: context.block + index })] as const
  );
  return {
    lift(frame) {
      if (nullable && Number(frame.result) === 0) return null;
      return Object.fromEntries(lifts.map(([name, { lift }]) => [name, lift(frame)]));
    },
    releaseResult(frame) {
      for (const [, { releaseResult }] of lifts) releaseResult?.(frame);
    },
  };
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
