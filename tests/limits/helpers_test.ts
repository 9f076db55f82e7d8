import { assertEquals, assertThrows } from "@std/assert";
import { EXHAUSTED } from "../../src/limits/helpers.ts";
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

Deno.test("lengths of 64 bits count, and one beyond any memory does not add to the fuel", () => {
  const text = `(module (memory i64 2) (func (export "f") (param i64)
    (memory.fill (i64.const 0) (i32.const 0) (local.get 0))))`;
  const metered = meter(assemble(text));
  assertEquals(metered.burn("f", 1600n), 4 + 100);
  const before = metered.counter.value = 1000n;
  assertThrows(() => metered.exports.f!(-16n), WebAssembly.RuntimeError, "out of bounds");
  assertEquals(metered.counter.value, before - 4n);
});

Deno.test("a length that costs more than is left ends the call before anything is written", () => {
  const text = `(module (memory (export "memory") 2) (func (export "f")
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536))))`;
  const { exports, counter } = meter(assemble(text));
  counter.value = 100n;
  assertThrows(() => exports.f!(), WebAssembly.RuntimeError, "unreachable");
  assertEquals(counter.value, EXHAUSTED);
  const { buffer } = exports.memory as unknown as WebAssembly.Memory;
  assertEquals(new Uint8Array(buffer)[0], 0);
});

Deno.test("a guest that goes on after its end is ended again at once", () => {
  const text = '(module (func (export "f") (loop)))';
  const { exports, counter } = meter(assemble(text));
  counter.value = EXHAUSTED;
  assertThrows(() => exports.f!(), WebAssembly.RuntimeError, "unreachable");
  assertEquals(counter.value, EXHAUSTED);
});
