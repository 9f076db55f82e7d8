import type { SymbolDeclaration } from "../../../mod.ts";
import type { Row } from "../../answers/_rows.ts";

// The declarations of `testdata/assemblyscript/objects.as`.

export const GUESTS = [
  "assemblyscript/objects",
  "assemblyscript/objects_minimal",
  "assemblyscript/objects_stub",
] as const;

export const point = { type: "object", class: "Point", fields: { x: "f64", y: "f64" } } as const;

export const small = {
  type: "object",
  class: "Small",
  fields: { a: "u8", b: "i64", c: "bool", d: "u16", e: "f32", f: "i8" },
} as const;

export const label = {
  type: "object",
  class: "Label",
  fields: {
    text: "string",
    note: { type: "string", nullable: true },
    at: point,
    size: "i32",
  },
} as const;

export const shape = {
  type: "object",
  class: "Shape",
  fields: {
    ...label.fields,
    sides: { type: "array", element: "f64", class: "Array<f64>" },
    bytes: { type: "bytes", class: "Uint8Array" },
    tags: { type: "strings" },
    corners: { type: "objects", item: point },
    next: { ...label, nullable: true },
  },
} as const;

export const rows = {
  type: "objects",
  item: { type: "array", element: "i32" },
  class: "Array<Array<i32>>",
} as const;

export const counter = { type: "reference", class: "Counter" } as const;

export const symbols = {
  makePoint: { parameters: ["f64", "f64"], result: point },
  lengthOf: { parameters: [point], result: "f64" },
  middle: { parameters: [point, point], result: point },
  flip: { parameters: [small], result: small },
  offsets: { parameters: [], result: { type: "array", element: "u32" } },
  describe: { parameters: [label], result: "string" },
  relabel: { parameters: [label, "string"], result: label },
  makeShape: { parameters: ["i32"], result: shape },
  echoShape: { parameters: [shape], result: shape },
  shapeOrNull: {
    parameters: [{ ...shape, nullable: true }],
    result: { ...label, nullable: true },
  },
  sumPoints: { parameters: [{ type: "objects", item: point }], result: point },
  square: { parameters: ["i32"], result: { type: "objects", item: point } },
  transpose: { parameters: [rows], result: rows },
  join: {
    parameters: [{
      type: "objects",
      item: { type: "string", nullable: true },
      class: "Array<string>",
    }],
    result: "string",
  },
  makeCounter: { parameters: ["i32"], result: counter },
  addTo: { parameters: [counter, "i32"], result: "i32" },
  valueOf: { parameters: [counter], result: "i32" },
  sameCounter: {
    parameters: [{ ...counter, nullable: true }],
    result: { ...counter, nullable: true },
  },
  counters: { parameters: ["i32"], result: { type: "objects", item: counter } },
  hold: {
    parameters: [counter, "string"],
    result: { type: "object", class: "Holder", fields: { counter, name: "string" } },
  },
  held: {
    parameters: [{ type: "object", class: "Holder", fields: { counter, name: "string" } }],
    result: "i32",
  },
  countWords: { parameters: ["string"], result: { type: "reference" } },
  countOf: { parameters: [{ type: "reference" }, "string"], result: "i32" },
  unframe: {
    parameters: [{ type: "object", class: "Framed", fields: { label, width: "i32" } }],
    result: label,
  },
  keepPoint: { parameters: [point], result: { type: "reference" } },
  churn: { parameters: ["i32"], result: "i32" },
} as const satisfies Record<string, SymbolDeclaration>;

export const LABEL = { text: "Ada", note: null, at: { x: 1.5, y: -2 }, size: 3 };

export const SHAPE = {
  text: "🚀",
  note: "a note",
  at: { x: 1, y: 2 },
  size: -1,
  sides: Float64Array.of(0.5, 1e300),
  bytes: Uint8Array.of(0, 255),
  tags: ["", "b", "\ud83d"],
  corners: [{ x: 0, y: 0.25 }, { x: NaN, y: -0 }],
  next: LABEL,
};

/** The rows of one call, which is also made when it is compiled. */
export function callRows(
  title: string,
  name: keyof typeof symbols,
  args: readonly unknown[],
  gives: unknown,
  guests: readonly string[] = [GUESTS[0]],
): Row[] {
  return guests.flatMap((guest) =>
    [0, 120].map((warmUp): Row => ({
      name: `${title}, in ${guest} after ${warmUp} calls`,
      guest,
      options: { symbols: { [name]: symbols[name] } },
      ask: ({ symbols }) => symbols[name]!(...args as never[]),
      gives,
      warmUp,
    }))
  );
}
