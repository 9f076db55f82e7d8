import type { Status } from "../conventions/convention.ts";
import type { Recipe } from "../conventions/recipe.ts";
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
  const failed = TESTS[status.fails];
  const encoding = recipe.result.kind === "text" ? recipe.result.encoding : "utf-8";
  const message = status.message && compileText({
    kind: "text",
    content: "string",
    encoding,
    text: status.message,
    free: typeof status.message.freedBy === "object" ? status.message.freedBy.call : undefined,
    nullable: true,
    trailingNul: "trim",
  }, context);

  return (frame) => {
    const value = get(frame);
    if (!failed(value)) return;
    const reason = message?.lift(frame);
    message?.release?.(frame);
    throw new GuestError(
      "guest-error",
      `Cannot complete ${quote(symbol)}: ` +
        (reason ? `${reason} (the guest returned ${value})` : `the guest returned ${value}`),
      { export: symbol, status: value },
    );
  };
}

const TESTS: Record<Status["fails"], (value: number | bigint) => boolean> = {
  negative: (value) => value < 0,
  zero: (value) => Number(value) === 0,
  nonzero: (value) => Number(value) !== 0,
};
