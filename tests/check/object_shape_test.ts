import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  dictionary,
  keyed,
  needsBeside,
  object,
  tagged,
  typed,
} from "../../src/check/object_shape.ts";
import { count, flag, integer, text } from "../../src/check/shape.ts";
import { problemsOf, read } from "./_read.ts";

const point = object<{ x: number; y: number; name: string }>("a point", {
  x: integer,
  y: integer,
  name: text,
}, { needs: ["x", "y"], foreign: { left: "x" } });

Deno.test("an object is copied, part by part, and each property is read once", () => {
  let reads = 0;
  const given = {
    get x() {
      return ++reads;
    },
    y: 5,
    name: undefined,
  };
  assertEquals([read(point, given), reads], [[{ x: 1, y: 5 }, []], 1]);
});

/** Values that are no points, and all problems. */
const POINTS: readonly (readonly [value: unknown, lines: string[]])[] = [
  [5, ["the value is 5, expected a point"]],
  [[], ["the value is an object of class Array, expected a point"]],
  [new Map(), ["the value is an object of class Map, expected a point"]],
  [Promise.resolve(), ["the value is an object of class Promise, expected a point"]],
  [{ x: 1 }, ["y is missing, expected an integer"]],
  [{ x: 1.5, y: "2" }, ["x is 1.5, expected an integer", 'y is "2", expected an integer']],
  // A key that was misspelt is not reported as missing as well.
  [{ left: 1, y: 2 }, ['left is unknown, did you mean "x"?']],
  [{ x: 1, y: 2, nam: "a" }, ['nam is unknown, did you mean "name"?']],
  [{ x: 1, y: 2, colour: "a" }, ['colour is unknown, expected "x", "y" or "name"']],
];

for (const [value, lines] of POINTS) {
  Deno.test(`an object's parts are checked: ${Deno.inspect(value)}`, () => {
    assertEquals(problemsOf(point, value), lines);
  });
}

Deno.test("a dictionary has the caller's keys, also __proto__, but inherits none", () => {
  const shape = dictionary(flag, "flags by name");
  const [copy, lines] = read(shape, JSON.parse('{ "__proto__": true, "a": false }'));
  assertEquals([Object.keys(copy as object), lines], [["__proto__", "a"], []]);
  assertStrictEquals(Object.getPrototypeOf(copy), Object.prototype);
  assertEquals(problemsOf(shape, { __proto__: { a: true } }), [
    'the value has "a" from a prototype, expected keys of its own',
  ]);
  assertEquals(problemsOf(shape, { a: 1 }), ["a is 1, expected a boolean"]);
});

Deno.test("exactly one of several keys decides an object's shape", () => {
  const shape = keyed("{ a } or { b }", {
    a: object<{ a: unknown }>("{ a }", { a: count }),
    b: object<{ b: unknown }>("{ b }", { b: text }),
  }, (key) => key === "z" ? "expected a" : undefined);
  assertEquals(read(shape, { b: "x" }), [{ b: "x" }, []]);
  assertEquals(problemsOf(shape, { a: 1, b: "x" }), [
    'the value has "a" and "b", expected one of them',
  ]);
  assertEquals(problemsOf(shape, {}), ["the value is {}, expected { a } or { b }"]);
  assertEquals(problemsOf(shape, { z: 1 }), ["z is unknown, expected a"]);
});

Deno.test("a property with a word decides an object's shape, and is read once", () => {
  const shape = tagged("a place", "kind", {
    stack: object<{ kind: unknown }>("the stack", { kind: text }),
  });
  let reads = 0;
  const given = {
    get kind() {
      return ++reads === 1 ? "stack" : "other";
    },
  };
  assertEquals([read(shape, given), reads], [[{ kind: "stack" }, []], 1]);
  assertEquals(problemsOf(shape, { kind: "stak" }), ['kind is "stak", did you mean "stack"?']);
  assertEquals(
    problemsOf(shape, { kind: "toString" })[0]!.startsWith('kind is "toString", expected'),
    true,
  );
  assertEquals(problemsOf(shape, {}), ['kind is missing, expected "stack"']);
});

Deno.test("a type is one of the names, or an object with parts", () => {
  const shape = typed(
    ["u32"],
    { string: object<{ type: string }>("a text", { type: text }) },
    (type) => type === "void" ? "which is elsewhere" : undefined,
  );
  const problems = (value: unknown) => read(shape, value, "at")[1];
  assertEquals([problems("u32"), problems({ type: "string" })], [[], []]);
  assertEquals(problems("string"), ['at is "string", expected an object: { type: "string", … }']);
  assertEquals(problems({ type: "u32" }), ['at.type is "u32", expected "u32" alone']);
  assertEquals(problems("void"), ['at is "void", which is elsewhere']);
  assertEquals(problems("uint"), ['at is "uint", did you mean "u32"?']);
});

Deno.test("a key that has no effect without another is a problem", () => {
  const shape = object<{ x: number; y: number }>("a point", { x: integer, y: integer }, {
    look: (kept, at, problems) => needsBeside(kept, ["y"], "x", at, problems),
  });
  assertEquals(problemsOf(shape, { y: 1 }), ['y has no effect alone, expected "x" beside it']);
  assertEquals([problemsOf(shape, { x: 0, y: 1 }), problemsOf(shape, {})], [[], []]);
});
