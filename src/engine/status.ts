import type { Status } from "../conventions/convention.ts";
import type { StatusRecipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import { show } from "../numbers.ts";
import { compileLift } from "./lift.ts";
import type { Frame, FrameValue } from "./realm.ts";
import { compileText, type TextContext } from "./text_result.ts";
import { compileValue } from "./values.ts";

/** Compiles the question whether a call has failed into a function that throws if so. */
export function compileStatus(
  { value, fails, code, message, details }: StatusRecipe,
  context: TextContext,
): (frame: Frame) => void {
  const { realm, layout, symbol } = context;
  const get = compileValue(value, realm, layout);
  const failed = typeof fails === "string"
    ? TESTS[fails]
    : (status: number | bigint) => !fails.except.includes(Number(status));
  const getCode = code === undefined ? get : compileValue(code, realm, layout);
  const says = code === undefined ? "the guest returned" : "the guest's code is";
  const explain = compileMessage(message, context);
  const tell = compileDetails(details, context);

  return (frame) => {
    if (!failed(get(frame))) return;
    const status = getCode(frame);
    const reason = explain?.(frame, status);
    const details = tell?.(frame);
    const facts = [`${says} ${status}`, ...shown(details)].join(", ");
    throw new GuestError(
      "guest-error",
      `Cannot complete ${quote(symbol)}: ${reason ? `${reason} (${facts})` : facts}`,
      { export: symbol, status, ...(details && { details }) },
    );
  };
}

/** Compiles the words for a failure; nothing where there are none. */
function compileMessage(
  message: StatusRecipe["message"],
  context: TextContext,
): ((frame: Frame, code: number | bigint) => unknown) | undefined {
  if (message === undefined) return undefined;
  if (message.kind === "function") return (_frame, code) => message.describe(code);
  const { lift, release } = compileText(message, context);
  return (frame) => {
    try {
      return lift(frame);
    } finally {
      release?.(frame);
    }
  };
}

/** Compiles what else the guest says. */
function compileDetails(
  details: StatusRecipe["details"],
  context: TextContext,
): FrameValue<Record<string, unknown>> | undefined {
  if (details === undefined) return undefined;
  const { lift, releaseResult } = compileLift(details, context);
  return (frame) => {
    try {
      return lift(frame) as Record<string, unknown>;
    } finally {
      releaseResult?.(frame);
    }
  };
}

/** Details as the message shows them. */
function shown(details: Record<string, unknown> = {}): string[] {
  return Object.entries(details).map(([name, value]) => `${name} is ${show(value)}`);
}

const TESTS: Record<Status["fails"] & string, (status: number | bigint) => boolean> = {
  negative: (status) => status < 0,
  zero: (status) => Number(status) === 0,
  nonzero: (status) => Number(status) !== 0,
};
