import { assertEquals } from "@std/assert";
import { readModule } from "../../src/binary/module.ts";
import { findReferences } from "../../src/limits/references.ts";
import { findSections } from "../../src/limits/rewrite.ts";
import { assembleWith } from "../_binaryen.ts";

/** Modules with four functions, and those that others can call. */
const ROWS: [name: string, rest: string, found: number[]][] = [
  ["no other", "", []],
  ["an export, which is none", '(export "f" (func 2)) (memory (export "m") 1)', []],
  ["the start function", "(start 1)", [1]],
  ["elements of a table", "(table 4 funcref) (elem (i32.const 0) func 1 3)", [1, 3]],
  ["elements that are expressions", "(elem funcref (ref.func 2) (ref.null func))", [2]],
  ["a declaration for code", "(elem declare func 3) (func (drop (ref.func 3)))", [3]],
  ["a global", "(global funcref (ref.func 1))", [1]],
  ["what a table is filled with", "(table 1 1 funcref (ref.func 2))", [2]],
];

for (const [name, rest, expected] of ROWS) {
  Deno.test(`functions that are referred to by ${name}`, () => {
    const bytes = assembleWith(`(module (func) (func) (func) (func) ${rest})`);
    const found = findReferences(findSections(bytes), readModule(bytes));
    assertEquals([...found].sort(), expected);
  });
}
