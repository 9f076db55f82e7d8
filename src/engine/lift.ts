import type { ResultRecipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import { show } from "../numbers.ts";
import type { Frame } from "./frame.ts";
import type { Pick } from "./invoke.ts";
import { liftNumber } from "./numbers.ts";
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
    case "reference":
      return { lift: (frame) => checkReference(frame.result, result, context.symbol) };
    case "text": {
      const { lift, byteLength, release } = compileText(result, context);
      return { lift, byteLength, releaseResult: release };
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
