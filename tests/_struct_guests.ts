import { allocator, type Guest, load, type StructFields, type SymbolDeclarations } from "../mod.ts";
import { guestBytes } from "./_guests.ts";

/** The guests of one source: with an allocator, with 64-bit memory, and with a stack alone. */
export const STRUCT_GUESTS = ["c/struct_types", "c/struct_types_64", "c/struct_types_stack"];

/** Loads one of them. */
export async function loadStructs<const S extends SymbolDeclarations>(
  name: string,
  symbols: S,
  freedBy: "host" | "guest" = "guest",
): Promise<Guest<S>> {
  const malloc = allocator({ allocate: "malloc", free: "free", resultsFreedBy: freedBy });
  return await load(await guestBytes(name), {
    ...(!name.endsWith("stack") && { convention: malloc }),
    symbols,
  });
}

export const MIXED = {
  a: "u8",
  b: "i16",
  c: "u8",
  d: "u32",
  e: "i8",
  f: "u64",
  g: "bool",
  h: "f32",
  i: "f64",
  j: "pointer",
  k: "u16",
} as const satisfies StructFields;

export const POINT = { type: "struct", fields: { x: "i32", y: "i32" } } as const;

export const RECT = { type: "struct", fields: { a: POINT, b: POINT } } as const;

export const PARTICLE = {
  type: "struct",
  fields: { x: "f64", y: "f64", mass: "f32", kind: "u8" },
} as const;

export const PERSON = { type: "struct", fields: { name: "string", age: "i32" } } as const;

export const LABEL = {
  type: "struct",
  fields: {
    text: { type: "string", length: 12 },
    codes: { type: "array", element: "u16", length: 3 },
    corners: { type: "list", item: POINT, length: 2 },
    end: "u8",
  },
} as const;

export const SERIES = {
  type: "struct",
  fields: {
    count: "u16",
    numbers: { type: "array", element: "f64", length: { field: "count" } },
    points: { type: "list", item: POINT, length: { field: "pointCount" } },
    pointCount: "u8",
  },
} as const;

/** A struct whose count has the width of a pointer. */
export const TEAM = {
  type: "struct",
  fields: {
    name: { type: "string", nullable: true },
    leader: { ...PERSON, pointed: true, nullable: true },
    members: { type: "list", item: PERSON, length: { field: "count" } },
    count: "pointer",
  },
} as const;

export const TEN = {
  type: "struct",
  fields: {
    a: "i32",
    b: "i32",
    c: "i32",
    d: "f64",
    e: "f64",
    f: "f32",
    g: "u8",
    h: "u8",
    i: "u32",
    j: "i64",
  },
} as const;

export const BOXED = {
  type: "struct",
  fields: { inner: { type: "struct", fields: { value: "f32" } } },
} as const;

/** The tagged union of `tagged_unions.c`. */
export const WHAT = {
  type: "variant",
  tag: "u8",
  cases: {
    none: { is: 0 },
    circle: { is: 1, value: "f64" },
    rect: { is: 2, value: { type: "struct", fields: { width: "i32", height: "i32" } } },
    named: { is: 200, value: "string" },
  },
} as const;
