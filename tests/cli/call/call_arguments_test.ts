import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Parameter } from "../../../mod.ts";
import {
  bytesOf,
  convertArguments,
  type GivenArgument,
  takeArguments,
  textOf,
} from "../../../src/cli/call/call_arguments.ts";
import { LoadError } from "../../../src/base/errors.ts";
import { UsageError } from "../../../src/cli/exit_codes.ts";
import { makeHost } from "../_host.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("arguments are texts, files and standard input", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "from a file");
  try {
    const host = makeHost({ input: "from a pipe" });
    const taken = await takeArguments(["text", `@${file}`, "-", "@@user", "-5"], host, false);
    assertEquals(taken.map(textOf), ["text", "from a file", "from a pipe", "@user", "-5"]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("standard input is read once, and a file has to exist", async () => {
  const host = makeHost({ input: "a" });
  for (const [args, isTaken] of [[["-", "-"], false], [["-"], true]] as const) {
    await assertRejects(
      () => takeArguments(args, host, isTaken),
      UsageError,
      "Cannot read standard input twice, expected - once",
    );
  }
  await assertRejects(
    () => takeArguments(["@no/such"], host, false),
    LoadError,
    'Cannot read "no/such": it does not exist',
  );
});

Deno.test("a file that is not text is refused as text, and accepted as bytes", () => {
  const argument: GivenArgument = { name: "@a", content: Uint8Array.of(0xff) };
  assertThrows(() => textOf(argument), TypeError, "it is not UTF-8, expected --bytes");
  assertEquals(bytesOf(argument), Uint8Array.of(0xff));
  // A BOM is text.
  assertEquals(textOf({ name: "@a", content: utf8("\ufeffa") }), "\ufeffa");
});

const POINT = { type: "struct", fields: { x: "f64", id: "u64" } } as const;

const ROWS: readonly (readonly [type: Parameter, text: string, value: unknown])[] = [
  ["string", "5", "5"],
  ["string", "", ""],
  ["string", "null", "null"],
  [{ type: "string", nullable: true }, "null", null],
  ["bytes", "é", utf8("é")],
  ["i32", "-5", -5],
  ["u8", "0x1f", 31],
  ["f64", "1e3", 1000],
  ["f64", "NaN", NaN],
  ["f32", "-Infinity", -Infinity],
  ["pointer", "1024", 1024],
  ["i64", "-9223372036854775808", -9223372036854775808n],
  ["u64", "18446744073709551615n", 18446744073709551615n],
  ["bool", "true", true],
  ["externref", '{ a: "b" }', { a: "b" }],
  [{ type: "array", element: "f64" }, "[1, 2.5]", [1, 2.5]],
  [{ type: "array", element: "i64" }, "[1, 2]", [1n, 2n]],
  [{ type: "strings" }, '["a", "b"]', ["a", "b"]],
  [POINT, '{ "x": 1.5, "id": 7 }', { x: 1.5, id: 7n }],
  [{ type: "list", item: POINT }, '[{ "x": 1, "id": 2 }]', [{ x: 1, id: 2n }]],
];

for (const [type, text, value] of ROWS) {
  const name = typeof type === "string" ? type : JSON.stringify(type);
  Deno.test(`an argument becomes a value of its type: ${text} is ${name}`, () => {
    const declaration = { parameters: [type], result: "void" } as const;
    assertEquals(convertArguments([{ name: text, content: text }], declaration, "f"), [value]);
  });
}

const REFUSED: readonly (readonly [type: Parameter, text: string, message: string])[] = [
  ["i32", "five", 'Cannot pass "five": it is not a number, expected i32'],
  ["f64", "", 'Cannot pass "": it is not a number, expected f64'],
  ["i64", "1.5", 'Cannot pass "1.5": it is not an integer, expected i64'],
  [
    POINT,
    "{ x: ",
    'Cannot read the argument "{ x: ": it ends after 5 characters, expected a value',
  ],
];

for (const [type, text, message] of REFUSED) {
  Deno.test(`an argument of another type is refused: ${text}`, () => {
    const declaration = { parameters: [type], result: "void" } as const;
    assertThrows(
      () => convertArguments([{ name: text, content: text }], declaration, "f"),
      TypeError,
      message,
    );
  });
}

Deno.test("the number of arguments is that of the parameters", () => {
  const cases = [
    [["i32", { type: "strings" }], "2 (i32, strings)"],
    [["string"], "1 (string)"],
  ] as const;
  for (const [parameters, expected] of cases) {
    assertThrows(
      () => convertArguments([], { parameters, result: "void" }, "f"),
      UsageError,
      `Cannot call "f": it is given 0 arguments, expected ${expected}`,
    );
  }
});
