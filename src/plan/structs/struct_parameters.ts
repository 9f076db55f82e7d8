import type { BlockSource, CoreArgument, Pass } from "../../abi/block_source.ts";
import type { Convention } from "../../abi/convention.ts";
import type { HostListParameter, HostStruct, HostVariant } from "../../abi/host_struct.ts";
import type { CompoundPlan } from "../../abi/plan_parts.ts";
import type { InOutParameter, OutParameter } from "../../abi/out_parameter.ts";
import type {
  ListParameter,
  StructField,
  StructParameter,
  VariantParameter,
} from "../../abi/struct.ts";
import type { Layout } from "../../abi/struct_layout.ts";
import { Problem } from "../../base/errors.ts";
import type { ResolveContext } from "../context.ts";
import { freeingCall, handsOut, isEach } from "../plan_blocks.ts";
import { alignOf, hasPointers, layOut, numberOf, scalarOf } from "./lay_out.ts";

/** Lists the core arguments of a struct or a list. */
export function coreArgumentsOf(
  parameter:
    | StructParameter
    | VariantParameter
    | ListParameter
    | OutParameter
    | InOutParameter
    | HostStruct
    | HostVariant
    | HostListParameter,
  index: number,
): CoreArgument[] {
  if (scalarOf(parameter) !== undefined) return [{ parameter: index }];
  const isCounted = parameter.type === "list" &&
    (!("count" in parameter) || parameter.count === undefined);
  const usual: readonly Pass[] = isCounted ? ["pointer", "count"] : ["pointer"];
  const { pass = usual } = parameter.type === "list" ? parameter : {};
  return pass.map((as) => ({ text: index, as }));
}

/** Resolves a parameter, or returns a problem if there is no block source for it. */
export function resolveStruct(
  parameter: StructParameter | VariantParameter | ListParameter | InOutParameter,
  name: string,
  index: number,
  convention: Convention | undefined,
  { address64, hasStack }: Pick<ResolveContext, "address64" | "hasStack">,
): CompoundPlan | Problem {
  const word = address64 ? 8 : 4;
  const isList = parameter.type === "list";
  const layout = isList
    ? layOut(parameter.item, word)
    : layOut(parameter.type === "inout" ? parameter.value as StructField : parameter, word);
  const { freedBy, place: declared }: Pick<Partial<ListParameter>, "freedBy" | "place"> =
    parameter.type === "inout" ? {} : parameter;
  const place = declared ??
    placeFor(layout, isList, freedBy === "guest", convention, hasStack);
  if (place === undefined) return noMemory(parameter.type, name, index, freedBy === "guest");
  const free = freeingCall(freedBy ?? "host", place);
  const scalar = scalarOf(parameter) === undefined ? undefined : numberOf(layout);
  return {
    kind: "compound",
    isList,
    layout,
    align: isEach({ place, free }) ? layout.align : alignOf(layout),
    place,
    free,
    nullable: nullableOf(parameter),
    scalar,
  };
}

/** Returns whether a value can be `null`; `undefined` if no declaration allows that. */
export function nullableOf(
  type: { readonly type: string; readonly by?: unknown; readonly nullable?: boolean },
): boolean | undefined {
  return type.type === "inout" || type.by === "value" ? undefined : type.nullable ?? false;
}

/**
 * Chooses the block source for a struct or a list; data of unbounded size is not put on the stack.
 */
function placeFor(
  layout: Layout,
  isList: boolean,
  isGiven: boolean,
  convention: Convention | undefined,
  hasStack: boolean,
): BlockSource | undefined {
  const place = convention?.place;
  const allocated = place !== undefined && handsOut(place) ? place : undefined;
  if (isGiven) return allocated;
  const stack: BlockSource | undefined = hasStack ? { kind: "stack" } : undefined;
  return isList || hasPointers(layout) ? allocated ?? stack : stack ?? allocated;
}

function noMemory(type: string, name: string, index: number, isGiven: boolean): Problem {
  return new Problem({
    code: "no-convention",
    part: "place",
    cannot: `Cannot pass a ${type} as argument ${index} to "${name}"`,
    found: isGiven
      ? "the guest frees it, and no allocator of the guest is known"
      : "the guest has neither a known allocator nor a stack pointer that can be moved",
    expected: "convention: allocator({ allocate, free })" +
      (isGiven ? "" : ", a place of its own, or a guest that exports __stack_pointer"),
    export: name,
  });
}
