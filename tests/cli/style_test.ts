import { assertEquals } from "@std/assert";
import { styleFor, wrap } from "../../src/cli/style.ts";

const TERMINAL = { isTerminal: true }, PIPE = { isTerminal: false };
const FREE = { allowsColors: true }, NO_COLOR = { allowsColors: false };

Deno.test("there are colours only on a terminal, and never if the user disables them", () => {
  // ECMA-48, 8.3.117: 31 is red, 39 the default colour.
  assertEquals(styleFor(TERMINAL, FREE).red("a"), "\x1b[31ma\x1b[39m");
  assertEquals(styleFor(TERMINAL, FREE).bold("a"), "\x1b[1ma\x1b[22m");
  assertEquals(styleFor(TERMINAL, FREE).red(""), "");
  assertEquals(styleFor(TERMINAL, NO_COLOR).red("a"), "a");
  assertEquals(styleFor(PIPE, FREE).red("a"), "a");
});

Deno.test("a paragraph is wrapped between words", () => {
  assertEquals(wrap("one two three", "  ", 9), "  one two\n  three");
  assertEquals(wrap("one two three", "  ", 8), "  one\n  two\n  three");
  assertEquals(wrap("one two three", "  ", Infinity), "  one two three");
  assertEquals(wrap("one two three", "1. ", 10, "   "), "1. one two\n   three");
  assertEquals(wrap("longword", "  ", 4), "  longword");
});
