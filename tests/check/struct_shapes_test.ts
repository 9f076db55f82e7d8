import { assertEquals } from "@std/assert";
import { LAYOUT_SHAPES, symbolShape } from "../../src/check/declaration_shapes.ts";
import { Problems, type Shape } from "../../src/check/shape.ts";

function problemsOf(shape: Shape, value: unknown): string[] {
  const problems = new Problems("the declaration");
  problems.read(shape, value, "");
  return problems.lines;
}

const { struct, list, out, inOut } = LAYOUT_SHAPES;

const type = "struct";

const ROWS: readonly (readonly [shape: Shape, value: unknown, problems: string[]])[] = [
  [
    struct.parameter,
    { type, fields: { x: "i32", y: { type: "string", length: { field: "x" } } } },
    [],
  ],
  [struct.parameter, { type, fields: { a: { type: "bytes", length: 3 } }, by: "value" }, []],
  [list.parameter, { type: "list", item: { type: "list", item: "u8", length: "pair" } }, []],
  [struct.result, { type, fields: { x: "f32" }, pointer: "result", nullable: true }, []],
  [list.result, { type: "list", item: "string", pointer: "result", count: 3 }, []],
  [struct.parameter, { type }, ["fields is missing, expected the fields by name"]],
  [struct.parameter, { type, fields: {} }, ["fields is {}, expected at least one field"]],
  [struct.parameter, { type, fields: { 1: "i32" } }, [
    'fields["1"] has a number as its name, which would not keep its place',
  ]],
  [struct.parameter, { type, fields: { x: "int" } }, ['fields.x is "int", did you mean "i32"?']],
  [struct.parameter, { type, fields: { x: "bytes" } }, [
    'fields.x is "bytes", expected an object: { type: "bytes", length: … }',
  ]],
  [struct.parameter, { type, fields: { x: "externref" } }, [
    'fields.x is "externref", which memory cannot hold',
  ]],
  [struct.parameter, { type, fields: { x: { type: "array", element: "i32" } } }, [
    'fields.x.length is missing, expected a number, "pair" or { field }',
  ]],
  [struct.parameter, { type, fields: { x: { type: "bytes", length: { field: "n" } } } }, [
    'fields.x.length.field is "n", expected the name of a field with an integer',
  ]],
  [struct.parameter, { type, fields: { n: "f32", x: { type: "bytes", length: { field: "n" } } } }, [
    'fields.x.length.field is "n", expected the name of a field with an integer',
  ]],
  [struct.parameter, { type, fields: { x: { type, fields: { y: "i32" }, nullable: true } } }, [
    'fields.x.nullable has no effect alone, expected "pointed" beside it',
  ]],
  [struct.parameter, { type, fields: { x: "i32" }, by: "value", nullable: true }, [
    "nullable has no effect on a struct that is passed by value",
  ]],
  [struct.parameter, { type, fields: { x: "i32" }, by: "copy" }, [
    'by is "copy", did you mean "value"?',
  ]],
  [out.parameter, { type: "out", name: "a", value: "i32" }, []],
  [out.parameter, { type: "out", name: "a", value: "i32", when: { value: "result" } }, [
    'when.is is missing, expected "negative", "zero", "nonzero", a number, an array of numbers or ' +
    "{ except }",
  ]],
  [out.host, { type: "out", name: "a", value: "i32", when: { value: "result", is: 0 } }, [
    'when is unknown, expected "type", "name" or "value"',
  ]],
  [out.parameter, { type: "out", name: "result", value: "int" }, [
    'name is "result", expected a name other than what the export returns',
    'value is "int", did you mean "i32"?',
  ]],
  [out.parameter, { type: "out" }, [
    "name is missing, expected a name",
    "value is missing, expected a type",
  ]],
  [inOut.parameter, { type: "inout", name: "a", value: { type: "list", item: "i32" } }, []],
  [inOut.parameter, { type: "inout", name: "a", value: "bytes" }, []],
  [inOut.parameter, { type: "inout", name: "a", value: { type: "array" } }, [
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
  [struct.host, { type, fields: { x: "i32" }, by: "value", packed: true }, []],
  [struct.host, { type, fields: { x: "i32" }, freedBy: "guest" }, [
    'freedBy is unknown, expected "type", "fields", "packed", "by" or "nullable"',
  ]],
  [struct.host, { type, fields: { x: "i32" }, by: "value", nullable: true }, [
    "nullable has no effect on a struct that is passed by value",
  ]],
  [list.hostParameter, { type: "list", item: "u8", count: 3 }, []],
  [list.hostParameter, { type: "list", item: "u8", count: -1 }, [
    "count is -1, expected an integer, 0 or more",
  ]],
  [list.hostResult, { type: "list", item: "u8", pointer: "result", count: { word: 0 } }, []],
  [list.hostResult, { type: "list", item: "u8", pointer: "result" }, [
    'count is missing, expected "result", a number or its place, such as { word: 0 }',
  ]],
];

for (const [shape, value, problems] of ROWS) {
  Deno.test(`${shape.expected}: ${JSON.stringify(value)}`, () => {
    assertEquals(problemsOf(shape, value), problems);
  });
}
