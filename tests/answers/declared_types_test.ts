// Types that do not exist in the declarations of symbols.
import { assertEquals } from "@std/assert";
import { problemsOf } from "./_declarations.ts";

const TYPES = '"i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64", "bool", ' +
  '"pointer", "string", "bytes", "externref"';

/** The error for a type of a parameter, and for a type of a result if that differs. */
const WORDS: readonly [type: unknown, parameter: string, result?: string][] = [
  ["strng", 'is "strng", did you mean "string"?'],
  ["i23", 'is "i23", did you mean "i32"?'],
  ["buffer", 'is "buffer", did you mean "bytes"?'],
  ["usize", 'is "usize", did you mean "pointer" or "u32"?'],
  ["isize", 'is "isize", did you mean "pointer" or "u32"?'],
  ["function", 'is "function", expected an object: { type: "function", … }'],
  ["number", 'is "number", did you mean "f64" or "i32"?'],
  ["int", 'is "int", did you mean "i32"?'],
  ["float", 'is "float", did you mean "f32"?'],
  ["double", 'is "double", did you mean "f64"?'],
  ["boolean", 'is "boolean", did you mean "bool"?'],
  ["str", 'is "str", did you mean "string"?'],
  ["text", 'is "text", did you mean "string"?'],
  ["Uint8Array", 'is "Uint8Array", did you mean "bytes"?'],
  ["uint8", 'is "uint8", did you mean "u8"?'],
  ["bigint", 'is "bigint", did you mean "i64"?'],
  [
    "undefined",
    `is "undefined", expected ${TYPES}, "array", "strings", "function", "struct", "variant", "list", "object", ` +
    '"objects", "reference", "out" or "inout"',
    'is "undefined", did you mean "void"?',
  ],
  [
    "record",
    'is "record", which only a result can be',
    'is "record", expected an object: { type: "record", … }',
  ],
  ["array", 'is "array", expected an object: { type: "array", … }'],
  ["strings", 'is "strings", expected an object: { type: "strings", … }'],
  [5, "is 5, expected a type"],
  [null, "is null, expected a type"],
  [["i32"], "is an object of class Array, expected a type"],
];

for (const [type, parameter, result = parameter] of WORDS) {
  Deno.test(`a type that does not exist: ${Deno.inspect(type)}`, async () => {
    assertEquals(await problemsOf({ parameters: [type], result: "i32" }), [
      `parameters[0] ${parameter}`,
    ]);
    assertEquals(await problemsOf({ parameters: ["i32"], result: type }), [`result ${result}`]);
  });
}
