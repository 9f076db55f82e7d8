import type { StructValue } from "../../../mod.ts";

/** A variant with each kind of value that compiled calls write. */
const WHAT = {
  type: "variant",
  tag: "i16",
  cases: {
    none: { is: -2 },
    wide: { is: 1, value: "f64" },
    pair: { is: 2, value: { type: "struct", fields: { x: "u8", y: "i32" } } },
    named: { is: 3, value: "string" },
    maybe: { is: 4, value: { type: "string", nullable: true } },
    act: { is: 5, value: { type: "function", parameters: ["i32"], result: "i32" } },
    nested: {
      is: 6,
      value: {
        type: "variant",
        tag: "u8",
        cases: { text: { is: 7, value: "string" }, nothing: { is: 8 } },
      },
    },
    wideText: { is: 9, value: { type: "string", encoding: "utf-16" } },
    counted: { is: 10, value: { type: "string", encoding: "utf-16", length: "pair" } },
    bytes: { is: 11, value: { type: "bytes", length: "pair" } },
    numbers: { is: 12, value: { type: "array", element: "u16", length: "pair", nullable: true } },
    room: { is: 13, value: { type: "string", encoding: "latin1", length: 8 } },
    codes: { is: 14, value: { type: "array", element: "i32", length: 2 } },
    listed: { is: 15, value: { type: "list", item: "u16", length: "pair" } },
    two: {
      is: 16,
      value: {
        type: "list",
        item: { type: "struct", fields: { x: "u8", y: "u16" } },
        length: 2,
      },
    },
    pointed: {
      is: 17,
      value: { type: "struct", fields: { x: "u16", y: "u8" }, pointed: true, nullable: true },
    },
  },
} as const;

/** A struct with the variant: the tag is at 8, the union at 16, and the next field at 24. */
export const TYPE = { type: "struct", fields: { id: "u8", what: WHAT, end: "u16" } } as const;

/** The size of that struct. */
export const SIZE = 32;

/** The text "né" in UTF-8 and with its NUL. */
const TEXT = [110, 0xc3, 0xa9, 0];

/** A value, its bytes other than 0, and the data at its pointer. */
export interface VariantRow {
  readonly what: StructValue<typeof TYPE.fields>["what"];
  readonly bytes: readonly (readonly [at: number, ...bytes: number[]])[];
  /** The place of the pointer. */
  readonly pointer?: number;
  readonly behind?: readonly number[];
}

export const VARIANT_ROWS: readonly VariantRow[] = [
  { what: { tag: "none" }, bytes: [[8, 0xfe, 0xff]] },
  { what: { tag: "wide", value: 1 }, bytes: [[8, 1], [16, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]] },
  {
    what: { tag: "pair", value: { x: 7, y: -1 } },
    bytes: [[8, 2], [16, 7], [20, 255, 255, 255, 255]],
  },
  { what: { tag: "named", value: "né" }, bytes: [[8, 3]], pointer: 16, behind: TEXT },
  { what: { tag: "maybe", value: "né" }, bytes: [[8, 4]], pointer: 16, behind: TEXT },
  { what: { tag: "maybe", value: null }, bytes: [[8, 4]] },
  {
    what: { tag: "nested", value: { tag: "text", value: "né" } },
    bytes: [[8, 6], [16, 7]],
    pointer: 20,
    behind: TEXT,
  },
  { what: { tag: "nested", value: { tag: "nothing" } }, bytes: [[8, 6], [16, 8]] },
  {
    what: { tag: "wideText", value: "né" },
    bytes: [[8, 9]],
    pointer: 16,
    behind: [110, 0, 0xe9, 0, 0, 0],
  },
  {
    what: { tag: "counted", value: "né" },
    bytes: [[8, 10], [20, 2]],
    pointer: 16,
    behind: [110, 0, 0xe9, 0],
  },
  {
    what: { tag: "bytes", value: Uint8Array.of(1, 0, 3) },
    bytes: [[8, 11], [20, 3]],
    pointer: 16,
    behind: [1, 0, 3],
  },
  {
    what: { tag: "numbers", value: Uint16Array.of(513, 4) },
    bytes: [[8, 12], [20, 2]],
    pointer: 16,
    behind: [1, 2, 4, 0],
  },
  { what: { tag: "numbers", value: null }, bytes: [[8, 12]] },
  { what: { tag: "room", value: "néné" }, bytes: [[8, 13], [16, 110, 0xe9, 110, 0xe9]] },
  {
    what: { tag: "codes", value: Int32Array.of(-1, 2) },
    bytes: [[8, 14], [16, 255, 255, 255, 255, 2]],
  },
  {
    what: { tag: "listed", value: [513, 4] },
    bytes: [[8, 15], [20, 2]],
    pointer: 16,
    behind: [1, 2, 4, 0],
  },
  { what: { tag: "listed", value: [] }, bytes: [[8, 15]] },
  {
    what: { tag: "two", value: [{ x: 1, y: 2 }, { x: 3, y: 513 }] },
    bytes: [[8, 16], [16, 1, 0, 2, 0, 3, 0, 1, 2]],
  },
  {
    what: { tag: "pointed", value: { x: 513, y: 3 } },
    bytes: [[8, 17]],
    pointer: 16,
    behind: [1, 2, 3, 0],
  },
  { what: { tag: "pointed", value: null }, bytes: [[8, 17]] },
];

/** Returns the bytes of a value in a struct whose `id` is 200, and whose `end` is 513. */
export function bytesOf({ bytes, pointer }: VariantRow, address: number): Uint8Array {
  const expected = new Uint8Array(SIZE);
  expected.set([200]);
  expected.set([1, 2], 24);
  for (const [at, ...own] of bytes) expected.set(own, at);
  if (pointer !== undefined) new DataView(expected.buffer).setUint32(pointer, address, true);
  return expected;
}
