import { type Toolchain, toolchain } from "../../src/binary/custom.ts";
import type { Producer } from "../../src/binary/types.ts";
import { assertEquals } from "@std/assert";

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
