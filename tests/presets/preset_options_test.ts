import * as passage from "../../mod.ts";
import { anyOf } from "../../src/base/misnomers.ts";
import { printCall, readOptions } from "../../src/presets/preset_options.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";

const { allocator, assemblyScript, canonicalAbi, cString, inPlace, jsStrings, staticBuffer } =
  passage;

/** Conventions with every kind of option that can be printed. */
const CONVENTIONS = [
  staticBuffer({ pointer: "buffer" }),
  staticBuffer({ pointer: 0x80000010, capacity: { export: 'a"b\n', holds: "address" } }),
  staticBuffer({
    pointer: "p",
    capacity: 100,
    encoding: "utf-16",
    pass: ["pointer", "byteLength"],
    trailingNul: "keep",
    terminated: false,
    status: { value: { word: 1, at: "result" }, fails: { except: [0, 2] } },
  }),
  inPlace({ pointer: "reserve", byteLength: 65536 }),
  allocator({
    allocate: { export: "m", pass: ["byteLength", 8] },
    free: "f",
    result: "terminated",
  }),
  cString({
    allocate: "malloc",
    free: "free",
    result: { text: { pointer: "result", length: "nul" } },
  }),
  assemblyScript(),
  canonicalAbi({ encoding: "utf-16" }),
  jsStrings(),
];

for (const convention of CONVENTIONS) {
  Deno.test(`${convention.expression} makes the convention that prints as it`, () => {
    const names = Object.keys(passage).filter((name) => convention.expression.includes(name));
    const values = names.map((name) => passage[name as keyof typeof passage]);
    const evaluated = new Function(...names, `return ${convention.expression}`)(...values);
    assertEquals(evaluated, convention);
  });
}

Deno.test("printCall() omits undefined values, and prints every plain value", () => {
  assertStrictEquals(printCall("f", {}), "f()");
  assertStrictEquals(printCall("f", { a: undefined }), "f()");
  assertStrictEquals(
    printCall("f", { a: [1, "x", null, true, 5n], "b-c": { d: [] } }),
    'f({ a: [1, "x", null, true, 5n], "b-c": { d: [] } })',
  );
});

const messageOf = (check: () => unknown) => assertThrows(check, TypeError).message;

const preset = (options: object) =>
  readOptions("made", options, { allocate: "blockCall" }, ["allocate"]);

Deno.test("readOptions() returns a copy, for which each option was read once", () => {
  let reads = 0;
  const given = {
    get allocate() {
      return `malloc${++reads}`;
    },
  };
  const options = preset(given) as typeof given;
  assertEquals([options.allocate, options.allocate, reads], ["malloc1", "malloc1", 1]);
});

/** Options of a preset, and the error. */
const PRESETS: readonly (readonly [options: unknown, message: string])[] = [
  [{}, "option allocate is missing, expected the name of an export or { export, pass }"],
  [{ allocate: "" }, 'option allocate is "", expected the name of an export or { export, pass }'],
  [{ allocate: "a", alocate: "b" }, 'option alocate is unknown, did you mean "allocate"?'],
  [{ allocate: "a", malloc: "b" }, 'option malloc is unknown, did you mean "allocate"?'],
  [
    { allocate: "a", result: "prefix" },
    'option result is "prefix", did you mean "prefixed"?',
  ],
  [
    { allocate: "a", result: 5 },
    `option result is 5, expected ${anyOf(Object.keys(passage.RESULT_FORMS))} or { text }`,
  ],
  [
    { allocate: "a", encoding: "utf8" },
    'option encoding is "utf8", did you mean "utf-8"?',
  ],
  [null, "the options are null, expected an object"],
  [[], "the options are an object of class Array, expected an object"],
];

for (const [options, message] of PRESETS) {
  Deno.test(`readOptions() refuses ${Deno.inspect(options)}`, () => {
    assertEquals(
      messageOf(() => preset(options as object)),
      `Cannot make the convention made(): ${message}`,
    );
  });
}

Deno.test("readOptions() lists all problems, a line for each", () => {
  assertEquals(
    messageOf(() => preset({ terminated: 1, nullIs: "empty" })),
    "Cannot make the convention made():\n" +
      "option terminated is 1, expected a boolean\n" +
      "option allocate is missing, expected the name of an export or { export, pass }",
  );
});
