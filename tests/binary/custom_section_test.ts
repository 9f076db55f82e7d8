import { assertEquals } from "@std/assert";
import { type Toolchain, toolchain } from "../../src/binary/custom_section.ts";
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

type Line = [field: string, name: string, version: string];

// Producers of real modules: clang of wasi-sdk and of Debian, rustc with wasm-bindgen, Go,
// components.
const table: [title: string, lines: Line[], expected: Toolchain | undefined][] = [
  ["nothing", [], undefined],
  ["a language alone", [["language", "C11", ""]], undefined],
  [
    "clang without a language",
    [["processed-by", "clang", "14.0.6"]],
    { name: "clang", version: "14.0.6" },
  ],
  [
    "clang as Debian names it",
    [["language", "C99", ""], ["processed-by", "Debian clang", "14.0.6"]],
    { name: "clang", version: "14.0.6", language: "C" },
  ],
  [
    "C++ as DWARF names it",
    [["language", "C_plus_plus_14", ""], ["processed-by", "clang", "21.1.4-wasi-sdk (x)"]],
    { name: "clang", version: "21.1.4-wasi-sdk (x)", language: "C++" },
  ],
  [
    "C++ as the convention names it",
    [["language", "C++", "17"], ["processed-by", "clang", "9"]],
    { name: "clang", version: "9", language: "C++" },
  ],
  [
    "rustc and what works on its modules",
    [
      ["language", "Rust", ""],
      ["processed-by", "walrus", "0.19.0"],
      ["processed-by", "rustc", "1.60.0 (7737e0b5c 2022-04-04)"],
      ["processed-by", "wasm-bindgen", "0.2.80 (4caa98165)"],
    ],
    { name: "rustc", version: "1.60.0 (7737e0b5c 2022-04-04)", language: "Rust" },
  ],
  [
    "two languages of one compiler",
    [["language", "C11", ""], ["language", "C_plus_plus_14", ""], ["processed-by", "clang", "21"]],
    { name: "clang", version: "21", language: "C" },
  ],
  [
    "clang first, then rustc",
    [
      ["language", "Rust", ""],
      ["language", "C11", ""],
      ["processed-by", "clang", "21.1.4"],
      ["processed-by", "rustc", "1.88.0"],
    ],
    { name: "clang", version: "21.1.4", language: "C" },
  ],
  [
    "rustc first, then clang",
    [
      ["language", "C11", ""],
      ["language", "Rust", ""],
      ["processed-by", "rustc", "1.97.1"],
      ["processed-by", "clang", "22.1.0"],
    ],
    { name: "rustc", version: "1.97.1", language: "Rust" },
  ],
  [
    "Go",
    [["language", "Go", "go1.26.5"], ["processed-by", "Go cmd/compile", "go1.26.5"]],
    { name: "Go cmd/compile", version: "go1.26.5", language: "Go" },
  ],
  [
    "an SDK alone",
    [["sdk", "Emscripten", "3.1.6"]],
    { name: "Emscripten", version: "3.1.6" },
  ],
  [
    "nothing but what works on modules",
    [["processed-by", "wit-component", "0.259.0"], ["processed-by", "wit-bindgen-rust", "0.62.0"]],
    { name: "wit-component", version: "0.259.0" },
  ],
];

for (const [title, lines, expected] of table) {
  Deno.test(`toolchain() names the compiler of a module: ${title}`, () => {
    const producers = lines.map(([field, name, version]): Producer => ({ field, name, version }));
    assertEquals(toolchain(producers), expected);
  });
}
