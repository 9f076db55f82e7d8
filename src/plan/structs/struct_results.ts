import type { BlockCall, ResultFreedBy } from "../../abi/block_source.ts";
import type { Convention } from "../../abi/convention.ts";
import type { Result, SymbolDeclaration } from "../../abi/declaration.ts";
import type { ResultForm } from "../../abi/result.ts";
import type {
  StructField,
  StructResultDeclaration,
  VariantResultDeclaration,
} from "../../abi/struct.ts";
import type { Layout } from "../../abi/struct_layout.ts";
import { Problem } from "../../base/errors.ts";
import type { ResolveContext } from "../context.ts";
import { handsOut } from "../plan_blocks.ts";
import {
  hasPointers,
  isWhole,
  layOut,
  layOutWhole,
  scalarOf,
  type WholeLayout,
} from "./lay_out.ts";
import { expandOuts, type Outs } from "./out_parameters.ts";
import { type At, partOf, wholeOf } from "./struct_records.ts";

/** A declaration of which each part is a number, data, or a place in memory. */
export interface Expanded {
  /** The declaration of what crosses: each parameter that is counted is what it would be alone. */
  readonly given: SymbolDeclaration;
  /** The same, with the parameters that take an argument alone. */
  readonly declaration: SymbolDeclaration;
  /** The values that parameters return. */
  readonly outs?: Outs | undefined;
  /** The size of the return area in bytes. */
  readonly areaSize?: number;
}

/** Replaces the structs, the out-parameters and the lists of C types in a declaration. */
export function expand(
  whole: SymbolDeclaration,
  name: string,
  convention: Convention | undefined,
  context: Pick<ResolveContext, "address64" | "functionType">,
): Expanded | Problem {
  const outs = expandOuts(whole, name, context);
  if (outs instanceof Problem) return outs;
  const given = outs?.declaration ?? whole;
  const numbered = expandResult(given, name, convention, context);
  if (numbered instanceof Problem) return numbered;
  const declaration = outs?.settle(numbered.declaration) ?? numbered.declaration;
  if (declaration instanceof Problem) return declaration;
  const areaSize = Math.max(numbered.area?.size ?? 0, outs?.areaSize ?? 0);
  return { given, declaration, outs, areaSize };
}

/**
 * Replaces a result that is a struct or a list of C types with a record or a list of places.
 *
 * @returns The same declaration if it has none.
 */
export function expandResult(
  declaration: SymbolDeclaration,
  name: string,
  convention: Convention | undefined,
  context: Pick<ResolveContext, "address64" | "functionType">,
): ExpandedResult | Problem {
  const { result } = declaration;
  if (typeof result === "string") return { declaration };
  const word = context.address64 ? 8 : 4;
  if (result.type === "list" && !("stride" in result) && !("next" in result)) {
    const { item, pointer, count, freedBy } = result;
    const layout = layOut(item as StructField, word);
    return {
      declaration: {
        ...declaration,
        result: {
          type: "list",
          item: partOf(layout, { at: "result", offset: 0, word }),
          pointer,
          count,
          stride: layout.size,
          ...(freedBy && { freedBy }),
        },
      },
    };
  }
  if (!isWhole(result)) return { declaration };
  const layout = layOutWhole(result, word);
  const replace = (at: At, owning: Parameters<typeof wholeOf>[2]): ExpandedResult => ({
    declaration: { ...declaration, result: wholeOf(layout, at, owning) },
  });
  if (isByValue(result)) {
    const isNumber = scalarOf(result) !== undefined;
    const at: At = { at: undefined, offset: 0, word, ...(isNumber && { number: "result" }) };
    const { freedBy } = result;
    return { ...replace(at, { ...(freedBy && { freedBy }) }), ...(!isNumber && { area: layout }) };
  }
  const { pointer = "result", nullable = false } = result;
  const freedBy = freedByOf(result, layout, name, convention, context);
  if (freedBy instanceof Problem) return freedBy;
  const at: At = { at: pointer, offset: 0, word };
  return replace(at, { ...(freedBy && { freedBy }), nullable, pointer });
}

/** A declaration without structs in its result. */
export interface ExpandedResult {
  readonly declaration: SymbolDeclaration;
  /** The struct that the export writes into the return area. */
  readonly area?: WholeLayout;
}

/** Returns whether C returns a struct by value. */
function isByValue({ by, pointer }: Pick<StructResultDeclaration, "by" | "pointer">): boolean {
  return by === "value" && pointer === undefined;
}

/** Returns the form of a struct that the export writes to the address in its first argument. */
export function formOf(result: CResult): ResultForm | undefined {
  if (result.type === "list" || !isByValue(result) || scalarOf(result) !== undefined) {
    return undefined;
  }
  return {
    name: "custom",
    results: [],
    area: "before",
    text: { pointer: "area", length: 0 },
  };
}

/** Lists the core results of an export that returns a struct; absent if it is found elsewhere. */
export function resultTypes(result: CResult): readonly string[] | undefined {
  if (result.type === "list") return undefined;
  if (isByValue(result)) return [scalarOf(result)!];
  return result.pointer === undefined || result.pointer === "result" ? ["p"] : undefined;
}

/** A result of a C type. */
type CResult =
  | StructResultDeclaration
  | VariantResultDeclaration
  | Extract<Result, { readonly type: "list" }>;

/** Returns who frees a struct at a pointer, with the calls for `"host"` in the convention. */
function freedByOf(
  { type, freedBy, pointer = "result" }: Exclude<CResult, { readonly type: "list" }>,
  layout: WholeLayout,
  name: string,
  convention: Convention | undefined,
  { functionType }: Pick<ResolveContext, "functionType">,
): ResultFreedBy | Problem | undefined {
  // A struct at another place is not newly allocated, unless the declaration says so.
  if (freedBy === undefined && pointer !== "result") return "guest";
  const who = freedBy ?? convention?.resultsFreedBy;
  const place = convention?.place;
  if (who !== "host" || place === undefined || !handsOut(place) || place.free === undefined) {
    return freedBy;
  }
  if (hasPointed(layout)) {
    return new Problem({
      code: "signature",
      part: "freedBy",
      cannot: `Cannot free the result of "${name}"`,
      found: `the ${type} points to other structs, which may be shared`,
      expected: 'freedBy: { call } with the export that frees all of it, or "guest"',
      export: name,
    });
  }
  const { free } = place;
  if (pointer !== "result") return freedBy;
  const whole = wholeCall(free, layout, functionType);
  return { calls: hasPointers(layout) ? [free, whole] : [whole] };
}

function hasPointed(layout: Layout): boolean {
  switch (layout.kind) {
    case "pointed":
      return true;
    case "struct":
      return layout.fields.some(({ layout }) => hasPointed(layout));
    case "items":
    case "list":
      return hasPointed(layout.item);
    case "variant":
      return layout.cases.some(({ layout }) => layout !== undefined && hasPointed(layout));
    default:
      return false;
  }
}

/** Converts the call that frees a block to one that frees the struct in the export's result. */
function wholeCall(
  free: BlockCall,
  { size, align }: WholeLayout,
  functionType: ResolveContext["functionType"],
): BlockCall {
  if (typeof free === "object") {
    const pass = free.pass.map((value) =>
      value === "pointer"
        ? "result"
        : value === "align"
        ? align
        : typeof value === "number"
        ? value
        : size
    );
    return { ...free, pass };
  }
  const all = ["result", size, align] as const;
  return { export: free, pass: all.slice(0, functionType(free)?.parameters.length ?? 1) };
}

export { hasPointers, scalarOf } from "./lay_out.ts";
export { structAt } from "./struct_records.ts";
export {
  hostListForm,
  hostValue,
  planOuts,
  planStructResult,
  structTarget,
} from "./host_structs.ts";
export { coreArgumentsOf, resolveStruct } from "./struct_parameters.ts";
