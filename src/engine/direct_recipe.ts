import type { Place } from "../conventions/convention.ts";
import type { ParameterRecipe, Recipe, TextResultRecipe } from "../conventions/recipe.ts";
import type { Realm } from "./realm.ts";

/** What a recipe must be for its direct form: nothing but these parts are written out. */
export interface Direct {
  readonly parameter: ParameterRecipe & { readonly kind: "text" };
  readonly place: Place & { readonly kind: "buffer" | "allocator" | "stack" };
  readonly result: TextResultRecipe;
  readonly encoding: "utf-8" | "utf-16" | "latin1";
}

/** The parts of a recipe that has no others. */
export function describeDirect(recipe: Recipe, realm: Realm): Direct | undefined {
  const { parameters, result, status, area, output, pieces, own } = recipe;
  const [parameter] = parameters;
  if (parameters.length !== 1 || parameter?.kind !== "text" || result.kind !== "text") return;
  const { place, content, encoding } = parameter;
  const type = realm.functionType(recipe.export);
  const known = !realm.address64 && type !== undefined &&
    type.parameters.every((parameter) => parameter === "i32") &&
    type.results.every((result) => result === "i32" || result === "i64");
  const plain = content === "string" || content === "bytes";
  const same = content === result.content && encoding === result.encoding;
  // Where the result is the length too, a failure shows as one that can not be.
  const simple = status === undefined ||
    (status.value === "result" && status.fails === "negative" && status.code === undefined &&
      result.text.length === "result");
  if (!known || !plain || !same || !simple || output || pieces || own) return;
  // Both are worked out from the frame, in which the direct form does not keep what was put.
  if (parameter.byteLength !== undefined || area?.holds !== undefined) return;
  if (encoding === "latin1+utf16" || parameter.nullable || result.text.call) return;
  if (place.kind === "managedArray" || place.kind === "reference") return;
  if (place.kind === "buffer" && (typeof place.pointer === "object" || place.offset)) return;
  if (place.kind === "allocator" && (place.room || place.pointer)) return;
  return { parameter, place, result, encoding };
}

/** The condition for a value that the direct form is not for. */
export function writeUnfit({ parameter, result }: Direct): string {
  if (parameter.content === "bytes") return "!(value instanceof Uint8Array)";
  const trims = result.trailingNul === "trim";
  return 'typeof value !== "string"' +
    (trims ? " || value.charCodeAt(value.length - 1) === 0" : "");
}
