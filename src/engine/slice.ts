import type { ParameterRecipe, ResultRecipe } from "../conventions/recipe.ts";
import { GuestError, quote } from "../errors.ts";
import type { Lower } from "./lower.ts";
import type { Frame } from "./frame.ts";
import type { FrameValue } from "./invoke.ts";
import type { TextContext } from "./text_result.ts";
import { compileValue } from "./values.ts";

/** Compiles a part of a text that was passed; the frame has the string among its values. */
export function compileSlice(
  { parameter, from, to, nullable }: ResultRecipe & { kind: "slice" },
  { realm, layout, symbol }: TextContext,
): FrameValue {
  const begin = compileValue(from, realm, layout);
  const end = compileValue(to, realm, layout);
  return (frame) => {
    const text = frame.values[parameter] as string;
    const first = Number(begin(frame));
    if (nullable && first < 0) return null;
    const last = Number(end(frame));
    if (first >= 0 && first <= last && last <= text.length) return text.slice(first, last);
    throw new GuestError(
      "overrun",
      `Cannot lift the result of ${quote(symbol)}: it is from ${first} to ${last} of a text of ` +
        `${text.length} code units`,
      { export: symbol },
    );
  };
}

/** The parameters that a result takes parts of. */
export function slicedParameters(result: ResultRecipe): ReadonlySet<number> {
  switch (result.kind) {
    case "slice":
      return new Set([result.parameter]);
    case "cursor":
    case "elements":
      return slicedParameters(result.item);
    case "record":
      return new Set(result.fields.flatMap(([, field]) => [...slicedParameters(field)]));
    default:
      return new Set();
  }
}

/**
 * Compiles keeping the string of a parameter beside what the guest gets of it.
 *
 * @throws {GuestError} if the guest's indices would not be those of the string.
 */
export function keepText(
  lower: Lower,
  index: number,
  parameter: ParameterRecipe | undefined,
  symbol: string,
): Lower {
  const encoding = parameter?.kind === "text" && parameter.content === "string"
    ? parameter.encoding
    : undefined;
  if (encoding === "utf-16" || encoding === "latin1") {
    return (frame: Frame, value: unknown) => {
      lower(frame, value);
      frame.values[index] = value;
    };
  }
  throw new GuestError(
    "signature",
    `Cannot take slices of argument ${index} of ${quote(symbol)}: it is ` +
      `${encoding === undefined ? "no text in memory" : `text in ${encoding}`}, expected text in ` +
      "utf-16 or latin1",
    { export: symbol },
  );
}
