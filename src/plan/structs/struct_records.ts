import type { ResultFreedBy } from "../../abi/block_source.ts";
import type {
  FieldDeclaration,
  PointedDeclaration,
  RecordResultDeclaration,
  VariantDeclaration,
} from "../../abi/result.ts";
import type { StructResultDeclaration, StructType } from "../../abi/struct.ts";
import type { DataLayout, Layout, StructLayout, VariantLayout } from "../../abi/struct_layout.ts";
import type { Value } from "../../abi/value.ts";
import type { NumericType } from "../../base/numeric_types.ts";
import { declaredCodec } from "../../memory/text/common.ts";
import { layOutStruct, wordOf } from "./lay_out.ts";

// Declares values of C types in memory as records and lists with places.

/** The address of a value: `offset` bytes from `at`, or from the return area. */
export interface At {
  readonly at: Value | undefined;
  readonly offset: number;
  readonly word: 4 | 8;
  /** The value itself, if it is a number that is not in memory. */
  readonly number?: Value;
}

/** Declares the record to which a struct at an address is lifted. */
export function recordOf(
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

/** Who frees a whole value, its address, and whether that can be 0. */
interface Owning extends Pick<StructResultDeclaration, "freedBy" | "pointer"> {
  readonly nullable?: boolean | undefined;
}

/** Declares a struct or a variant that is a whole value. */
export function wholeOf(
  layout: StructLayout | VariantLayout,
  at: At,
  { freedBy, nullable, pointer }: Owning,
): RecordResultDeclaration | VariantDeclaration {
  const part = partOf(layout, at) as RecordResultDeclaration | VariantDeclaration;
  return {
    ...part,
    ...(freedBy && { freedBy }),
    ...(nullable !== undefined && { nullable, ...(pointer !== undefined && { pointer }) }),
  };
}

/** Declares a value of a C type at an address. */
export function partOf(layout: Layout, at: At): FieldDeclaration {
  const { offset, word, number } = at;
  const load = (store: NumericType, from = offset): Value =>
    number ?? { load: store, offset: from, ...(at.at !== undefined && { at: at.at }) };
  switch (layout.kind) {
    case "number":
      return { type: layout.type, value: load(layout.store) };
    case "struct":
      return recordOf(layout, at);
    case "pointed": {
      const pointer = load(wordOf(word));
      return wholeOf(layout.to, { at: pointer, offset: 0, word }, { ...layout, pointer });
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
    case "variant":
      return {
        type: "variant",
        tag: load(layout.tag),
        cases: Object.fromEntries(
          layout.cases.map(({ name, is, offset: from, layout }) => [
            name,
            { is, ...(layout && { value: partOf(layout, { ...at, offset: offset + from }) }) },
          ]),
        ),
      };
    case "function": {
      const { declaration, nullable } = layout;
      const pointed = { type: "pointed", declaration, pointer: load(wordOf(word)), nullable };
      // Only a struct has such a part, so it is not among the types of fields.
      return pointed as PointedDeclaration as unknown as FieldDeclaration;
    }
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
    ? { type: content, ...declaredCodec(encoding), trailingNul: "keep" } as const
    : { type: content } as const;
  if (inline !== undefined) {
    const end = content === "string"
      ? { length: { within: inline } }
      : { length: inline, unit: "bytes" } as const;
    return { ...type, pointer: addressOf(at), ...end, freedBy: "guest" };
  }
  const pointer = load(wordOf(at.word));
  const rest = { ...type, nullable, ...(freedBy && { freedBy }) };
  if (length === "nul") return { ...rest, pointer, length };
  const counted = load(length.store, at.offset + length.offset);
  // The pointer of an empty list may be null.
  const nullIs = nullable ? undefined : "empty" as const;
  const text = { pointer, length: counted, unit: "codeUnits", ...(nullIs && { nullIs }) } as const;
  return { ...rest, form: { text } };
}

/** The address of a value. */
function addressOf({ at = "area", offset }: At): Value {
  return offset === 0 ? at : { sum: [at, offset] };
}

/** Declares the value of a struct at an address; the guest still owns its blocks. */
export function structAt(
  type: StructType,
  at: Value,
  word: 4 | 8,
): { readonly layout: StructLayout; readonly value: RecordResultDeclaration } {
  const layout = layOutStruct(type, word);
  return { layout, value: recordOf(layout, { at, offset: 0, word }, "guest") };
}
