import { assertEquals } from "@std/assert";
import type { StructField, StructType } from "../../../src/abi/struct.ts";
import { layOut, layOutStruct, scalarOf } from "../../../src/plan/structs/lay_out.ts";
import { load } from "../../../mod.ts";
import { guestBytes } from "../../_guests.ts";
import {
  LABEL,
  MIXED,
  PARTICLE,
  PERSON,
  POINT,
  RECT,
  SERIES,
  STRUCT_GUESTS,
  TEAM,
  TEN,
} from "../../_struct_guests.ts";

/** The types in the order in which the guest counts them; it leaves out `struct point`. */
const TYPES: readonly (readonly [name: string, type: StructType])[] = [
  ["mixed", { type: "struct", fields: MIXED }],
  ["packed_mixed", { type: "struct", fields: MIXED, packed: true }],
  ["rect", RECT],
  ["particle", PARTICLE],
  ["person", PERSON],
  ["label", LABEL],
  ["series", SERIES],
  ["team", TEAM],
  ["ten", TEN],
];

for (const name of STRUCT_GUESTS) {
  Deno.test(`${name}: offsets, sizes and alignments are those of the compiler`, async () => {
    using guest = await load(await guestBytes(name));
    const { offset_of, size_of, align_of } = guest.exports as Record<
      string,
      (...args: number[]) => number
    >;
    const word = name.endsWith("64") ? 8 : 4;
    for (const [index, [type, declared]] of TYPES.entries()) {
      // A field with the length of another is laid out, too, but is not a field of the value.
      const { size, align } = layOutStruct(declared, word);
      const found = Object.keys(declared.fields).map((field) => {
        const { [field]: only, ...rest } = declared.fields;
        const alone = Object.fromEntries(
          Object.entries({ ...rest, [field]: only! }).map(([key, one]) => [key, uncounted(one)]),
        );
        const order = Object.fromEntries(
          Object.keys(declared.fields).map((key) => [key, alone[key]!]),
        );
        return layOutStruct({ ...declared, fields: order } as StructType, word)
          .fields.find((placed) => placed.name === field)!.offset;
      });
      assertEquals(found, found.map((_, field) => offset_of!(index, field)), type);
      assertEquals([size, align], [size_of!(index), align_of!(index)], type);
    }
  });
}

/** Replaces a pointer with a length elsewhere by a plain pointer. */
function uncounted(field: StructType["fields"][string]): StructType["fields"][string] {
  const length = typeof field === "object" && "length" in field ? field.length : undefined;
  return typeof length === "object" ? "pointer" : field;
}

Deno.test("a field that counts another is not a field of the value", () => {
  assertEquals(
    layOutStruct(SERIES, 4).fields.map(({ name, offset }) => [name, offset]),
    [["numbers", 4], ["points", 8]],
  );
  const [numbers, points] = layOutStruct(SERIES, 4).fields.map(({ layout }) =>
    layout.kind === "data" || layout.kind === "list" ? layout.length : undefined
  );
  assertEquals(numbers, { offset: -4, store: "u16" });
  assertEquals(points, { offset: 4, store: "u8" });
});

const EXTENTS = [
  ["a text", "string", 4, [4, 4]],
  ["a text with its length behind", { type: "string", length: "pair" }, 8, [16, 8]],
  ["a text of 5 UTF-16 code units", { type: "string", length: 5, encoding: "utf-16" }, 4, [10, 2]],
  ["bytes in place", { type: "bytes", length: 3 }, 4, [3, 1]],
  ["numbers in place", { type: "array", element: "f64", length: 3 }, 4, [24, 8]],
  ["points in place", { type: "list", item: POINT, length: 3 }, 4, [24, 4]],
  ["a list with its length behind", { type: "list", item: "u8", length: "pair" }, 4, [8, 4]],
  ["a pointer to a struct", { ...RECT, pointed: true }, 4, [4, 4]],
  ["a struct", RECT, 8, [16, 4]],
  ["a bool", "bool", 4, [1, 1]],
  ["a pointer of 64 bits", "pointer", 8, [8, 8]],
] as const satisfies [string, StructField, 4 | 8, [number, number]][];

for (const [name, field, word, expected] of EXTENTS) {
  Deno.test(`${name} takes ${expected[0]} bytes`, () => {
    const { size, align } = layOut(field, word);
    assertEquals<readonly number[]>([size, align], expected);
  });
}

Deno.test("C passes a struct of one number by value as that number", () => {
  const by = "value";
  const of = (fields: StructType["fields"]) => scalarOf({ type: "struct", fields, by });
  assertEquals(of({ value: "f32" }), "f32");
  assertEquals(of({ value: "u8" }), "i32");
  assertEquals(of({ value: "u64" }), "i64");
  assertEquals(of({ text: "string" }), "p");
  assertEquals(of({ inner: { type: "struct", fields: { value: "f64" } } }), "f64");
  assertEquals(of({ inner: { ...POINT, pointed: true } }), "p");
  assertEquals(of({ x: "i32", y: "i32" }), undefined);
  assertEquals(of({ text: { type: "string", length: 4 } }), undefined);
  assertEquals(scalarOf({ type: "struct", fields: { value: "f32" } }), undefined);
});
