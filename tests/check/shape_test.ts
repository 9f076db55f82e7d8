import { assertEquals } from "@std/assert";
import { choice, count, integer, isKeyed, type Shape, word } from "../../src/check/shape.ts";
import { problemsOf, read } from "./_read.ts";

Deno.test("a word is accepted, gets a suggestion, or leads to a list of the words", () => {
  const shape = word(["keep", "trim"], { drop: "trim" }, " or a function");
  assertEquals(read(shape, "keep"), ["keep", []]);
  assertEquals(problemsOf(shape, "drop"), ['the value is "drop", did you mean "trim"?']);
  assertEquals(problemsOf(shape, "xyz"), [
    'the value is "xyz", expected "keep" or "trim" or a function',
  ]);
  assertEquals(problemsOf(shape, 5), ['the value is 5, expected "keep" or "trim"']);
});

Deno.test("counts and integers are accepted up to the largest safe integer", () => {
  const accepts = (shape: Shape) =>
    [0, -1, 1.5, 2 ** 53 - 1, 2 ** 53, NaN, "1"].map((value) =>
      problemsOf(shape, value).length === 0
    );
  assertEquals(accepts(count), [true, false, false, true, false, false, false]);
  assertEquals(accepts(integer), [true, true, false, true, false, false, false]);
});

Deno.test("the error for a value that is not in a choice lists all of the choice", () => {
  const shape = choice(
    "a word or a number",
    (value) => typeof value === "number" ? count : undefined,
  );
  assertEquals([problemsOf(shape, 5), problemsOf(shape, true)], [
    [],
    ["the value is true, expected a word or a number"],
  ]);
});

Deno.test("iterables and promises are not taken for objects with keys", () => {
  assertEquals([
    isKeyed({}),
    isKeyed(new Map()),
    isKeyed({ then() {} }),
    isKeyed(Object.create(null)),
  ], [
    true,
    false,
    false,
    true,
  ]);
});
