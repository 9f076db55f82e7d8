import type {
  BlockCall,
  BlockSource,
  CoreArgument,
  Pass,
  ResultFreedBy,
} from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { ChunkDeclaration, Parameter, SymbolDeclaration } from "../abi/declaration.ts";
import type { ContentKind } from "../abi/number.ts";
import type { StringsParameter } from "../abi/parameter.ts";
import type {
  ChunkCall,
  PlanParts,
  ResultPlan,
  StringsPlan,
  TextResultPlan,
} from "../abi/plan_parts.ts";
import type {
  CompoundDeclaration,
  FieldDeclaration,
  ListResultDeclaration,
  StringsResultDeclaration,
  TextResult,
} from "../abi/result.ts";
import { allOf, Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { ResolveContext } from "./context.ts";
import { objectsOf } from "./flatten.ts";
import { freeingCall, type FreeingCalls, freeingCalls, plannedEncoding } from "./plan_blocks.ts";

/** The most items that a cursor may return; a guest with more is assumed never to end. */
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
  const stated = result.type === "record" ? result.freedBy : undefined;
  const { free, whole } = wholeOf(result, convention, stated);
  // A part that is freed with the whole has no call of its own, unless it is declared with one.
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
      const { nullable = false, pointer } = result;
      return { kind: "record", nullable, ...(pointer !== undefined && { pointer }), fields, whole };
    }
    case "list":
      return resolveList(result, whole, (field) => resolve(field, inner));
    case "slice": {
      const { of: parameter, from, to, nullable = false } = result;
      return { kind: "slice", parameter, from, to, nullable };
    }
  }
}

/** Makes a problem of one part of a compound, with the part's place. */
function inPart<T>(at: string, found: T | Problem): T | Problem {
  return found instanceof Problem ? found.with({ part: `${at}.${found.parts.part}` }) : found;
}

/**
 * Finds the calls that free a compound as a whole, and those that free its parts. There are some if
 * the compound declares them, or if the convention frees such results and a part of the compound
 * leaves freeing to the convention.
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

function leavesFreeing(field: FieldDeclaration): boolean {
  switch (field.type) {
    case "record":
      return field.freedBy === undefined && Object.values(field.fields).some(leavesFreeing);
    case "list":
      // Each item of a cursor is a result of its own.
      return !("next" in field) && (field.freedBy === undefined || leavesFreeing(field.item));
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
  const length = { product: [count, stride] };
  const memory = resolve({ type: "bytes", pointer, length, ...(freedBy && { freedBy }) });
  // A list without items needs no memory.
  const bytes = { ...memory as TextResultPlan, nullIs: "empty" } as const;
  return { kind: "elements", item, bytes, count, stride, whole };
}

/**
 * Returns a block source with the class that a parameter names, or a problem if the source has no
 * objects.
 */
export function withClass(
  place: BlockSource,
  parameter: { readonly type?: string; readonly class?: string | undefined },
): BlockSource | Problem {
  const { class: named, type = "" } = parameter;
  if (named === undefined) return place;
  if (place.kind === "managedArray") return { ...place, class: named };
  return new Problem({
    code: "no-convention",
    part: "class",
    cannot: `Cannot pass ${quote(type)} as an object of class ${quote(named)}`,
    found: "the convention has no classes",
    expected: "convention: assemblyScript(), or no class",
  });
}

/** Plans the calls of a guest that takes parameter number `parameter` in chunks. */
export function resolveChunked(
  { chunked, parameters }: SymbolDeclaration,
  parameter: number,
  context: ResolveContext,
): NonNullable<PlanParts["chunked"]> | Problem {
  const { init, update, final, parameter: stated } = chunked!;
  const data = parameters.filter(isData);
  const isOpen = stated === undefined && data.length !== 1;
  if (isOpen || !isData(parameters[parameter])) {
    const name = nameOf(update);
    return new Problem({
      code: "signature",
      part: isOpen ? "parameters" : "chunked.parameter",
      cannot: `Cannot pass input in chunks to ${quote(name)}`,
      found: isOpen
        ? `the declaration has ${data.length} texts`
        : `parameter ${parameter} is no text`,
      expected: `one text${isOpen ? ', or "parameter" to say which it is' : ""}`,
      export: name,
    });
  }
  const numbers: CoreArgument[] = parameters.flatMap((item, index) =>
    isData(item) ? [] : [{ parameter: index }]
  );
  const byteLength: CoreArgument = { text: parameter, as: "byteLength" };
  const pointer: CoreArgument = { text: parameter, as: "pointer" };
  const begin = init === undefined ? undefined : resolve(init, [[], numbers], context);
  if (begin instanceof Problem) return begin;
  const each = resolve(update, [[byteLength], [pointer, byteLength]], context);
  if (each instanceof Problem) return each;
  const end = resolve(final, [[], numbers], context);
  return end instanceof Problem ? end : { parameter, init: begin, update: each, final: end };
}

function isData(parameter: Parameter | undefined): boolean {
  return parameter === "string" || parameter === "bytes" || typeof parameter === "object";
}

/** Returns the first of the usual ways with as many arguments as the export takes. */
function resolve(
  declared: ChunkDeclaration,
  ways: readonly (readonly CoreArgument[])[],
  context: ResolveContext,
): ChunkCall | Problem {
  const name = nameOf(declared);
  if (typeof declared === "object") return { export: name, coreArguments: declared.arguments };
  const count = context.functionType(name)?.parameters.length;
  const coreArguments = ways.find((way) => count === undefined || way.length === count);
  if (coreArguments !== undefined) return { export: name, coreArguments };
  const counts = new Set(ways.map((way) => way.length));
  return new Problem({
    code: "signature",
    part: "chunked",
    cannot: `Cannot pass chunks to ${quote(name)}`,
    found: `it takes ${count} arguments`,
    expected: `${[...counts].join(" or ")}, or { export, arguments } to say which`,
    export: name,
  });
}

function nameOf(declared: ChunkDeclaration): string {
  return typeof declared === "string" ? declared : declared.export;
}

/**
 * Resolves several texts. It is a problem if they would have to be garbage-collected objects of an
 * unknown class. `pass` is their core arguments: a guest that gets no lengths finds the end of each
 * text by its NUL.
 */
export function resolveStrings(
  parameter: StringsParameter,
  pass: readonly Pass[],
  convention: Convention | undefined,
): StringsPlan | Problem {
  const { place: declared, layout = "pointers", freedBy } = parameter;
  const place = withClass(
    declared ?? objectsOf(convention) ?? convention?.place ?? { kind: "stack" },
    parameter,
  );
  if (place instanceof Problem) return place;
  if (place.kind === "allocator" && place.pin !== undefined) {
    return new Problem({
      code: "no-convention",
      part: "place",
      cannot: "Cannot pass several strings",
      found: "the guest's are objects that it collects",
      expected: "a parameter with a place of its own",
    });
  }
  const { layout: stated } = parameter;
  if (place.kind === "managedArray" && (stated !== undefined || parameter.terminated)) {
    const part = stated === undefined ? "terminated" : "layout";
    return new Problem({
      code: "signature",
      part,
      cannot: `Cannot pass several strings with ${part}`,
      found: "the guest's are an array of objects",
      expected: "neither",
    });
  }
  const isMeasured = place.kind === "managedArray" || layout === "pairs" ||
    pass.includes("lengths");
  return {
    kind: "strings",
    encoding: plannedEncoding(parameter, convention),
    place,
    layout,
    terminated: parameter.terminated ?? !isMeasured,
    free: freeingCall(freedBy ?? convention?.argumentsFreedBy ?? "host", place),
  };
}

/** Resolves where text, bytes or an array of a result is, and who frees it. */
type ResolveText = (
  text: TextResult,
  content: ContentKind,
  convention: Convention | undefined,
  declared: { readonly nullable: boolean },
) => TextResultPlan;

/**
 * Resolves several strings of a guest whose arrays are objects, which show where their elements
 * are.
 */
export function resolveStringsResult(
  { pointer = "result", freedBy, nullable = false }: StringsResultDeclaration,
  convention: Convention | undefined,
  resolveText: ResolveText,
): ResultPlan | Problem {
  const { length } = convention?.arrayResults?.[0]?.text ?? {};
  if (typeof length !== "object" || !("object" in length)) {
    return new Problem({
      code: "no-convention",
      part: "type",
      cannot: 'Cannot lift "strings"',
      found: "the convention has no objects that hold several",
      expected: 'type: "list" with an item of type "string"',
    });
  }
  return {
    ...resolveText({ pointer, length, ...(freedBy && { freedBy }) }, "bytes", convention, {
      nullable,
    }),
    content: "strings",
  };
}

/** Makes the problem of a field without a place. */
export function openField(type: string): Problem {
  return new Problem({
    code: "no-convention",
    part: "pointer",
    cannot: `Cannot lift a field of type ${quote(type)}`,
    found: "its place is not declared",
    expected: '"pointer" and "length", or "form"',
  });
}
