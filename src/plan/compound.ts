import type { BlockCall, BlockSource, Pass, ResultFreedBy } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { FunctionDeclaration, Parameter, SymbolDeclaration } from "../abi/declaration.ts";
import type { BytesClass } from "../abi/number.ts";
import type { ResultPlan, TextResultPlan } from "../abi/plan_parts.ts";
import type {
  CompoundDeclaration,
  FieldDeclaration,
  ListResultDeclaration,
} from "../abi/result.ts";
import type { Condition } from "../abi/value.ts";
import { allOf, Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { BLOCK_PASSES } from "../presets/allocator.ts";
import { coreArgumentsOf, coreType, hasPlace, isOpen, passes, placeOf } from "./flatten.ts";
import type { Flattening } from "./flattening.ts";
import { type FreeingCalls, freeingCalls } from "./plan_blocks.ts";

/** The maximum number of items from a cursor; a guest with more is assumed never to end. */
const MOST_ITEMS = 1_000_000;

/** The function that resolves one part of a compound. */
type ResolveField = (
  field: FieldDeclaration,
  convention: Convention | undefined,
) => ResultPlan | Problem;

/** Resolves a compound; `resolve` does the same for each of its parts. */
export function resolveCompound(
  result: CompoundDeclaration,
  convention: Convention | undefined,
  resolve: ResolveField,
): ResultPlan | Problem {
  const stated = result.type === "record" || result.type === "variant" ? result.freedBy : undefined;
  const { free, whole } = wholeOf(result, convention, stated);
  // A part that is freed with the whole is not freed separately, unless declared so.
  const freedBy = whole === undefined ? stated : free === undefined ? "guest" : { calls: free };
  const inner = freedBy === undefined ? convention : { ...convention!, resultsFreedBy: freedBy };
  switch (result.type) {
    case "record": {
      const names = Object.keys(result.fields);
      const found = allOf(
        names.map((name) => inPart(`fields.${name}`, resolve(result.fields[name]!, inner))),
      );
      if (found instanceof Problem) return found;
      const fields = found.map((field, index) => [names[index]!, field] as const);
      const { nullable, pointer } = result;
      return { kind: "record", nullable, pointer, fields, whole };
    }
    case "variant": {
      const names = Object.keys(result.cases);
      const found = allOf(names.map((name) => {
        const { is, value } = result.cases[name]!;
        const item = value && inPart(`cases.${name}.value`, resolve(value, inner));
        return item instanceof Problem ? item : { name, is, ...(item && { item }) };
      }));
      if (found instanceof Problem) return found;
      const { tag: value, nullable, pointer } = result;
      return {
        kind: "choice",
        value,
        cases: found,
        isOpen: false,
        nullable,
        pointer,
        whole,
      };
    }
    case "list":
      return resolveList(result, whole, (field) => resolve(field, inner));
    case "slice": {
      const { of: parameter, from, to, nullable = false } = result;
      return { kind: "slice", parameter, from, to, nullable };
    }
    case "pointed": {
      const { declaration, pointer: value, nullable } = result;
      return { kind: "function", declaration: declaration as FunctionDeclaration, value, nullable };
    }
  }
}

/** Makes a problem of one part of a compound, with the part's place. */
function inPart<T>(at: string, found: T | Problem): T | Problem {
  return found instanceof Problem ? found.with({ part: `${at}.${found.parts.part}` }) : found;
}

/**
 * Finds the calls that free a compound as a whole, and those that free its parts. The compound may
 * declare the calls, or the convention frees such results and a part of the compound leaves freeing
 * to it.
 */
function wholeOf(
  result: CompoundDeclaration,
  convention: Convention | undefined,
  stated: ResultFreedBy | undefined,
): FreeingCalls {
  const freedBy = stated ?? convention?.resultsFreedBy;
  if (typeof freedBy !== "object") return {};
  return stated !== undefined || leavesFreeing(result) ? freeingCalls(freedBy) : {};
}

/** Makes a result that is present only if a number passes a test. */
export function onlyWhen({ value, is }: Condition, item: ResultPlan): ResultPlan {
  return { kind: "choice", value, cases: [{ is, item }], isOpen: true };
}

function leavesFreeing(field: FieldDeclaration | CompoundDeclaration): boolean {
  switch (field.type) {
    case "record":
      return field.freedBy === undefined && Object.values(field.fields).some(leavesFreeing);
    case "list":
      // Each item of a cursor is a result of its own.
      return !("next" in field) && (field.freedBy === undefined || leavesFreeing(field.item));
    case "variant":
      return field.freedBy === undefined &&
        Object.values(field.cases).some(({ value }) => value !== undefined && leavesFreeing(value));
    case "string":
    case "bytes":
    case "array":
      return "freedBy" in field ? field.freedBy === undefined : true;
    default:
      return false;
  }
}

function resolveList(
  list: ListResultDeclaration,
  whole: readonly BlockCall[] | undefined,
  resolve: (field: FieldDeclaration) => ResultPlan | Problem,
): ResultPlan | Problem {
  const item = inPart("item", resolve(list.item));
  if (item instanceof Problem) return item;
  if ("next" in list) {
    const { next, call, most = MOST_ITEMS } = list;
    return { kind: "cursor", item, next, call, most };
  }
  const { pointer, count, stride, freedBy } = list;
  // If items differ in size, their total is known when all of them have been found.
  const length = typeof stride === "number" ? { product: [count, stride] } : 0;
  const memory = resolve({ type: "bytes", pointer, length, ...(freedBy && { freedBy }) });
  // A list without items needs no memory.
  const bytes = { ...memory as TextResultPlan, nullIs: "empty" } as const;
  return { kind: "elements", item, bytes, count, stride, whole };
}

/** Makes the problem for a part of a result that has no place. */
export function openField(type: string): Problem {
  return new Problem({
    code: "no-convention",
    part: "pointer",
    cannot: `Cannot lift a field of type ${quote(type)}`,
    found: "its place is not declared",
    expected: '"pointer" and "length", or "form"',
  });
}

/** Refuses a class for bytes that are an `externref`, because they are the guest's own object. */
export function refuseClass(named: BytesClass): Problem {
  return new Problem({
    code: "signature",
    part: "as",
    cannot: `Cannot lift bytes as ${quote(named)}`,
    found: "they are an externref, which stays the object that the guest gives",
    expected: "no class",
  });
}

/**
 * Lists the possible core arguments of texts with their own block sources; absent if one has none,
 * so that the convention applies.
 *
 * @param isKnown Whether the export's type is known, which selects one.
 */
export function placePasses(
  parameters: readonly Parameter[],
  convention: Convention | undefined,
  isKnown: boolean,
): readonly (readonly Pass[])[] | undefined {
  const open = parameters.filter((parameter) => isOpen(parameter, convention));
  if (!open.every(hasPlace)) return undefined;
  const both: Pass[] = ["pointer", "byteLength"];
  if (!isKnown) return [both];
  const are = (kind: BlockSource["kind"]) =>
    open.every((parameter) => placeOf(parameter)?.kind === kind);
  if (are("managedArray")) return [["pointer"]];
  // The guest knows where its buffer is.
  if (are("buffer")) return [both, ["byteLength"], []];
  return BLOCK_PASSES;
}

/**
 * Lists the ways in which a number or a void result comes with a status, unless one is declared.
 */
export function flattenNumber(
  declaration: SymbolDeclaration,
  convention: Convention | undefined,
): Flattening[] {
  const { result, status, arguments: stated, parameters } = declaration;
  if (typeof result !== "string" || status !== undefined || stated !== undefined) return [];
  const type = result === "void" ? result : coreType(result);
  const forms = convention?.numberResults?.filter(({ of }) => of === type) ?? [];
  return forms.flatMap((number) =>
    passes(parameters, convention).map((pass) => {
      const coreArguments = parameters.flatMap((parameter, index) =>
        coreArgumentsOf(parameter, index, pass, convention)
      );
      return {
        pass,
        coreArguments: number.area === "before" ? [{ area: 0 }, ...coreArguments] : coreArguments,
        number,
      };
    })
  );
}

export { resolveStrings, resolveStringsResult, withClass } from "./strings.ts";
