import { assertEquals, assertThrows } from "@std/assert";
import { compileNumber, compileShape, itemsOf, ValuePath } from "../../src/call/value_path.ts";

function pathOf(...parts: (string | number)[]): ValuePath {
  const path = new ValuePath(["pass argument 1", 'to "f"']);
  path.path.push(...parts);
  return path;
}

Deno.test("a path is formatted as JavaScript writes it", () => {
  assertEquals(pathOf().action(), 'pass argument 1 to "f"');
  assertEquals(
    pathOf("a", 0, "b c", "$d").action(),
    'pass argument 1 .a[0]["b c"].$d to "f"',
  );
});

Deno.test("a missing part is not undefined, the whole value is", () => {
  assertEquals(
    pathOf("a").wrong(undefined, "a string").message,
    'Cannot pass argument 1 .a to "f": it is missing, expected a string',
  );
  assertEquals(
    pathOf().wrong(undefined, "a string").message,
    'Cannot pass argument 1 to "f": it is undefined, expected a string',
  );
});

Deno.test("a number is returned as memory holds it", () => {
  assertEquals(compileNumber("bool", "u8")(true, pathOf()), 1);
  assertEquals(compileNumber("u64", "u64")(2n ** 64n - 1n, pathOf()), 2n ** 64n - 1n);
  assertEquals(compileNumber("pointer", "u32")({ pointer: 8 }, pathOf()), 8);
  assertThrows(() => compileNumber("u8", "u8")(256, pathOf("a")), RangeError);
});

Deno.test("the shape of an object is checked", () => {
  const shape = compileShape([{ name: "a" }, { name: "b" }], true);
  const value = { a: 1, b: 2 };
  assertEquals(shape(value, pathOf()), value);
  assertThrows(
    () => shape({ a: 1, c: 2 }, pathOf()),
    TypeError,
    'it has "c", which is not a field',
  );
  assertThrows(
    () => shape([], pathOf()),
    TypeError,
    'it is an object of class Array, expected an object with "a" and "b" or null',
  );
});

Deno.test("items are read once", () => {
  let reads = 0;
  const items = [1, 2];
  Object.defineProperty(items, 0, { get: () => ++reads });
  assertEquals(itemsOf(items, pathOf()), [1, 2]);
  assertThrows(() => itemsOf("ab", pathOf(), true), TypeError, "expected an array or null");
});
