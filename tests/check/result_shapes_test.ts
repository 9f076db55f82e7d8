import { assertEquals } from "@std/assert";
import {
  fieldForms,
  formsShape,
  numberFormsShape,
  statusShape,
} from "../../src/check/result_shapes.ts";
import { Problems, type Shape } from "../../src/check/shape.ts";
import { read } from "./_read.ts";

/** Makes a shape of a part of another shape, whose paths begin at the part. */
function inside(shape: Shape, wrap: (part: unknown) => unknown, path: string): Shape {
  return {
    expected: "a part",
    read(value, at, problems) {
      const own = new Problems(at);
      let copy = own.read(shape, wrap(value), at);
      problems.lines.push(...own.lines.map((line) => line.replace(`${at}.${path}`, at)));
      for (const key of path.split(".")) copy = (copy as Record<string, unknown>)[key];
      return copy;
    },
  };
}

const fieldShape = inside(
  fieldForms.record,
  (part) => ({ type: "record", fields: { part } }),
  "fields.part",
);
const formShape = inside(fieldForms.string, (form) => ({ type: "string", form }), "form");

const TEXT = { type: "string", pointer: "result", length: "nul" };

const ACCEPTED: readonly (readonly [name: string, shape: Shape, value: unknown])[] = [
  ["a text", fieldShape, TEXT],
  ["a number", fieldShape, { type: "u32", value: { word: 0 } }],
  ["a record of records", fieldShape, {
    type: "record",
    fields: { a: { type: "record", fields: { b: TEXT }, nullable: true } },
  }],
  ["a list", fieldShape, { type: "list", item: TEXT, pointer: 0, count: "result", stride: 8 }],
  ["a list without an end", fieldShape, {
    type: "list",
    item: TEXT,
    next: "result",
    most: Infinity,
  }],
  ["a slice", fieldShape, { type: "slice", of: 0, from: 0, to: "result" }],
  ["a form by its name", formShape, "packedPointerHigh"],
  ["a form", formShape, { text: { pointer: "result", length: 8 }, area: "before", results: ["p"] }],
  ["a status with messages by code", statusShape, {
    value: "result",
    fails: { except: [0, 100] },
    message: { "-1": "no room" },
    details: { line: { type: "u32", value: { export: "line" } } },
  }],
  ["a status with a thrown value", statusShape, {
    value: { result: 3 },
    fails: "nonzero",
    message: { table: "t", drop: "d" },
  }],
  ["forms of numbers", numberFormsShape, [
    {
      of: "i32",
      results: ["i32", "n"],
      value: { result: 0 },
      status: { value: { result: 1 }, fails: "nonzero" },
    },
  ]],
];

for (const [name, shape, value] of ACCEPTED) {
  Deno.test(`${name} is copied as it is`, () =>
    assertEquals(read(shape, value, "at"), [value, []]));
}

const REFUSED: readonly (readonly [shape: Shape, value: unknown, problem: string])[] = [
  [fieldShape, "string", 'at is "string", expected an object: { type: "string", … }'],
  [fieldShape, "void", 'at is "void", which only a result as a whole can be'],
  [fieldShape, { type: "void" }, 'at.type is "void", which only a result as a whole can be'],
  [
    fieldShape,
    { type: "struct", fields: {} },
    'at.type is "struct", did you mean "record" or "pointer"?',
  ],
  [
    fieldShape,
    { struct: ["i32"] },
    'at.struct is unknown, expected a struct as "bytes", by its address as a "pointer", or as a result of the type "record"',
  ],
  [
    fieldShape,
    { type: "u32" },
    'at.value is missing, expected "result", a number or its place, such as { word: 0 }',
  ],
  [fieldShape, { type: "record", fields: { a: 5 } }, "at.fields.a is 5, expected a type"],
  [
    fieldShape,
    { ...TEXT, form: "terminated" },
    'at has "form" and "pointer", expected one of them',
  ],
  [
    fieldShape,
    { type: "string", length: 8 },
    'at.length has no effect alone, expected "pointer" beside it',
  ],
  [
    fieldShape,
    { ...TEXT, as: "ArrayBuffer" },
    'at.as is set for the type "string", expected "bytes"',
  ],
  [
    fieldShape,
    { ...TEXT, type: "bytes", as: "DataView" },
    'at.as is "DataView", expected "ArrayBuffer" or "Uint8ClampedArray"',
  ],
  [
    fieldShape,
    { type: "list", item: TEXT },
    'at.pointer is missing, expected "result", a number or its place, such as { word: 0 }',
  ],
  [formShape, "packed", 'at is "packed", expected'],
  [formsShape, [{ text: { pointer: 0, length: 0 } }], "at[0].name is missing, expected a string"],
  [
    statusShape,
    { value: "result" },
    'at.fails is missing, expected "negative", "zero", "nonzero", a number, an array of numbers or { except }',
  ],
  [statusShape, { value: "result", fails: "null" }, 'at.fails is "null", did you mean "zero"?'],
  [
    statusShape,
    { value: "result", fails: "zero", message: { 1: 5 } },
    'at.message["1"] is 5, expected a string',
  ],
];

for (const [shape, value, problem] of REFUSED) {
  Deno.test(`refused: ${problem}`, () => {
    const [, lines] = read(shape, value, "at");
    assertEquals(lines[0]?.slice(0, problem.length), problem);
  });
}
