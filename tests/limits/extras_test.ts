import { assertEquals } from "@std/assert";
import { OPERATORS } from "../../src/binary/operators.ts";
import { COST_OF } from "../../src/limits/extras.ts";
import { assembleWith } from "../_binaryen.ts";
import { meter } from "./_rewritten.ts";

/** Operators on many bytes or elements, with the units that they take in addition to one each. */
const ROWS: [name: string, body: string, args: unknown[], units: number][] = [
  [
    "memory.fill of 160 bytes",
    "(memory.fill (local.get 0) (i32.const 0) (i32.const 160))",
    [0],
    10,
  ],
  ["memory.fill of 15 bytes", "(memory.fill (local.get 0) (i32.const 0) (i32.const 15))", [0], 0],
  [
    "memory.copy of 65536 bytes",
    "(memory.copy (local.get 0) (i32.const 0) (i32.const 65536))",
    [0],
    4096,
  ],
  [
    "memory.init of 32 bytes",
    "(memory.init $d (local.get 0) (i32.const 0) (i32.const 32))",
    [0],
    2,
  ],
  [
    "table.fill of 7 elements",
    "(table.fill (local.get 0) (ref.null func) (i32.const 7))",
    [0],
    7,
  ],
  ["table.copy of 5 elements", "(table.copy (local.get 0) (i32.const 0) (i32.const 5))", [0], 5],
  ["memory.grow of 2 pages", "(drop (memory.grow (local.get 0)))", [2], 8192],
  ["memory.grow that is refused", "(drop (memory.grow (local.get 0)))", [9], 0],
  ["table.grow of 3 elements", "(drop (table.grow (ref.null func) (local.get 0)))", [3], 3],
  ["table.grow that is refused", "(drop (table.grow (ref.null func) (local.get 0)))", [99], 0],
  ["array.new of 10 integers", "(drop (array.new $longs (i64.const 7) (local.get 0)))", [10], 5],
  ["array.new_default of 33 shorts", "(drop (array.new_default $shorts (local.get 0)))", [33], 4],
  [
    "array.new_fixed of 4 integers",
    "(drop (array.new_fixed $longs 4 (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4)))",
    [0],
    2,
  ],
  [
    "array.new_data of 32 shorts",
    "(drop (array.new_data $shorts $d (local.get 0) (i32.const 32)))",
    [0],
    4,
  ],
  [
    "array.new_elem of 6 functions",
    "(drop (array.new_elem $functions $e (local.get 0) (i32.const 6)))",
    [0],
    3,
  ],
  [
    "array.fill of 20 integers",
    "(array.fill $longs (global.get $a) (local.get 0) (i64.const 7) (i32.const 20))",
    [0],
    10,
  ],
  [
    "array.copy of 20 integers",
    "(array.copy $longs $longs (global.get $a) (local.get 0) (global.get $a) (i32.const 1) (i32.const 20))",
    [0],
    10,
  ],
  [
    "array.init_data of 20 shorts",
    "(array.init_data $shorts $d (global.get $b) (local.get 0) (i32.const 0) (i32.const 20))",
    [0],
    2,
  ],
  [
    "array.init_elem of 4 functions",
    "(array.init_elem $functions $e (global.get $c) (local.get 0) (i32.const 0) (i32.const 4))",
    [0],
    2,
  ],
  ["struct.new_default of 40 fields", "(drop (struct.new_default $forty))", [0], 20],
  ["struct.new_default of 5 fields", "(drop (struct.new_default $five))", [0], 2],
  ["struct.new of 2 fields", "(drop (struct.new $two (i32.const 1) (i64.const 2)))", [0], 1],
];

for (const [name, body, args, units] of ROWS) {
  Deno.test(`${name} takes ${units} units beside those of the operators`, () => {
    const text = `(module (memory 2 4) (table 10 20 funcref) (data $d "${"a".repeat(64)}")
      (type $longs (array (mut i64))) (type $shorts (array (mut i16)))
      (type $functions (array (mut funcref)))
      (type $five (struct (field i32 i32 i32 i32 i32))) (type $two (struct (field i32 i64)))
      (type $forty (struct (field ${"i64 ".repeat(40)})))
      (elem $e funcref ${"(ref.null func)".repeat(6)})
      (global $a (ref $longs) (array.new_default $longs (i32.const 30)))
      (global $b (ref $shorts) (array.new_default $shorts (i32.const 30)))
      (global $c (ref $functions) (array.new_default $functions (i32.const 30)))
      (func (export "f") (param i32) ${body}))`;
    const operators = body.match(/(?<=\()[a-z0-9]+\.?[a-z]*/g)!.length;
    assertEquals(meter(assembleWith(text)).burn("f", ...args), operators + units);
  });
}

Deno.test("all operators cost a unit, except those that delimit blocks", () => {
  const free = OPERATORS.flatMap((operator, number) =>
    operator && COST_OF[number] === 0 ? [operator.name] : []
  );
  assertEquals(
    free.sort(),
    ["block", "catch", "catch_all", "delegate", "else", "end", "loop", "try", "try_table"],
  );
});
