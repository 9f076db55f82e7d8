import type { HostRecipe } from "../conventions/host_recipe.ts";
import type { HostTextRecipe } from "../conventions/host_parts.ts";
import { quote } from "../errors.ts";
import { show, TYPED_ARRAYS } from "../numbers.ts";
import type { CoreValue, Frame } from "./frame.ts";
import { compileFill } from "./host_fill.ts";
import { compilePlace } from "./host_place.ts";
import { compileLowerNumber } from "./numbers.ts";
import type { Realm } from "./realm.ts";

/** Lowers what a callback returned to core results. */
export type LowerReturn = (frame: Frame, value: unknown) => CoreValue;

/**
 * Compiles what a callback returned into core results.
 *
 * @param needRealm The instance, or an error that says why there is none.
 */
export function compileReturn(recipe: HostRecipe, needRealm: () => Realm): LowerReturn {
  const { name, result, type } = recipe;
  const action = `return a value from import ${quote(name)}`;
  switch (result.kind) {
    case "void":
      return () => undefined;
    case "number": {
      const lower = compileLowerNumber(result.type, type?.results[0], action);
      return (_frame, value) => lower(value);
    }
    case "reference": {
      const { content, nullable } = result;
      if (content === "any") return (_frame, value) => value;
      return (_frame, value) => {
        if (typeof value === "string" || (value === null && nullable)) return value;
        throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a string`);
      };
    }
    case "text": {
      const { target } = result;
      const lower = target.kind === "output"
        ? compileFill(result, target, recipe, needRealm())
        : compilePlace(result, target, recipe, needRealm());
      const { is, expected } = expectation(result);
      return (frame, value) => {
        if (is(value)) return lower(frame, value);
        throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected ${expected}`);
      };
    }
  }
}

/** What a callback has to return for text, bytes or an array. */
function expectation(
  { content, nullable }: HostTextRecipe,
): { is: (value: unknown) => boolean; expected: string } {
  if (content === "string") {
    return nullable
      ? { is: (value) => typeof value === "string" || value === null, expected: "a string or null" }
      : { is: (value) => typeof value === "string", expected: "a string" };
  }
  const Class = content === "bytes" ? Uint8Array : TYPED_ARRAYS[content.element];
  return {
    is: (value) => value instanceof Class || (nullable === true && value === null),
    expected: `a ${Class.name}${nullable ? " or null" : ""}`,
  };
}
