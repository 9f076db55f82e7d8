import { assertEquals } from "@std/assert";
import {
  hostListParameter,
  hostListResult,
  hostOut,
  hostStruct,
  inOutParameter,
  itemsResult,
  listParameter,
  outParameter,
  structParameter,
  structResult,
} from "../../src/check/struct_shapes.ts";
import { symbolShape } from "../../src/check/declaration_shapes.ts";
import { Problems, type Shape } from "../../src/check/shape.ts";

function problemsOf(shape: Shape, value: unknown): string[] {
  const problems = new Problems("the declaration");
  problems.read(shape, value, "");
  return problems.lines;
}

const type = "struct";

const ROWS: readonly (readonly [shape: Shape, value: unknown, problems: string[]])[] = [
  [
    structParameter,
    { type, fields: { x: "i32", y: { type: "string", length: { field: "x" } } } },
    [],
  ],
  [structParameter, { type, fields: { a: { type: "bytes", length: 3 } }, by: "value" }, []],
  [listParameter, { type: "list", item: { type: "list", item: "u8", length: "pair" } }, []],
  [structResult, { type, fields: { x: "f32" }, pointer: "result", nullable: true }, []],
  [itemsResult, { type: "list", item: "string", pointer: "result", count: 3 }, []],
  [structParameter, { type }, ["fields is missing, expected the fields by name"]],
  [structParameter, { type, fields: {} }, ["fields is {}, expected at least one field"]],
  [structParameter, { type, fields: { 1: "i32" } }, [
    'fields["1"] has a number as its name, which would not keep its place',
  ]],
  [structParameter, { type, fields: { x: "int" } }, ['fields.x is "int", did you mean "i32"?']],
  [structParameter, { type, fields: { x: "bytes" } }, [
    'fields.x is "bytes", expected an object: { type: "bytes", length: … }',
  ]],
  [structParameter, { type, fields: { x: "externref" } }, [
    'fields.x is "externref", which memory cannot hold',
  ]],
  [structParameter, { type, fields: { x: { type: "array", element: "i32" } } }, [
    'fields.x.length is missing, expected a number, "pair" or { field }',
  ]],
  [structParameter, { type, fields: { x: { type: "bytes", length: { field: "n" } } } }, [
    'fields.x.length.field is "n", expected the name of a field with an integer',
  ]],
  [structParameter, { type, fields: { n: "f32", x: { type: "bytes", length: { field: "n" } } } }, [
    'fields.x.length.field is "n", expected the name of a field with an integer',
  ]],
  [structParameter, { type, fields: { x: { type, fields: { y: "i32" }, nullable: true } } }, [
    'fields.x.nullable has no effect alone, expected "pointed" beside it',
  ]],
  [structParameter, { type, fields: { x: "i32" }, by: "value", nullable: true }, [
    "nullable has no effect on a struct that is passed by value",
  ]],
  [structParameter, { type, fields: { x: "i32" }, by: "copy" }, [
    'by is "copy", did you mean "value"?',
  ]],
  [outParameter, { type: "out", name: "a", value: "i32" }, []],
  [outParameter, { type: "out", name: "a", value: "i32", when: { value: "result" } }, [
    'when.is is missing, expected "negative", "zero", "nonzero", a number, an array of numbers or ' +
    "{ except }",
  ]],
  [hostOut, { type: "out", name: "a", value: "i32", when: { value: "result", is: 0 } }, [
    'when is unknown, expected "type", "name" or "value"',
  ]],
  [outParameter, { type: "out", name: "result", value: "int" }, [
    'name is "result", expected a name other than what the export returns',
    'value is "int", did you mean "i32"?',
  ]],
  [outParameter, { type: "out" }, [
    "name is missing, expected a name",
    "value is missing, expected a type",
  ]],
  [inOutParameter, { type: "inout", name: "a", value: { type: "list", item: "i32" } }, []],
  [inOutParameter, { type: "inout", name: "a", value: "bytes" }, []],
  [inOutParameter, { type: "inout", name: "a", value: { type: "array" } }, [
    "value.element is missing, expected a type",
  ]],
  [symbolShape, {
    parameters: [
      { type: "out", name: "a", value: { type: "bytes", length: { field: "n" } } },
      { type: "inout", name: "a", value: "u8" },
    ],
    result: "void",
  }, [
    'parameters[1].name is "a", which another parameter has',
    'parameters.a.length.field is "n", expected the name of a field with an integer',
  ]],
  [hostStruct, { type, fields: { x: "i32" }, by: "value", packed: true }, []],
  [hostStruct, { type, fields: { x: "i32" }, freedBy: "guest" }, [
    'freedBy is unknown, expected "type", "fields", "packed", "by" or "nullable"',
  ]],
  [hostStruct, { type, fields: { x: "i32" }, by: "value", nullable: true }, [
    "nullable has no effect on a struct that is passed by value",
  ]],
  [hostListParameter, { type: "list", item: "u8", count: 3 }, []],
  [hostListParameter, { type: "list", item: "u8", count: -1 }, [
    "count is -1, expected an integer, 0 or more",
  ]],
  [hostListResult, { type: "list", item: "u8", pointer: "result", count: { word: 0 } }, []],
  [hostListResult, { type: "list", item: "u8", pointer: "result" }, [
    'count is missing, expected "result", a number or its place, such as { word: 0 }',
  ]],
];

for (const [shape, value, problems] of ROWS) {
  Deno.test(`${shape.expected}: ${JSON.stringify(value)}`, () => {
    assertEquals(problemsOf(shape, value), problems);
  });
}
