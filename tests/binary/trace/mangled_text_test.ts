import { assertEquals, assertThrows } from "@std/assert";
import { MangledText, MOST, unlessMalformed } from "../../../src/binary/trace/mangled_text.ts";

/** Reads letters in brackets: `[a[b]]`. */
class Brackets extends MangledText {
  read(): string {
    return this.nested(() => {
      if (!this.eat("[")) return this.match(/[a-z]+/y) || this.fail();
      const inner = this.peek() === "]" ? "" : this.read();
      return this.next() === "]" ? `(${inner})` : this.fail();
    }, (text) => text.length);
  }
}

const read = (text: string) => unlessMalformed(() => new Brackets(text).read());

Deno.test("a name is read from left to right, and a malformed one gives undefined", () => {
  assertEquals([read("abc"), read("[ab]"), read("[[ab]]"), read("[]")], [
    "abc",
    "(ab)",
    "((ab))",
    "()",
  ]);
  for (const text of ["", "[", "[ab", "[ab[", "1"]) assertEquals(read(text), undefined, text);
});

Deno.test("depth and size have limits", () => {
  const nest = (depth: number) => "[".repeat(depth) + "a" + "]".repeat(depth);
  assertEquals(read(nest(199))?.length, 399);
  assertEquals(read(nest(200)), undefined);
  assertEquals(read("a".repeat(MOST))?.length, MOST);
  assertEquals(read("a".repeat(MOST + 1)), undefined);
});

Deno.test("an error of another kind is not taken for a malformed name", () => {
  assertThrows(() => unlessMalformed(() => JSON.parse("{")), SyntaxError);
});
