import { assertEquals, assertThrows } from "@std/assert";
import { readLiteral } from "../../../src/cli/call/literal.ts";

const FUNCTIONS = new Map([["pair", (...parts: unknown[]) => ({ parts })]]);

// Each text is JavaScript, so the engine evaluates the expected value.
const TEXTS: readonly string[] = [
  "null",
  "true",
  "undefined",
  " 1 ",
  "-1",
  "+1",
  "0.5e-3",
  ".5",
  "5.",
  "0xff",
  "-0",
  "Infinity",
  "-Infinity",
  "NaN",
  "12345678901234567890n",
  "-5n",
  '"a"',
  "'a'",
  `'it\\'s "quoted"'`,
  `"it's \\"quoted\\""`,
  '"\\n\\t\\\\ \\u00e9 \\u{1f600} \\x41"',
  '"\\u{22}"',
  "[]",
  "[1, [2], ]",
  '{ "x": 1, y: [true], $z_1: { } }',
  "{ größe: 1 }",
  'pair({ a: "b" })',
  "pair(1, 2)",
];

for (const text of TEXTS) {
  Deno.test(`a literal has its value in JavaScript: ${text}`, () => {
    const expected = new Function("pair", `return (${text})`)(FUNCTIONS.get("pair"));
    assertEquals(readLiteral(text, "it", FUNCTIONS), expected);
  });
}

const REFUSED: readonly (readonly [text: string, message: string])[] = [
  ["", "it ends after 0 characters, expected a value"],
  ["{", "it ends after 1 characters, expected a key"],
  ["{ a 1 }", '"1 }" follows after 4 characters, expected ":"'],
  ["[1 2]", '"2]" follows after 3 characters, expected ","'],
  ["1 2", '"2" follows after 2 characters, expected the end'],
  ["name", '"name" follows after 0 characters, expected a value'],
  ["alert(1)", '"alert(1)" follows after 0 characters, expected one of pair'],
  ["`a`", '"`a`" follows after 0 characters, expected a value'],
  ['"a', '"\\"a" follows after 0 characters, expected the end of a string'],
  ["1a", '"1a" follows after 0 characters, expected a number'],
  ["() => 1", '"() => 1" follows after 0 characters, expected a value'],
];

for (const [text, message] of REFUSED) {
  Deno.test(`text that is not a literal is refused: ${text}`, () => {
    assertThrows(() => readLiteral(text, "it", FUNCTIONS), TypeError, `Cannot read it: ${message}`);
  });
}

Deno.test("deep nesting is refused, not a stack overflow", () => {
  assertThrows(
    () => readLiteral("[".repeat(100_000), "it"),
    TypeError,
    "expected fewer brackets within brackets",
  );
});

Deno.test("a key called __proto__ is an ordinary one", () => {
  const value = readLiteral('{ "__proto__": 1 }', "it") as object;
  assertEquals(Object.keys(value), ["__proto__"]);
});
