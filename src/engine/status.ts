import type { Status } from "../conventions/convention.ts";
import type { StatusRecipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import type { Frame } from "./frame.ts";
import { compileText, type TextContext } from "./text_result.ts";
import { compileValue } from "./values.ts";

/** Compiles the question whether a call has failed into a function that throws if so. */
export function compileStatus(
  { value, fails, message }: StatusRecipe,
  context: TextContext,
): (frame: Frame) => void {
  const { realm, layout, symbol } = context;
  const get = compileValue(value, realm, layout);
  const failed = typeof fails === "string"
    ? TESTS[fails]
    : (status: number | bigint) => !fails.except.includes(Number(status));
  const explain = compileMessage(message, context);

  return (frame) => {
    const status = get(frame);
    if (!failed(status)) return;
    const reason = explain?.(frame, status);
    throw new GuestError(
      "guest-error",
      `Cannot complete ${quote(symbol)}: ` +
        (reason ? `${reason} (the guest returned ${status})` : `the guest returned ${status}`),
      { export: symbol, status },
    );
  };
}

/** Compiles the guest's own words for a failure; nothing where it has none. */
function compileMessage(
  message: StatusRecipe["message"],
  context: TextContext,
): ((frame: Frame, status: number | bigint) => unknown) | undefined {
  if (message === undefined) return undefined;
  if (message.kind === "texts") return (_frame, status) => message.texts[Number(status)];
  const { lift, release } = compileText(message, context);
  return (frame) => {
    try {
      return lift(frame);
    } finally {
      release?.(frame);
    }
  };
}

const TESTS: Record<Status["fails"] & string, (status: number | bigint) => boolean> = {
  negative: (status) => status < 0,
  zero: (status) => Number(status) === 0,
  nonzero: (status) => Number(status) !== 0,
};
