import type { BlockCall, BlockSource, CoreArgument, ResultFreedBy } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { Result, SymbolDeclaration } from "../abi/declaration.ts";
import type { CompoundPlan } from "../abi/plan_parts.ts";
import type { FieldDeclaration, RecordResultDeclaration, ResultForm } from "../abi/result.ts";
import type {
  ListParameter,
  StructField,
  StructParameter,
  StructResultDeclaration,
} from "../abi/struct.ts";
import type { DataLayout, Layout, StructLayout } from "../abi/struct_layout.ts";
import type { Value } from "../abi/value.ts";
import { Problem } from "../base/errors.ts";
import type { NumericType } from "../base/numeric_types.ts";
import type { ResolveContext } from "./context.ts";
import { freeingCall, handsOut } from "./plan_blocks.ts";
import { hasPointers, layOut, layOutStruct, wordOf } from "./lay_out.ts";

// Structs and lists of a declaration become parts that plans have: results become records and
// lists with their places, and parameters get a layout.

/**
 * Returns the number or the pointer that a struct has as its only field. C passes and returns such
 * a struct by value as that number.
 */
function loneOf({ fields }: Pick<StructParameter, "fields">): StructField | undefined {
  const names = Object.keys(fields);
  const [field] = names.length === 1 ? [fields[names[0]!]!] : [];
  if (typeof field !== "object") return field;
  if (field.type === "struct" && field.pointed !== true) return loneOf(field);
  return "length" in field && field.length !== undefined && field.length !== "nul"
    ? undefined
    : field;
}

/** Returns the core type of a parameter that crosses as one number; absent if it crosses in memory. */
export function scalarOf(parameter: StructParameter | ListParameter): string | undefined {
  if (parameter.type !== "struct" || parameter.by !== "value") return undefined;
  const lone = loneOf(parameter);
  return lone === undefined ? undefined : numberType(lone);
}

/** Returns the core type of a number or of a pointer. */
function numberType(lone: StructField): string {
  if (typeof lone === "object" || lone === "string" || lone === "pointer") return "p";
  if (lone === "f32" || lone === "f64") return lone;
  return lone === "i64" || lone === "u64" ? "i64" : "i32";
}

/** Lists the core arguments of a struct or a list. */
export function coreArgumentsOf(
  parameter: StructParameter | ListParameter,
  index: number,
): CoreArgument[] {
  if (scalarOf(parameter) !== undefined) return [{ parameter: index }];
  const { pass = ["pointer", "count"] } = parameter.type === "list"
    ? parameter
    : { pass: ["pointer"] as const };
  return pass.map((as) => ({ text: index, as }));
}

/** Resolves a parameter, or returns a problem if no memory in the guest is known for it. */
export function resolveStruct(
  parameter: StructParameter | ListParameter,
  name: string,
  index: number,
  convention: Convention | undefined,
  { address64, hasStack }: Pick<ResolveContext, "address64" | "hasStack">,
): CompoundPlan | Problem {
  const word = address64 ? 8 : 4;
  const isList = parameter.type === "list";
  const layout = isList ? layOut(parameter.item, word) : layOutStruct(parameter, word);
  const { freedBy, nullable = false } = parameter;
  const place = parameter.place ??
    placeFor(layout, isList, freedBy === "guest", convention, hasStack);
  if (place === undefined) return noMemory(parameter.type, name, index, freedBy === "guest");
  const scalar = scalarOf(parameter) === undefined ? undefined : numberOf(layout);
  return {
    kind: "compound",
    isList,
    layout,
    place,
    free: freeingCall(freedBy ?? "host", place),
    nullable,
    scalar,
  };
}

/** Returns the type of the only number in a layout. */
function numberOf(layout: Layout): NumericType {
  if (layout.kind === "struct") return numberOf(layout.fields[0]!.layout);
  if (layout.kind === "number") return layout.store;
  return layout.size === 8 ? "u64" : "u32";
}

/** Chooses the memory for a struct or a list: what has no bound does not go on a stack. */
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

/**
 * Replaces a result that is a struct or a list of C types by a record or a list of places.
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
  if (result.type !== "struct") return { declaration };
  const layout = layOutStruct(result, word);
  if (isByValue(result)) {
    const isNumber = loneOf(result) !== undefined;
    const at: At = { at: undefined, offset: 0, word, isNumber };
    const record = recordOf(layout, at, result.freedBy);
    return { declaration: { ...declaration, result: record }, ...(!isNumber && { area: layout }) };
  }
  const { pointer = "result", nullable } = result;
  const freedBy = freedByOf(result, layout, name, convention, context);
  if (freedBy instanceof Problem) return freedBy;
  const record = recordOf(layout, { at: pointer, offset: 0, word }, freedBy);
  return {
    declaration: {
      ...declaration,
      result: nullable === true ? { ...record, nullable, pointer } : record,
    },
  };
}

/** A declaration without structs in its result. */
export interface ExpandedResult {
  readonly declaration: SymbolDeclaration;
  /** The struct that the export writes into the return area. */
  readonly area?: StructLayout;
}

/** The result of a struct that C returns by value, or at an address. */
function isByValue({ by, pointer }: StructResultDeclaration): boolean {
  return by === "value" && pointer === undefined;
}

/** Returns the form of a struct that the export writes to the address in its first argument. */
export function formOf(result: StructOrList): ResultForm | undefined {
  if (result.type !== "struct" || !isByValue(result) || loneOf(result) !== undefined) {
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
export function resultTypes(result: StructOrList): readonly string[] | undefined {
  if (result.type !== "struct") return undefined;
  if (isByValue(result)) return [numberType(loneOf(result)!)];
  return result.pointer === undefined || result.pointer === "result" ? ["p"] : undefined;
}

/** A struct or a list among the results of a declaration. */
type StructOrList = Extract<Exclude<Result, string>, { readonly type: "struct" | "list" }>;

/** The address of a value: `offset` bytes from `at`, or from the return area. */
interface At {
  readonly at: Value | undefined;
  readonly offset: number;
  readonly word: 4 | 8;
  /** Whether the value is not in memory: it is the export's result. */
  readonly isNumber?: boolean;
}

/** Declares the record that a struct at an address is lifted to. */
function recordOf(
  { fields }: StructLayout,
  at: At,
  freedBy?: ResultFreedBy,
): RecordResultDeclaration {
  return {
    type: "record",
    fields: Object.fromEntries(
      fields.map(({ name, offset, layout }) => [
        name,
        partOf(layout, { ...at, offset: at.offset + offset }),
      ]),
    ),
    ...(freedBy && { freedBy }),
  };
}

/** Declares a value of a C type at an address. */
function partOf(layout: Layout, at: At): FieldDeclaration {
  const { offset, word, isNumber = false } = at;
  const load = (store: NumericType, from = offset): Value =>
    isNumber ? "result" : { load: store, offset: from, ...(at.at !== undefined && { at: at.at }) };
  switch (layout.kind) {
    case "number":
      return { type: layout.type, value: load(layout.store) };
    case "struct":
      return recordOf(layout, at);
    case "pointed": {
      const pointer = load(wordOf(word));
      const record = recordOf(layout.to, { at: pointer, offset: 0, word });
      return layout.nullable ? { ...record, nullable: true, pointer } : record;
    }
    case "items":
      return {
        type: "list",
        item: partOf(layout.item, { at: "result", offset: 0, word }),
        pointer: addressOf(at),
        count: layout.count,
        stride: layout.item.size,
        freedBy: "guest",
      };
    case "list":
      return {
        type: "list",
        item: partOf(layout.item, { at: "result", offset: 0, word }),
        pointer: load(wordOf(word)),
        count: load(layout.length.store, offset + layout.length.offset),
        stride: layout.item.size,
        ...(layout.freedBy && { freedBy: layout.freedBy }),
      };
    case "data":
      return dataOf(layout, at, load);
  }
}

function dataOf(
  { content, encoding, inline, length, nullable, freedBy }: DataLayout,
  at: At,
  load: (store: NumericType, from?: number) => Value,
): FieldDeclaration {
  const type = typeof content === "object"
    ? { type: "array", element: content.element } as const
    : content === "string"
    ? { type: content, encoding, trailingNul: "keep" } as const
    : { type: content } as const;
  if (inline !== undefined) {
    const within = content === "string" ? { within: inline } : inline;
    return { ...type, pointer: addressOf(at), length: within, freedBy: "guest" };
  }
  const pointer = load(wordOf(at.word));
  const rest = { ...type, nullable, ...(freedBy && { freedBy }) };
  if (length === "nul") return { ...rest, pointer, length };
  const counted = load(length.store, at.offset + length.offset);
  // A struct without items need not have a place for them.
  const nullIs = nullable ? undefined : "empty" as const;
  const text = { pointer, length: counted, unit: "codeUnits", ...(nullIs && { nullIs }) } as const;
  return { ...rest, form: { text } };
}

/** The address itself, for a value that begins there. */
function addressOf({ at = "area", offset }: At): Value {
  return offset === 0 ? at : { sum: [at, offset] };
}

/** Returns who frees a struct at a pointer, with the calls that the convention's `"host"` means. */
function freedByOf(
  { freedBy, pointer = "result" }: StructResultDeclaration,
  layout: StructLayout,
  name: string,
  convention: Convention | undefined,
  { functionType }: Pick<ResolveContext, "functionType">,
): ResultFreedBy | Problem | undefined {
  // What lies elsewhere is not handed out, unless the declaration says so.
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
      found: "the struct points to other structs, which may be shared",
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
    default:
      return false;
  }
}

/** Turns the call that frees a block into one that frees the struct in the export's result. */
function wholeCall(
  free: BlockCall,
  { size, align }: StructLayout,
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
