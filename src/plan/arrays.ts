import type { BlockSource, CoreArgument, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { ArrayParameter, StringsParameter } from "../abi/parameter.ts";
import type { ResultPlan } from "../abi/plan_parts.ts";
import { NUMERIC_TYPES } from "../base/numeric_types.ts";

// Arrays of numbers, whose lengths are elements unless a declaration sets bytes, and of texts.

/** Returns the core arguments of an array, with lengths in its unit unless `pass` sets it. */
export function argumentsOfArray(
  { pass: declared, unit = "codeUnits" }: ArrayParameter,
  text: number,
  pass: readonly Pass[],
): CoreArgument[] {
  const length = unit === "bytes" ? "byteLength" : unit;
  const open = pass.map((as) => as === "byteLength" || as === "codeUnits" ? length : as);
  return (declared ?? open).map((as) =>
    as.startsWith("packed") ? { text, as, unit } : { text, as }
  );
}

/** Returns the size of the unit in which the guest counts the capacity for a result. */
export function unitOfOutput(result: ResultPlan): { readonly unit?: number } {
  return result.kind === "text" && typeof result.content === "object" &&
      result.text.unit === "codeUnits"
    ? { unit: NUMERIC_TYPES[result.content.element].byteLength }
    : {};
}

/** Returns the core arguments of several texts. */
export function passOfStrings(
  { pass, layout, terminated, place }: StringsParameter,
  convention: Convention | undefined,
): readonly Pass[] {
  if (pass !== undefined) return pass;
  if ((place ?? objectsOf(convention))?.kind === "managedArray") return ["pointer"];
  return layout === "pairs" || terminated ? ["pointer", "count"] : ["pointer", "lengths", "count"];
}

/** Returns the block source of several texts that are objects of the guest. */
export function objectsOf(convention: Convention | undefined): BlockSource | undefined {
  const place = convention?.arrayPlace;
  return place?.kind === "managedArray" ? place : undefined;
}
