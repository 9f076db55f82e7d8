import { assertEquals } from "@std/assert";
import type { Producer } from "../../src/binary/types.ts";
import { flat, leb, type Part, readValid, section, VOID_TYPE } from "./_build.ts";

Deno.test("custom sections are listed with the place of their contents", () => {
  const info = readValid(
    section(0, "first", 1, 2, 3),
    VOID_TYPE,
    section(0, "", 9),
    section(0, "first"),
  );
  assertEquals(info.customSections, [
    { name: "first", offset: 0x10, byteLength: 3 },
    { name: "", offset: 0x1c, byteLength: 1 },
    { name: "first", offset: 0x25, byteLength: 0 },
  ]);
});

Deno.test("the contents of a custom section agree with the engine", () => {
  const bytes = Uint8Array.from(flat(
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(0, "note", Array.from({ length: 300 }, (_, index) => index % 256)),
  ));
  const [place] = readValid(section(0, "note", [...bytes.subarray(16)])).customSections;
  assertEquals(place, { name: "note", offset: 0x10, byteLength: 300 });
  const contents = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "note")[0]!;
  assertEquals(new Uint8Array(contents), bytes.slice(place?.offset));
});

const PRODUCERS: Part = [
  2,
  ["language", 2, ["C11", ""], ["Rust", "2021"]],
  ["processed-by", 1, ["clang", "14.0.6"]],
];

Deno.test("the producers section is read line by line", () => {
  assertEquals<readonly Producer[]>(readValid(section(0, "producers", PRODUCERS)).producers, [
    { field: "language", name: "C11", version: "" },
    { field: "language", name: "Rust", version: "2021" },
    { field: "processed-by", name: "clang", version: "14.0.6" },
  ]);
});

const faulty: [title: string, contents: Part][] = [
  ["empty", []],
  ["a count beyond what is there", [leb(70_000), ["language", 1, ["C11", ""]]]],
  ["cut off", flat(PRODUCERS).slice(0, -3)],
  ["a name that is not UTF-8", [1, ["language", 1, [1, 0xff, ""]]]],
  ["bytes behind the end", [PRODUCERS, 0]],
];

for (const [title, contents] of faulty) {
  Deno.test(`a faulty producers section is ignored: ${title}`, () => {
    const info = readValid(section(0, "producers", contents), VOID_TYPE);
    assertEquals(info.producers, []);
    assertEquals(info.types.length, 1);
  });
}
