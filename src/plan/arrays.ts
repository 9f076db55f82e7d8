import type { BlockSource, CoreArgument, Pass } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { ArrayParameter, StringsParameter } from "../abi/parameter.ts";
import type { OutputPlan, ResultPlan, StatusPlan } from "../abi/plan_parts.ts";
import { NUMERIC_TYPES } from "../base/numeric_types.ts";
import { freeingCall } from "./plan_blocks.ts";

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

/**
 * Plans the buffer that an export writes its result into.
 *
 * @param status When the query for the size has failed.
 */
export function planOutput(
  capacity: OutputPlan["capacity"],
  place: BlockSource,
  result: ResultPlan,
  status: StatusPlan | undefined,
): OutputPlan {
  const isCounted = result.kind === "text" && typeof result.content === "object" &&
    result.text.unit === "codeUnits";
  // The guest counts the capacity in the unit in which it counts the result.
  const unit = isCounted ? { unit: NUMERIC_TYPES[result.content.element].byteLength } : {};
  return { capacity, ...unit, status, place, free: freeingCall("host", place) };
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
