import type { Result } from "../../abi/declaration.ts";
import type { ContentKind } from "../../abi/number.ts";
import type {
  StructField,
  StructParameter,
  StructResultDeclaration,
  VariantField,
  VariantResultDeclaration,
} from "../../abi/struct.ts";
import type {
  DataLayout,
  EitherFunction,
  FunctionLayout,
  Layout,
  LengthPlace,
  StructLayout,
  VariantLayout,
} from "../../abi/struct_layout.ts";
import { isNumericType, NUMERIC_TYPES, type NumericType } from "../../base/numeric_types.ts";
import { codecName, isWide } from "../../memory/text/common.ts";

/** The type of a pointer. */
export function wordOf(word: 4 | 8): NumericType {
  return word === 8 ? "u64" : "u32";
}

/**
 * Computes the C layout of a type: each field is at the next multiple of its alignment, with
 * padding at the end.
 *
 * @param word The size of a pointer in bytes.
 */
export function layOut(field: StructField, word: 4 | 8): Layout {
  if (typeof field === "string") {
    return field === "string" ? layOutData({ type: field }, word) : layOutNumber(field, word);
  }
  switch (field.type) {
    case "struct": {
      const to = layOutStruct(field, word);
      if (field.pointed !== true) return to;
      return { kind: "pointed", to, nullable: field.nullable ?? false, size: word, align: word };
    }
    case "list": {
      const item = layOut(field.item, word);
      const { length } = field;
      if (typeof length === "number") {
        return { kind: "items", item, count: length, size: length * item.size, align: item.align };
      }
      const size = length === "pair" ? 2 * word : word;
      const behind = { offset: word, store: wordOf(word) };
      return { kind: "list", item, length: behind, freedBy: field.freedBy, size, align: word };
    }
    case "variant":
      return layOutVariant(field, word);
    case "function": {
      const { nullable = false } = field;
      const declaration = field as unknown as EitherFunction;
      return { kind: "function", declaration, nullable, size: word, align: word };
    }
    default:
      return layOutData(field, word);
  }
}

/** Computes the layout of a tag and a union, which starts at a multiple of its alignment. */
function layOutVariant({ tag, cases }: VariantField, word: 4 | 8): VariantLayout {
  const { byteLength } = NUMERIC_TYPES[tag];
  const all = Object.entries(cases).map(([name, { is, value }]) => ({
    name,
    is,
    layout: value && layOut(value, word),
  }));
  const extents = all.flatMap(({ layout }) => layout ?? []);
  const align = Math.max(1, ...extents.map(({ align }) => align));
  const offset = Math.ceil(byteLength / align) * align;
  const most = Math.max(align, byteLength);
  const end = offset + Math.max(0, ...extents.map(({ size }) => size));
  return {
    kind: "variant",
    tag,
    cases: all.map((one) => ({ ...one, offset })),
    size: Math.ceil(end / most) * most,
    align: most,
  };
}

function layOutNumber(type: Exclude<StructField, object | "string">, word: 4 | 8): Layout {
  const store = type === "bool" ? "u8" : type === "pointer" ? wordOf(word) : type;
  const { byteLength: size } = NUMERIC_TYPES[store];
  return { kind: "number", type, store, size, align: size };
}

function layOutData(
  field: Exclude<StructField, string> & { readonly type: "string" | "bytes" | "array" },
  word: 4 | 8,
): DataLayout {
  const { type, length = "nul", nullable = false, freedBy } = field;
  const content: ContentKind = type === "array" ? { element: field.element } : type;
  const encoding = type === "string"
    ? codecName(field.encoding ?? "utf-8", field.onInvalid)
    : "utf-8";
  const unit = typeof content === "object"
    ? NUMERIC_TYPES[content.element].byteLength
    : isWide(encoding)
    ? 2
    : 1;
  const all = { kind: "data", content, encoding, unit, nullable, freedBy } as const;
  if (typeof length === "number") {
    const size = length * unit;
    return { ...all, inline: size, length: "nul", size, align: unit };
  }
  const behind: LengthPlace = { offset: word, store: wordOf(word) };
  return {
    ...all,
    length: length === "nul" ? length : behind,
    size: length === "pair" ? 2 * word : word,
    align: word,
  };
}

/** The offsets of fields by name, and the size and alignment of the whole. */
interface Places {
  readonly offsets: ReadonlyMap<string, { readonly offset: number; readonly layout: Layout }>;
  readonly end: number;
  readonly most: number;
}

/** Places fields consecutively; `least` is the minimum alignment of each. */
export function placeFields(
  { fields, packed }: Pick<StructParameter, "fields" | "packed">,
  word: 4 | 8,
  least = 1,
): Places {
  const offsets = new Map<string, { readonly offset: number; readonly layout: Layout }>();
  let end = 0, most = 1;
  for (const name of Object.keys(fields)) {
    const layout = layOut(fields[name]!, word);
    const align = packed === true ? 1 : Math.max(layout.align, least);
    const offset = Math.ceil(end / align) * align;
    offsets.set(name, { offset, layout });
    end = offset + layout.size;
    most = Math.max(most, align);
  }
  return { offsets, end, most };
}

/** The layout of a value that is passed or returned as a whole. */
export type WholeLayout = StructLayout | VariantLayout;

/** Returns whether a result is a struct or a variant with a C layout. */
export function isWhole(
  result: Result,
): result is StructResultDeclaration | VariantResultDeclaration {
  return typeof result === "object" &&
    (result.type === "struct" || result.type === "variant" && isNumericType(result.tag));
}

/** Computes the layout of a struct or a variant that is passed or returned as a whole. */
export function layOutWhole(
  type: Pick<StructParameter, "type" | "fields" | "packed"> | VariantField,
  word: 4 | 8,
): WholeLayout {
  return layOut(type, word) as WholeLayout;
}

/** Computes the layout of a struct; `least` is the minimum alignment of each field. */
export function layOutStruct(
  struct: Pick<StructParameter, "fields" | "packed">,
  word: 4 | 8,
  least = 1,
): StructLayout {
  const { fields } = struct;
  const { offsets, end, most } = placeFields(struct, word, least);
  const counts = new Set<string>();
  const placed = [...offsets].map(([name, { offset, layout }]) => {
    const counted = lengthField(fields[name]!);
    const other = counted === undefined ? undefined : offsets.get(counted);
    if (other?.layout.kind !== "number") return { name, offset, layout };
    counts.add(counted!);
    const length = { offset: other.offset - offset, store: other.layout.store };
    return { name, offset, layout: { ...layout, length } as Layout };
  });
  return {
    kind: "struct",
    fields: placed.filter(({ name }) => !counts.has(name)),
    size: Math.ceil(end / most) * most,
    align: most,
  };
}

/** Returns the name of the field that has the length of another. */
function lengthField(field: StructField): string | undefined {
  const length = typeof field === "object" && "length" in field ? field.length : undefined;
  return typeof length === "object" ? length.field : undefined;
}

/** Returns the alignment of a block for a value and everything that it points to. */
export function alignOf(layout: Layout): number {
  const { kind, align } = layout;
  switch (kind) {
    case "data":
      return Math.max(align, layout.unit);
    case "struct":
      return Math.max(align, ...layout.fields.map(({ layout }) => alignOf(layout)));
    case "pointed":
      return Math.max(align, alignOf(layout.to));
    case "items":
    case "list":
      return Math.max(align, alignOf(layout.item));
    case "variant":
      return Math.max(align, ...layout.cases.map(({ layout }) => layout ? alignOf(layout) : 1));
    default:
      return align;
  }
}

/** Returns whether a type has a pointer to data that belongs to its value. */
export function hasPointers(layout: Layout): boolean {
  switch (layout.kind) {
    case "number":
    case "function":
      return false;
    case "data":
      return layout.inline === undefined;
    case "struct":
      return layout.fields.some(({ layout }) => hasPointers(layout));
    case "items":
      return hasPointers(layout.item);
    case "variant":
      return layout.cases.some(({ layout }) => layout !== undefined && hasPointers(layout));
    default:
      return true;
  }
}

/**
 * Returns the number or the pointer that is the only field of a struct. C passes and returns such a
 * struct by value as that number.
 */
export function loneOf({ fields }: Pick<StructParameter, "fields">): StructField | undefined {
  const names = Object.keys(fields);
  const [field] = names.length === 1 ? [fields[names[0]!]!] : [];
  if (typeof field !== "object") return field;
  if (field.type === "struct" && field.pointed !== true) return loneOf(field);
  if (field.type === "variant") return undefined;
  return "length" in field && field.length !== undefined && field.length !== "nul"
    ? undefined
    : field;
}

/**
 * Returns the core type of a parameter that is passed as one number; absent if it is passed in
 * memory.
 */
export function scalarOf(
  parameter:
    | Pick<StructParameter, "type" | "fields" | "by">
    | { readonly type: "variant" | "list" | "out" | "inout" },
): string | undefined {
  if (parameter.type !== "struct" || parameter.by !== "value") return undefined;
  const lone = loneOf(parameter);
  return lone === undefined ? undefined : numberType(lone);
}

/** Returns the core type of a number or of a pointer. */
export function numberType(lone: StructField): string {
  if (typeof lone === "object" || lone === "string" || lone === "pointer") return "p";
  if (lone === "f32" || lone === "f64") return lone;
  return lone === "i64" || lone === "u64" ? "i64" : "i32";
}

/** Returns the type of the only number in a layout. */
export function numberOf(layout: Layout): NumericType {
  if (layout.kind === "struct") return numberOf(layout.fields[0]!.layout);
  if (layout.kind === "number") return layout.store;
  return layout.size === 8 ? "u64" : "u32";
}

/** Returns the places of functions in a type. */
export function functionsOf(layout: Layout): readonly FunctionLayout[] {
  switch (layout.kind) {
    case "function":
      return [layout];
    case "struct":
      return layout.fields.flatMap(({ layout }) => functionsOf(layout));
    case "pointed":
      return functionsOf(layout.to);
    case "items":
    case "list":
      return functionsOf(layout.item);
    case "variant":
      return layout.cases.flatMap(({ layout }) => layout === undefined ? [] : functionsOf(layout));
    default:
      return [];
  }
}
