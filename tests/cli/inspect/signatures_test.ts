import { assertEquals } from "@std/assert";
import {
  formatType,
  listExports,
  listMemories,
  toCount,
} from "../../../src/cli/inspect/signatures.ts";
import { readModule } from "../../../src/binary/module.ts";
import { guestBytes } from "../../_guests.ts";
import { assemble } from "../../_wat.ts";

Deno.test("imports of all kinds are shown with their limits", async () => {
  const { imports } = readModule(await guestBytes("wat/imports_all_kinds"));
  const types = Object.fromEntries(imports.map((item) => [item.name, formatType(item)]));
  assertEquals(types, {
    log: "(i32, i32) -> ()",
    clock: "(i64, f64) -> f32",
    table: "2 elements to 8 of funcref",
    references: "1 element or more of externref",
    memory: "1 page to 2",
    base: "i32",
    pointer: "mutable i32",
    big: "i64",
    ratio: "f64",
    reference: "externref",
    error: "(i32) -> ()",
  });
});

Deno.test("a signature is shown whole, however long it is", () => {
  const { exports } = readModule(assemble(
    `(module (func (export "many") (param ${"i32 ".repeat(40)})))`,
  ));
  assertEquals(
    listExports({ ...EMPTY, exports })[0]?.type,
    `(${Array(40).fill("i32").join(", ")}) -> ()`,
  );
});

const EMPTY = readModule(assemble("(module)"));

Deno.test("an exported constant is shown with its value, which is unsigned", () => {
  const info = readModule(assemble(`(module
    (global (export "base") i32 (i32.const -16))
    (global (export "top") (mut i64) (i64.const 5)))`));
  assertEquals(listExports(info), [
    { name: "base", kind: "global", type: "i32", value: 0xfffffff0 },
    { name: "top", kind: "global", type: "mutable i64", value: 5 },
  ]);
});

Deno.test("memories are named by their exports, or else by their imports", () => {
  const info = readModule(assemble(`(module
    (import "env" "memory" (memory i64 1 4))
    (memory (export "own") 2)
    (memory 3))`));
  const pages = { pageSize: 65536, shared: false };
  assertEquals(listMemories(info), [
    { ...pages, name: "env.memory", imported: true, minimum: 1, maximum: 4, address: "i64" },
    { ...pages, name: "own", imported: false, minimum: 2, address: "i32" },
    { ...pages, imported: false, minimum: 3, address: "i32" },
  ]);
});

Deno.test("a number that JavaScript's numbers cannot hold is text", () => {
  assertEquals([toCount(5n), toCount(2n ** 64n - 1n)], [5, "18446744073709551615"]);
});
