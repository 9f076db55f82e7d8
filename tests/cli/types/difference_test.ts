import { assertEquals } from "@std/assert";
import { findDifference } from "../../../src/cli/types/difference.ts";

const ROWS: readonly (readonly [found: string, expected: string, difference?: string])[] = [
  ["a\nb\n", "a\nb\n"],
  ["a\r\nb\r\n", "a\nb\n"],
  ["a\nc\n", "a\nb\n", 'line 2 differs: it is "c", expected "b"'],
  ["a", "a\nb", 'line 2 differs: it ends, expected "b"'],
  ["a\nb", "a", 'line 2 differs: it is "b", expected the end'],
  ["a\u202e", "a", 'line 1 differs: it is "a\\u202e", expected "a"'],
];

for (const [found, expected, difference] of ROWS) {
  Deno.test(`texts are compared line by line: ${JSON.stringify(found)}`, () => {
    assertEquals(findDifference(found, expected), difference);
  });
}
