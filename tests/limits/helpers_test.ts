import { assertEquals, assertThrows } from "@std/assert";
import { EXHAUSTED } from "../../src/limits/helpers.ts";
import { assemble } from "../_wat.ts";
import { meter } from "./_rewritten.ts";

Deno.test("64-bit lengths take fuel, and one beyond any memory does not add to it", () => {
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
  // Four operators, and one unit for each 16 bytes.
  assertEquals(counter.value, 100n - 4n - 4096n);
  const { buffer } = exports.memory as unknown as WebAssembly.Memory;
  assertEquals(new Uint8Array(buffer)[0], 0);
});

Deno.test("a guest that continues after its end is ended again at once", () => {
  const text = '(module (func (export "f") (loop)))';
  const { exports, counter } = meter(assemble(text), { asks: true });
  counter.value = EXHAUSTED;
  assertThrows(() => exports.f!(), WebAssembly.RuntimeError, "unreachable");
  assertEquals(counter.value, EXHAUSTED);
});
