import { refuseTrailingNul } from "../memory_text.ts";
import type { ParameterRecipe, Recipe } from "../conventions/recipe.ts";
import { quote } from "../errors.ts";
import { show } from "../numbers.ts";
import { compileContent } from "./content.ts";
import type { Frame } from "./frame.ts";
import { compileLowerNumber } from "./numbers.ts";
import { compileOwnLower } from "./own.ts";
import type { Realm } from "./realm.ts";
import type { Store } from "./store.ts";
import { besideOf } from "./stores.ts";
import { compileLowerStrings } from "./strings.ts";

/** Checks one argument and puts it where the guest wants it. */
export type Lower = (frame: Frame, value: unknown) => void;

/** Compiles parameter number `index`; `store` is where its blocks come from. */
export function compileLower(
  parameter: ParameterRecipe,
  index: number,
  recipe: Recipe,
  realm: Realm,
  store: Store | undefined,
): Lower {
  const action = `pass argument ${index} to ${quote(recipe.export)}`;
  switch (parameter.kind) {
    case "number": {
      const lower = compileLowerNumber(parameter.type, coreType(recipe, index), action);
      return (frame, value) => {
        frame.values[index] = lower(value);
      };
    }
    case "reference":
      return (frame, value) => {
        const isRefused = parameter.content !== "any" && typeof value !== "string" &&
          !(value === null && parameter.nullable);
        if (isRefused) {
          throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected a string`);
        }
        frame.values[index] = value;
      };
    case "own":
      return compileOwnLower(index, parameter.content, recipe.own!, realm);
    case "text":
      return compileLowerText(parameter, index, recipe, realm, store!);
    case "strings": {
      const beside = besideOf(index, recipe.parameters.length);
      return compileLowerStrings(parameter, index, realm, store!, beside);
    }
  }
}

function compileLowerText(
  parameter: ParameterRecipe & { kind: "text" },
  index: number,
  recipe: Recipe,
  realm: Realm,
  store: Store,
): Lower {
  const { content: kind, encoding, nullable } = parameter;
  const content = compileContent(realm.memory, kind, encoding);
  if (recipe.pieces?.parameter === index) {
    return (frame, value) => {
      // Whatever can not be passed is refused before the guest has been told to begin.
      content.measure(value);
      frame.values[index] = value;
    };
  }
  const losesNuls = losesTrailingNuls(parameter, recipe);
  const put: Lower = (frame, value) => {
    if (losesNuls && typeof value === "string") refuseTrailingNul(value);
    store.put(frame, index, content, value);
  };
  if (!nullable) return put;
  return (frame, value) => {
    if (value !== null) return put(frame, value);
    frame.pointers[index] = frame.byteLengths[index] = frame.codeUnits[index] = 0;
    frame.sizes[index] = 0;
  };
}

/** Whether NULs at the end of a text would be gone when the text comes back. */
function losesTrailingNuls(
  { content, terminated }: ParameterRecipe & { kind: "text" },
  { result }: Recipe,
): boolean {
  return content === "string" && terminated !== "always" && result.kind === "text" &&
    result.content === "string" && result.trailingNul === "trim";
}

/** The core type of the argument that a number is. */
function coreType({ slots, core }: Recipe, index: number): string | undefined {
  const at = slots.findIndex((slot) =>
    typeof slot === "object" && "parameter" in slot && slot.parameter === index
  );
  return core?.[at];
}
