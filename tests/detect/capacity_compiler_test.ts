import { assertEquals } from "@std/assert";
import type { Producer } from "../../src/binary/types.ts";
import { compilerOf } from "../../src/detect/capacity.ts";

type Line = [field: string, name: string, version: string];

// Producers of real modules: clang of wasi-sdk and of Debian, rustc with wasm-bindgen, Go,
// components.
const table: [title: string, lines: Line[], expected: string | undefined][] = [
  ["nothing", [], undefined],
  ["a language alone", [["language", "C11", ""]], undefined],
  [
    "clang without a language",
    [["processed-by", "clang", "14.0.6"]],
    "clang",
  ],
  [
    "clang as Debian names it",
    [["language", "C99", ""], ["processed-by", "Debian clang", "14.0.6"]],
    "clang",
  ],
  [
    "C++ as DWARF names it",
    [["language", "C_plus_plus_14", ""], ["processed-by", "clang", "21.1.4-wasi-sdk (x)"]],
    "clang",
  ],
  [
    "C++ as the convention names it",
    [["language", "C++", "17"], ["processed-by", "clang", "9"]],
    "clang",
  ],
  [
    "rustc and what works on its modules",
    [
      ["language", "Rust", ""],
      ["processed-by", "walrus", "0.19.0"],
      ["processed-by", "rustc", "1.60.0 (7737e0b5c 2022-04-04)"],
      ["processed-by", "wasm-bindgen", "0.2.80 (4caa98165)"],
    ],
    "rustc",
  ],
  [
    "two languages of one compiler",
    [["language", "C11", ""], ["language", "C_plus_plus_14", ""], ["processed-by", "clang", "21"]],
    "clang",
  ],
  [
    "clang first, then rustc",
    [
      ["language", "Rust", ""],
      ["language", "C11", ""],
      ["processed-by", "clang", "21.1.4"],
      ["processed-by", "rustc", "1.88.0"],
    ],
    "clang",
  ],
  [
    "rustc first, then clang",
    [
      ["language", "C11", ""],
      ["language", "Rust", ""],
      ["processed-by", "rustc", "1.97.1"],
      ["processed-by", "clang", "22.1.0"],
    ],
    "rustc",
  ],
  [
    "Go",
    [["language", "Go", "go1.26.5"], ["processed-by", "Go cmd/compile", "go1.26.5"]],
    "Go cmd/compile",
  ],
  [
    "an SDK alone",
    [["sdk", "Emscripten", "3.1.6"]],
    "Emscripten",
  ],
  [
    "nothing but what works on modules",
    [["processed-by", "wit-component", "0.259.0"], ["processed-by", "wit-bindgen-rust", "0.62.0"]],
    "wit-component",
  ],
];

for (const [title, lines, expected] of table) {
  Deno.test(`compilerOf() names the compiler of a module: ${title}`, () => {
    const producers = lines.map(([field, name, version]): Producer => ({ field, name, version }));
    assertEquals(compilerOf(producers), expected);
  });
}
