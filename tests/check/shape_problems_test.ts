import { assertEquals } from "@std/assert";
import { array, object } from "../../src/check/object_shape.ts";
import {
  count,
  integer,
  join,
  keyOf,
  lazy,
  Problems,
  type Shape,
  text,
} from "../../src/check/shape.ts";
import { problemsOf } from "./_read.ts";

const point = object<{ x: number; y: number; name: string }>("a point", {
  x: integer,
  y: integer,
  name: text,
}, { needs: ["x", "y"], foreign: { left: "x" } });

Deno.test("a getter that throws is a problem of its part alone", () => {
  const given = {
    x: 1,
    get y(): number {
      throw new Error("not today");
    },
  };
  assertEquals(problemsOf(point, given), ["y cannot be read: not today"]);
  assertEquals(problemsOf(array(text, "texts"), ["a", , 5]), [
    "[1] is missing, expected a string",
    "[2] is 5, expected a string",
  ]);
});

Deno.test("a proxy whose traps all throw is a problem, not an error", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assertEquals(problemsOf(point, proxy).length, 1);
});

Deno.test("a path names each part so that it can be written in a program", () => {
  assertEquals([join("", "a"), join("a", "b"), join("a", 0), join("a", "b c")], [
    "a",
    "a.b",
    "a[0]",
    'a["b c"]',
  ]);
  const problems = new Problems("the options", "option ");
  problems.add("", "is wrong");
  problems.wrong("a.b", undefined, "a text");
  assertEquals(problems.lines, ["the options is wrong", "option a.b is missing, expected a text"]);
});

Deno.test("reading ends for a value that contains itself", () => {
  const nested: Shape = lazy("lists", () => array(nested, "lists"));
  const endless: unknown[] = [];
  endless.push(endless);
  assertEquals(problemsOf(nested, endless), [
    `${"[0]".repeat(64)} is nested more than 64 levels deep, expected fewer`,
  ]);
});

Deno.test("reading ends for a value of very many parts", () => {
  const lines = problemsOf(array(count, "numbers"), { length: 1 });
  assertEquals(lines.length, 1);
  const wide = problemsOf(
    array(array(count, "numbers"), "lists"),
    Array(1100).fill(Array(1000).fill(0)),
  );
  assertEquals(wide.length, 1);
  assertEquals(wide[0]!.endsWith(" is one of more than 1000000 parts, expected fewer"), true);
});

Deno.test("a key is quoted unless it is a name", () => {
  assertEquals([keyOf("env"), keyOf("$a_1"), keyOf("1a"), keyOf("a b"), keyOf("wasi:io")], [
    "env",
    "$a_1",
    '"1a"',
    '"a b"',
    '"wasi:io"',
  ]);
});
