import { assertEquals } from "@std/assert";
import { hostFunctionShape, symbolShape } from "../../src/check/declaration_shapes.ts";
import type { Shape } from "../../src/check/shape.ts";
import { read } from "./_read.ts";

const none = { parameters: [], result: "void" };

const ACCEPTED: readonly (readonly [shape: Shape, value: unknown])[] = [
  [symbolShape, none],
  [symbolShape, { ...none, name: "other", async: true }],
  [symbolShape, {
    parameters: ["u32", "string", { type: "array", element: "f64", place: { kind: "stack" } }],
    result: { type: "string", form: "terminated" },
    arguments: [{ parameter: 0 }, "output"],
    output: { capacity: "query" },
  }],
  [symbolShape, {
    ...none,
    parameters: ["bytes"],
    chunked: { update: "u", final: { export: "f", arguments: [] } },
  }],
  [symbolShape, { ...none, parameters: [{ type: "strings", layout: "pairs" }] }],
  [hostFunctionShape, {
    parameters: [{ type: "string", length: "nul" }],
    result: { type: "bytes", encoding: "utf-8" },
  }],
];

for (const [shape, value] of ACCEPTED) {
  const of = shape === symbolShape ? "symbol" : "host function";
  Deno.test(`a ${of} can be ${JSON.stringify(value)}`, () => {
    assertEquals(read(shape, value), [value, []]);
  });
}

const REFUSED: readonly (readonly [shape: Shape, value: unknown, problem: string])[] = [
  [symbolShape, {}, 'parameters is missing, expected an array of types such as ["string", "u32"]'],
  [symbolShape, { params: [], result: "void" }, 'params is unknown, did you mean "parameters"?'],
  [
    symbolShape,
    { parameters: ["usize"], result: "void" },
    'parameters[0] is "usize", did you mean "pointer" or "u32"?',
  ],
  [
    symbolShape,
    { parameters: ["void"], result: "void" },
    'parameters[0] is "void", which only a result can be, expected no parameter',
  ],
  [
    symbolShape,
    { parameters: ["record"], result: "void" },
    'parameters[0] is "record", which only a result can be',
  ],
  [
    symbolShape,
    { parameters: ["strings"], result: "void" },
    'parameters[0] is "strings", expected an object: { type: "strings", … }',
  ],
  [
    symbolShape,
    { parameters: [{ type: "array" }], result: "void" },
    "parameters[0].element is missing, expected a type",
  ],
  [
    symbolShape,
    { ...none, nonblocking: true },
    "nonblocking is unknown, expected none: guest code runs on the thread that calls it",
  ],
  [
    symbolShape,
    { ...none, optional: true },
    "optional is unknown, expected none: every declared symbol must exist",
  ],
  [symbolShape, { ...none, pieces: {} }, 'pieces is unknown, did you mean "chunked"?'],
  [
    symbolShape,
    { ...none, output: { capacity: "querry" } },
    'output.capacity is "querry", did you mean "query"?',
  ],
  [
    symbolShape,
    { ...none, output: { capacity: true } },
    'output.capacity is true, expected a number, its place, a function or "query"',
  ],
  [
    symbolShape,
    { ...none, chunked: { update: "u" } },
    "chunked.final is missing, expected the name of an export or { export, arguments }, or " +
    "parts: true beside update",
  ],
  [
    symbolShape,
    { ...none, chunked: { update: {}, final: "f" } },
    "chunked.update.export is missing, expected the name of an export",
  ],
  [
    hostFunctionShape,
    { ...none, result: { type: "record" } },
    'result.type is "record", which only the result of a symbol can be',
  ],
  [
    hostFunctionShape,
    { ...none, parameters: [{ type: "strings" }] },
    'parameters[0].type is "strings", ',
  ],
  [hostFunctionShape, { ...none, name: "f" }, "name is unknown, "],
];

for (const [shape, value, problem] of REFUSED) {
  const of = shape === symbolShape ? "symbol" : "host function";
  Deno.test(`a ${of} is refused: ${problem}`, () => {
    assertEquals(read(shape, value)[1][0]?.slice(0, problem.length), problem);
  });
}
