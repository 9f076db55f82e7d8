import { assertEquals } from "@std/assert";
import type { ManagedClass } from "../../../src/call/managed/classes.ts";
import {
  elementFor,
  holds,
  isUntold,
  kindsFor,
  nameContent,
  nameOf,
  noneFits,
  type Question,
  severalFit,
} from "../../../src/call/managed/choice.ts";

const floats = { element: "f64" } as const;

const CLASSES: readonly ManagedClass[] = [
  { id: 1, kind: "ArrayBuffer", name: "ArrayBuffer" },
  { id: 2, kind: "view", element: "u8", name: "Uint8Array" },
  { id: 3, kind: "Array", element: "f64", name: "Array<f64>" },
  { id: 4, kind: "StaticArray", element: "object", name: "StaticArray of objects" },
  { id: 5, kind: "other", name: "class 5" },
];

const question = (more: Partial<Question> = {}): Question => ({
  content: "bytes",
  place: { kind: "managedArray" },
  classes: { all: CLASSES, idOf: () => undefined },
  symbol: "f",
  action: 'pass an object to "f"',
  part: "parameter",
  ...more,
});

Deno.test("a class holds a content if its kind and its elements fit", () => {
  const fitting = (content: Question["content"]) =>
    CLASSES.filter((found) => holds(found, content)).map(({ id }) => id);
  assertEquals([fitting("bytes"), fitting(floats), fitting("strings")], [[1, 2], [3], [4]]);
});

Deno.test("the usual kind of a content comes first, by the name of the standard library", () => {
  assertEquals([kindsFor("bytes")[0], kindsFor(floats)[0], kindsFor("strings")[0]], [
    "ArrayBuffer",
    "view",
    "Array",
  ]);
  assertEquals([nameOf("view", floats), nameOf("Array", "strings"), nameOf("Array", "bytes")], [
    "Float64Array",
    "Array<string>",
    "Array<u8>",
  ]);
  assertEquals([elementFor("strings"), elementFor("bytes"), nameContent(floats)], [
    "object",
    "u8",
    "an array of f64",
  ]);
});

Deno.test("if several classes fit, the problem has the line that settles it for each", () => {
  const { message, parts: { code } } = severalFit(["ArrayBuffer", "view"], question());
  assertEquals([code, message], [
    "ambiguous-convention",
    'Cannot pass an object to "f": the guest has ArrayBuffer and Uint8Array, expected convention: ' +
    'assemblyScript({ bytes: "ArrayBuffer" }) or assemblyScript({ bytes: "Uint8Array" }), or the ' +
    'parameter { type: "bytes", class: "ArrayBuffer" } or { type: "bytes", class: "Uint8Array" }',
  ]);
});

Deno.test("if none fits, the problem lists the guest's arrays and the classes that would", () => {
  assertEquals(
    noneFits(question({ content: { element: "i16" } })).message,
    'Cannot pass an object to "f": the guest\'s arrays are "ArrayBuffer", "Uint8Array", ' +
      '"Array<f64>", "StaticArray of objects", expected Int16Array or Array<i16> or StaticArray<i16>',
  );
});

Deno.test("a class whose id is unknown can be exported, or set by an option", () => {
  assertEquals(
    isUntold("Array<string>", 2, question()).message,
    'Cannot pass an object to "f": 2 guest classes can be Array<string>, expected an ' +
      'export "Array_string_ID" = idof<Array<string>>(), or classIds: { "Array<string>": … } of the ' +
      "convention",
  );
});
