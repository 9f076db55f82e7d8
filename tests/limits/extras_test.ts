import { assertEquals } from "@std/assert";
import { assemble } from "../_wat.ts";
import { meter } from "./_rewritten.ts";

/** Operators on many bytes or elements, with the units that they take beside one each. */
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
];

for (const [name, body, args, units] of ROWS) {
  Deno.test(`${name} takes ${units} units beside those of the operators`, () => {
    const text = `(module (memory 2 4) (table 10 20 funcref) (data $d "${"a".repeat(64)}")
      (func (export "f") (param i32) ${body}))`;
    const operators = body.match(/(?<=\()[a-z0-9]+\.?[a-z]*/g)!.length;
    assertEquals(meter(assemble(text)).burn("f", ...args), operators + units);
  });
}
