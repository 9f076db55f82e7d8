import { assertEquals } from "@std/assert";
import { comment, lineComment, printable } from "../../../src/cli/types/comments.ts";

Deno.test("a comment that is longer than a line is wrapped", () => {
  const text = Array(30).fill("words").join(" ");
  for (const lines of [comment(2, [text]), lineComment(text)]) {
    assertEquals(lines.filter((line) => line.length > 100), []);
    assertEquals(lines.join(" ").match(/words/g)?.length, 30);
  }
  assertEquals(comment(2, ["short"]), ["  /** short */"]);
  assertEquals(comment(0, ["one", "two"]), ["/**", " * one", " * two", " */"]);
});

Deno.test("no text ends a comment, and no name breaks its line", () => {
  assertEquals(comment(0, ["a */ b"]), ["/** a *\\/ b */"]);
  assertEquals(printable("a\n\u202e"), "a\\n\\u202e");
});
