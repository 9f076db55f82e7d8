import type { BlockSource, CoreArgument, Pass } from "../../abi/block_source.ts";
import type { Convention } from "../../abi/convention.ts";
import type { HostParameter } from "../../abi/declaration.ts";
import type {
  HostInOut,
  HostListParameter,
  HostListResult,
  HostStruct,
  HostVariant,
} from "../../abi/host_struct.ts";
import type { HostOut } from "../../abi/out_parameter.ts";
import type { FieldDeclaration, ResultForm } from "../../abi/result.ts";
import type { Value } from "../../abi/value.ts";
import type { HostOutsPlan, HostStructPlan, StructTarget } from "../host_plan.ts";
import { handsOut } from "../plan_blocks.ts";
import {
  hasPointers,
  layOut,
  layOutStruct,
  layOutWhole,
  numberOf,
  placeFields,
  scalarOf,
} from "./lay_out.ts";
import { nullableOf } from "./struct_parameters.ts";
import { partOf, wholeOf } from "./struct_records.ts";

// Structs and lists that host functions take and return.

/** Declares the value that a host function takes; absent if it is not among the core arguments. */
export function hostValue(
  parameter: HostStruct | HostVariant | HostListParameter | HostInOut,
  index: number,
  coreArguments: readonly CoreArgument[],
  word: 4 | 8,
): FieldDeclaration | undefined {
  const find = (matches: (one: CoreArgument & object) => boolean) => {
    const result = coreArguments.findIndex((coreArgument) =>
      typeof coreArgument === "object" && matches(coreArgument)
    );
    return result < 0 ? undefined : { result };
  };
  const passed = (...passes: readonly Pass[]) =>
    find((one) => "text" in one && one.text === index && passes.includes(one.as));
  if (parameter.type === "list") {
    const layout = layOut(parameter.item, word);
    const pointer = passed("pointer"), count = parameter.count ?? passed("count", "codeUnits");
    return pointer === undefined || count === undefined ? undefined : {
      type: "list",
      item: partOf(layout, { at: "result", offset: 0, word }),
      pointer,
      count,
      stride: layout.size,
    };
  }
  if (parameter.type === "inout") {
    const at = passed("pointer");
    return at && partOf(layOut(parameter.value, word), { at, offset: 0, word });
  }
  const layout = layOutWhole(parameter, word);
  if (scalarOf(parameter) !== undefined) {
    const number = find((one) => "parameter" in one && one.parameter === index);
    return number && partOf(layout, { at: undefined, offset: 0, word, number });
  }
  const pointer = passed("pointer");
  const nullable = nullableOf(parameter);
  return pointer && wholeOf(layout, { at: pointer, offset: 0, word }, { nullable, pointer });
}

/** Returns whether a host function returns the value of a parameter. */
function isReturned(parameter: HostParameter): parameter is HostOut | HostInOut {
  return typeof parameter === "object" && (parameter.type === "out" || parameter.type === "inout");
}

/**
 * Plans the values that an import returns through pointers; absent if there are none.
 *
 * @returns The plan, or the index of a parameter whose address is not among the core arguments.
 */
export function planOuts(
  parameters: readonly HostParameter[],
  coreArguments: readonly CoreArgument[],
  word: 4 | 8,
  { place }: Convention,
): HostOutsPlan | number | undefined {
  const returned = parameters.flatMap((parameter, index) =>
    isReturned(parameter) ? [{ index, ...parameter }] : []
  );
  if (returned.length === 0) return undefined;
  const fields = Object.fromEntries(returned.map(({ name, value }) => [name, value]));
  const layout = layOutStruct({ fields }, word, word);
  const { offsets } = placeFields({ fields }, word, word);
  const pieces = returned.map(({ index, name }) => {
    const { offset: at, layout: { size: byteLength } } = offsets.get(name)!;
    const argument = coreArguments.findIndex((one) =>
      typeof one === "object" && "text" in one && one.text === index && one.as === "pointer"
    );
    return { index, argument, at, byteLength };
  });
  const missing = pieces.find(({ argument }) => argument < 0);
  if (missing !== undefined) return missing.index;
  return {
    layout,
    pieces: pieces.map(({ argument, at, byteLength }) => ({ argument, at, byteLength })),
    place: hasPointers(layout) && handsOut(place) ? place : undefined,
  };
}

/** Returns the form of a list that an import returns, like that of an export's result. */
export function hostListForm({ pointer, count }: HostListResult): Omit<ResultForm, "name"> {
  const text = { pointer, length: count };
  const parts = [pointer, count];
  if (pointer === "result") return { results: ["p"], text };
  const isHalf = (part: Value) => typeof part === "object" && ("low" in part || "high" in part);
  if (parts.every(isHalf)) return { results: ["i64"], text };
  const isNth = (part: Value) => typeof part === "object" && "result" in part;
  if (!parts.every(isNth)) return { results: [], text };
  return { results: (pointer as { result: number }).result === 0 ? ["p", "n"] : ["n", "p"], text };
}

/** Plans a struct or a list that an import returns; absent if there is no block source for it. */
export function planStructResult(
  result: HostStruct | HostVariant | HostListResult,
  word: 4 | 8,
  convention: Convention,
): Omit<HostStructPlan, "target"> | undefined {
  const isList = result.type === "list";
  const layout = layOut(isList ? result.item : result, word);
  const needsBlock = isList || hasPointers(layout) || result.by !== "value";
  const place: BlockSource | undefined = handsOut(convention.place) ? convention.place : undefined;
  if (needsBlock && place === undefined) return undefined;
  return {
    kind: "compound",
    isList,
    layout,
    nullable: isList ? undefined : nullableOf(result),
    place: needsBlock ? place : undefined,
  };
}

/** Finds how the guest receives a struct; absent if the core arguments have no place for it. */
export function structTarget(
  result: HostStruct | HostVariant,
  layout: HostStructPlan["layout"],
  coreArguments: readonly CoreArgument[],
): StructTarget | undefined {
  if (result.by !== "value") return { kind: "pointer", length: "known" };
  if (scalarOf(result) !== undefined) return { kind: "number", type: numberOf(layout) };
  const argument = coreArguments.findIndex((one) =>
    typeof one === "object" && "area" in one && one.area === 0
  );
  return argument < 0 ? undefined : { kind: "at", argument };
}
