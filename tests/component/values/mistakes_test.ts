import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  abiTrap,
  inside,
  member,
  outOfRange,
  wrongType,
} from "../../../src/component/values/mistakes.ts";

Deno.test("a problem becomes the error of its action, with the path to the value", () => {
  const problem = wrongType("a", "a number");
  inside(inside(problem, member("at")), "[3]");
  const error = problem.toError('Cannot pass parameter "points" to "draw"');
  assertInstanceOf(error, TypeError);
  assertEquals(
    error.message,
    'Cannot pass parameter "points" to "draw": its [3].at is "a", expected a number',
  );
  assertInstanceOf(outOfRange(5, "less").toError("Cannot"), RangeError);
});

Deno.test("a name that is not an identifier is quoted", () => {
  assertEquals([member("a1"), member("1a"), member("a-b")], [".a1", '["1a"]', '["a-b"]']);
});

Deno.test("other errors get no path", () => {
  const error = new Error("other");
  assertEquals(inside(error, ".x"), error);
  assertEquals(error.message, "other");
});

Deno.test("a violation of the ABI is reported as a trap", () => {
  assertEquals(abiTrap("a char is 0xd800", "a scalar value").code, "trap");
});
