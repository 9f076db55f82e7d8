import type { Status, TextResult } from "../conventions/convention.ts";
import type { Recipe, TextResultRecipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import type { Frame } from "./frame.ts";
import { compileText, type TextContext } from "./text_result.ts";
import { compileValue } from "./values.ts";

/** Compiles the question whether a call has failed into a function that throws if so. */
export function compileStatus(
  status: Status,
  recipe: Recipe,
  context: TextContext,
): (frame: Frame) => void {
  const { realm, layout, symbol } = context;
  const get = compileValue(status.value, realm, layout);
  const { fails } = status;
  const failed = typeof fails === "string"
    ? TESTS[fails]
    : (value: number | bigint) => !fails.except.includes(Number(value));
  const encoding = recipe.result.kind === "text" ? recipe.result.encoding : "utf-8";
  const message = compileMessage(status.message, encoding, context);

  return (frame) => {
    const value = get(frame);
    if (!failed(value)) return;
    const reason = message?.(frame, value);
    throw new GuestError(
      "guest-error",
      `Cannot complete ${quote(symbol)}: ` +
        (reason ? `${reason} (the guest returned ${value})` : `the guest returned ${value}`),
      { export: symbol, status: value },
    );
  };
}

/** Compiles the guest's own words for a failure; nothing where it has none. */
function compileMessage(
  message: Status["message"],
  encoding: TextResultRecipe["encoding"],
  context: TextContext,
): ((frame: Frame, value: number | bigint) => unknown) | undefined {
  if (message === undefined) return undefined;
  if (!("pointer" in message)) return (_frame, value) => message[Number(value)];
  const text = message as TextResult;
  const { lift, release } = compileText({
    kind: "text",
    content: "string",
    encoding,
    text,
    free: typeof text.freedBy === "object" ? text.freedBy.call : undefined,
    nullable: true,
    trailingNul: "trim",
  }, context);
  return (frame) => {
    const reason = lift(frame);
    release?.(frame);
    return reason;
  };
}

const TESTS: Record<Status["fails"] & string, (value: number | bigint) => boolean> = {
  negative: (value) => value < 0,
  zero: (value) => Number(value) === 0,
  nonzero: (value) => Number(value) !== 0,
};
