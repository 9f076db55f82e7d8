import * as passage from "../../mod.ts";
import { printCall } from "../../src/presets/preset_options.ts";
import { assertEquals, assertStrictEquals } from "@std/assert";

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
