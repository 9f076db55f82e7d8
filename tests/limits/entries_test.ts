import { assertEquals, assertThrows } from "@std/assert";
import { needs } from "../_engine.ts";
import { assemble } from "../_wat.ts";
import { meter } from "./_rewritten.ts";

// The function is exported twice, and called by another one: local.get, and call.
const TEXT = `(module
  (func $leaf (export "leaf") (export "again") (param i32 i64) (result i64)
    (i64.div_u (local.get 1) (i64.extend_i32_u (local.get 0))))
  (func (export "f") (param i32) (result i64) (call $leaf (local.get 0) (i64.const 12)))
  (func (export "g") (param i32) (result i64) (call 1 (local.get 0)))
  (memory (export "memory") 1))`;

Deno.test("a call of an exported function takes the same units from the host as from the guest's code", () => {
  for (const asks of [false, true]) {
    const metered = meter(assemble(TEXT), { asks });
    assertEquals(metered.burn("leaf", 3, 12n), 4);
    assertEquals(metered.burn("again", 3, 12n), 4);
    assertEquals(metered.burn("f", 3), 4 + 3);
    assertEquals(metered.burn("g", 3), 4 + 3 + 2);
    assertEquals([metered.exports.leaf!(3, 12n), metered.exports.f!(4)], [4n, 3n]);
  }
});

Deno.test("two exports of one function stay the same function, and the exports keep their order", () => {
  const { exports } = meter(assemble(TEXT));
  assertEquals(exports.leaf, exports.again);
  assertEquals(exports.leaf!.length, 2);
  assertEquals(Object.keys(exports).slice(0, 5), ["leaf", "again", "f", "g", "memory"]);
});

const FRAMES = needs("numbered frames");

Deno.test("a trap in an exported function has the frames that it had", FRAMES, () => {
  const metered = meter(assemble(TEXT));
  const before = new WebAssembly.Instance(new WebAssembly.Module(assemble(TEXT))).exports;
  metered.burn("f", 1);
  const framesOf = (call: unknown) => {
    const { stack } = assertThrows(() => (call as (a: number, b: bigint) => void)(0, 1n)) as Error;
    return stack!.match(/wasm-function\[\d+\]/g);
  };
  assertEquals(framesOf(metered.exports.leaf), framesOf(before.leaf));
  assertEquals(framesOf(metered.exports.leaf), ["wasm-function[0]"]);
});
