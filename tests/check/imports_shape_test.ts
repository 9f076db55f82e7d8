import { importsShape } from "../../src/check/imports_shape.ts";
import { problemsOf, read } from "./_read.ts";
import { assertEquals, assertStrictEquals } from "@std/assert";

Deno.test("modules are objects of any class, or functions, and are kept as they are", () => {
  class Env {}
  const given = { env: new Env(), wasi: () => 0, none: undefined };
  const [copy, lines] = read(importsShape, given);
  assertEquals(lines, []);
  assertEquals(copy === given, false);
  assertStrictEquals((copy as typeof given).env, given.env);
  const provide = () => 0;
  assertStrictEquals(read(importsShape, provide)[0], provide);
});

Deno.test("other values are refused by their place", () => {
  const imports = "an object such as { env: { … } } or a function";
  assertEquals(problemsOf(importsShape, new Map(), "imports"), [
    `imports is an object of class Map, expected ${imports}`,
  ]);
  assertEquals(problemsOf(importsShape, { env: 5, "a b": new Map() }, "imports"), [
    "imports.env is 5, expected an object of imports by name",
    'imports["a b"] is an object of class Map, expected an object of imports by name',
  ]);
});
