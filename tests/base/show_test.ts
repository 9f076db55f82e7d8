import { assert, assertEquals } from "@std/assert";
import {
  bounded,
  counted,
  hasProperty,
  hex,
  isA,
  isArray,
  list,
  listLines,
  literal,
  printable,
  quote,
  quoteAddress,
  show,
  subjectOf,
  withArticle,
  wordsOf,
} from "../../src/base/show.ts";

/** A proxy whose traps all throw. */
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const SHOWN: readonly (readonly [value: unknown, shown: string])[] = [
  ["a", '"a"'],
  ["x".repeat(40), `"${"x".repeat(40)}"`],
  ["x".repeat(41), "a string of 41 code units"],
  ["a\nb\u202e", '"a\\nb\\u202e"'],
  [-0, "0"],
  [NaN, "NaN"],
  [5n, "5n"],
  [undefined, "undefined"],
  [null, "null"],
  [Symbol("s"), "Symbol(s)"],
  [() => {}, "a function"],
  [new Map(), "an object of class Map"],
  [Object.create(null), "an object of class null prototype"],
  [[], "an object of class Array"],
  [Object.create(Uint8Array.prototype), "an object that only claims to be of class Uint8Array"],
];

for (const [value, shown] of SHOWN) {
  Deno.test(`show() shows ${shown}`, () => assertEquals(show(value), shown));
}

Deno.test("no value makes show() throw", () => {
  assertEquals(show(revoked()), "an object of class unknown");
});

Deno.test("hex() formats negative numbers and bigints, too", () => {
  assertEquals([hex(255), hex(-16), hex(2n ** 64n - 1n)], ["0xff", "-0x10", "0xffffffffffffffff"]);
});

Deno.test("names are quoted on one line, without characters that change the display", () => {
  assertEquals(quote('a"b\\'), '"a\\"b\\\\"');
  assertEquals(quote("a\n\u200b\u{e0001}\ud800"), '"a\\n\\u200b\\u{e0001}\\ud800"');
  assertEquals(quote("é漢🦀"), '"é漢🦀"');
  assertEquals(printable("two\r\nlines"), "two\\r\\nlines");
});

Deno.test("the middle of a long name is left out, and a literal is not shortened", () => {
  const name = "a".repeat(200) + "z";
  // A quarter of 200 code units is the end.
  assertEquals(quote(name), `"${"a".repeat(150)}…${"a".repeat(49)}z"`);
  assertEquals(quote(name.slice(1)), `"${name.slice(1)}"`);
  assertEquals(literal(name), `"${name}"`);
  assert(bounded("m".repeat(100_000)).length < 17_000);
});

Deno.test("a long address is shown by its beginning", () => {
  const short = `data:,${"a".repeat(194)}`;
  assertEquals(quoteAddress(short), `"${short}"`);
  assertEquals(quoteAddress(new URL(`${short}b`)), `"data:,${"a".repeat(54)}…"`);
});

Deno.test("lists say how much they leave out", () => {
  assertEquals([list([]), list(["a"]), list(["a", "b", "c"], 2)], [
    "none",
    '"a"',
    '"a", "b" and 1 more',
  ]);
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index}`);
  assertEquals(listLines(lines.slice(0, 10)), lines.slice(0, 10).join("\n"));
  assertEquals(listLines(lines), [...lines.slice(0, 10), "and 2 more"].join("\n"));
  assertEquals([counted(1, "word"), counted(0, "word")], ["1 word", "0 words"]);
});

Deno.test("a value whose properties throw is described as if it had none", () => {
  const refusing = revoked();
  assertEquals([isA(refusing, Map), isArray(refusing), hasProperty(refusing, "then")], [
    false,
    false,
    false,
  ]);
  assertEquals([isA(new Map(), Map), isA(new Map(), undefined), isArray([])], [true, false, true]);
  assertEquals([hasProperty({ a: undefined }, "a"), hasProperty("a", "length")], [true, false]);
});

Deno.test("wordsOf() returns a message if there is one, and otherwise the value", () => {
  assertEquals([wordsOf(new Error("a\nb")), wordsOf("words"), wordsOf({ message: "m" })], [
    "a\\nb",
    "words",
    "m",
  ]);
  assertEquals([wordsOf(""), wordsOf(new Error("")), wordsOf(5)], [
    '""',
    "an object of class Error",
    "5",
  ]);
  assertEquals(wordsOf(revoked()), "an object of class unknown");
});

Deno.test("a result is named by its symbol unless it has a name of its own", () => {
  assertEquals(subjectOf({ symbol: "greet" }), 'the result of "greet"');
  assertEquals(subjectOf({ subject: "argument 0", symbol: "greet" }), "argument 0");
});

Deno.test("the article fits the name of a class", () => {
  const names = ["Int8Array", "Uint8Array", "Float64Array", "BigInt64Array"];
  assertEquals(names.map(withArticle), [
    "an Int8Array",
    "a Uint8Array",
    "a Float64Array",
    "a BigInt64Array",
  ]);
});
