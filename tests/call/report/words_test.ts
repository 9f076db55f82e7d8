import { assertEquals } from "@std/assert";
import type { CoreArgument } from "../../../src/abi/block_source.ts";
import type { Value } from "../../../src/abi/value.ts";
import {
  about,
  contentWords,
  coreArgumentsWords,
  does,
  encodingWords,
  ITEM,
  pronoun,
  reportItem,
  series,
  typeWords,
  valueWords,
} from "../../../src/call/report/words.ts";
import { instanceOf, planOf } from "../_unit.ts";
import { reportedBy } from "./_reported.ts";

const NAMES = {
  argument: (index: number) => index === 0 ? "the text" : `argument ${index}`,
  subject: "the result",
  unitOf: (index: number) => ["elements", "code units", "bytes"][index]!,
  isGlobal: (name: string) => name === "base",
};

const VALUES: [value: Value, words: string][] = [
  [5, "5"],
  ["result", "the result"],
  ["output", "the address of the output buffer"],
  [{ result: 1 }, "result 1"],
  [{ low: "result" }, "the low half of the result"],
  [{ high: { result: 1 } }, "the high half of result 1"],
  [{ argument: 0 }, "the address of the text"],
  [{ byteLengthOf: 1 }, "the byte length of argument 1"],
  [{ parameter: 1 }, "argument 1"],
  [{ word: 1 }, "word 1 of the return area"],
  [{ word: 0, at: "result" }, "word 0 of what the result points at"],
  [{ load: "u8", at: 64, offset: 4 }, "the u8 at offset 4 of memory at 0x40"],
  [{ load: "u32", at: "result", offset: -4 }, "the u32 4 bytes before what the result points at"],
  [{ export: "base" }, 'the global "base"'],
  [{ export: "size" }, 'what "size" returns'],
  [{ call: "size", with: [] }, 'what "size" returns'],
  [{ call: "size", with: ["result", 2] }, 'what "size" returns for the result and 2'],
  [{ product: ["result", 4] }, "the product of the result and 4"],
  [{ sum: [1, 2, "result"] }, "the sum of 1, 2 and the result"],
  [{ difference: ["result", 1] }, "the difference of the result and 1"],
  [{ indexIn: 0, of: "result" }, "the index in the text that the result points at"],
];

Deno.test("each place of a number has its own description", () => {
  assertEquals(VALUES.map(([value]) => valueWords(value, NAMES)), VALUES.map(([, words]) => words));
});

Deno.test("the parts of an item of a list are at offsets from the item", () => {
  const names = { ...NAMES, subject: ITEM };
  assertEquals(valueWords({ word: 1, at: "result" }, names), "word 1 of the item");
});

Deno.test("core arguments of one text are named together", () => {
  const rows: [coreArguments: CoreArgument[], words: string][] = [
    [[], ""],
    [[7, { parameter: 1 }], "7 and argument 1"],
    [
      [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }],
      "the address and the byte length of the text",
    ],
    [
      [{ text: 0, as: "pointer" }, { text: 1, as: "pointer" }, { text: 1, as: "codeUnits" }],
      "the address of the text, and the address and the number of code units of argument 1",
    ],
    [[{ text: 2, as: "codeUnits" }], "the byte length of argument 2"],
    [[{ text: 0, as: "codeUnits" }], "the number of elements of the text"],
    [
      [{ text: 0, as: "packedPointerLow", unit: "codeUnits" }],
      "one i64 with the number of elements (high half) and the address of the text",
    ],
    [["output", "capacity"], "the address of the output buffer and its capacity"],
    [[{ area: 0 }, { area: 1 }], "the address of the return area and the address of word 1"],
  ];
  for (const [given, words] of rows) assertEquals(coreArgumentsWords(given, NAMES), words);
});

Deno.test("content and encoding are named, and a type has its article", () => {
  const contents = ["string", "bytes", "strings", { element: "u8" }] as const;
  assertEquals(contents.map(contentWords), ["text", "bytes", "strings", "array"]);
  assertEquals(encodingWords("string", "utf-16"), " as UTF-16");
  const replaced = "UTF-8 with U+FFFD for what is invalid";
  assertEquals(encodingWords("string", "utf-8 replace"), ` as ${replaced}`);
  assertEquals(encodingWords("string", "utf-8", { onInvalid: "replace" }), ` as ${replaced}`);
  assertEquals(encodingWords("string", "wtf-8 refuse", { onInvalid: "replace" }), " as WTF-8");
  assertEquals(encodingWords("string", "latin1", { onInvalid: "replace" }), " as latin1");
  assertEquals(encodingWords("bytes", "utf-16"), "");
  assertEquals(encodingWords({ element: "f64" }, "utf-8"), " as an array of f64");
  assertEquals([typeWords("u8"), typeWords("i64"), typeWords("f32")], ["a u8", "an i64", "an f32"]);
});

Deno.test("several things are joined with an and, and verbs agree with their names", () => {
  assertEquals([series([]), series(["a"]), series(["a", "b", "c"])], ["", "a", "a, b and c"]);
  assertEquals(["the text", "the bytes"].map((name) => does(name, "fit")), [
    "the text fits",
    "the bytes fit",
  ]);
  assertEquals([pronoun("the array"), pronoun("the texts")], ["it", "them"]);
});

const instance = await instanceOf();

Deno.test("the item of a list is the result in what is reported of it, and has a path of its own", () => {
  const lines = reportedBy(instance, planOf(), (lines) => {
    reportItem(["list"], lines, (path) => {
      assertEquals([about(path), about([])], [{ path: ["list", "[]"] }, {}]);
      lines.add("read", lines.value("result"));
    });
    lines.add("read", lines.value("result"));
  });
  assertEquals(lines, ["read: the item", "read: the result"]);
});
