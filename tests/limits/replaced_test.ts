// Operators that take long, with a deadline.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { assembleWith } from "../_binaryen.ts";
import { inTime, threadTime } from "./_thread_time.ts";

/**
 * Waits at addresses of both widths: 0 for notified, 1 if the value is another, 2 after the time.
 */
const WAITS = assembleWith(`(module
  (memory $m (export "memory") 1 1 shared)
  (memory $w i64 1 1 shared)
  (func (export "wait32") (param i32 i64) (result i32)
    (memory.atomic.wait32 $m (i32.const 16) (local.get 0) (local.get 1)))
  (func (export "wait64") (param i64 i64) (result i32)
    (memory.atomic.wait64 $w offset=8 (i64.const 16) (local.get 0) (local.get 1)))
  (func (export "unaligned") (result i32)
    (memory.atomic.wait32 $m (i32.const 17) (i32.const 0) (i64.const 0))))`);

const symbols = {
  wait32: { parameters: ["i32", "i64"], result: "i32" },
  wait64: { parameters: ["i64", "i64"], result: "i32" },
  unaligned: { parameters: [], result: "i32" },
} as const;

/** Far more than a wait can exceed its timeout, because other programs run at the same time. */
const SLACK = 5000;

Deno.test("a wait returns 2 after its own timeout, and 1 at once if the value differs", async () => {
  using guest = await load(WAITS, { symbols, limits: { deadline: 10_000 } });
  const start = performance.now();
  assertEquals(guest.symbols.wait32(0, 20_000_000n), 2);
  const elapsed = performance.now() - start;
  assert(elapsed >= 19 && elapsed < 20 + SLACK, `${elapsed} ms`);
  assertEquals(guest.symbols.wait64(0n, 0n), 2);
  assertEquals([guest.symbols.wait32(1, -1n), guest.symbols.wait64(1n, -1n)], [1, 1]);
  assertThrows(() => guest.symbols.unaligned(), GuestError, "unaligned");
});

for (
  const [name, wait] of [
    ["without an end", -1n],
    ["of ten seconds", 10_000_000_000n],
  ] as const
) {
  Deno.test(`a wait ${name} is ended at the deadline`, async () => {
    using guest = await load(WAITS, { symbols, limits: { deadline: 30 } });
    for (
      const call of [() => guest.symbols.wait32(0, wait), () => guest.symbols.wait64(0n, wait)]
    ) {
      const start = performance.now();
      const error = assertThrows(call, GuestError);
      const elapsed = performance.now() - start;
      assertEquals([error.code, guest.state], ["deadline-exceeded", "poisoned"]);
      assert(elapsed >= 30 && elapsed < 30 + SLACK, `${elapsed} ms`);
      guest.reset();
    }
  });
}

Deno.test("another thread can wake a guest that has a deadline", async () => {
  using guest = await load(WAITS, { symbols, limits: { deadline: 20_000 } });
  const source = `self.onmessage = ({ data }) => {
    const words = new Int32Array(data);
    const end = performance.now() + 10_000;
    while (Atomics.notify(words, 4) === 0 && performance.now() < end);
    self.close();
  };`;
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(source)}`, {
    type: "module",
  });
  worker.postMessage(guest.memory.memory.buffer);
  assertEquals(guest.symbols.wait32(0, -1n), 0);
});

/** Makes arrays of bytes, of numbers and of references. */
const MAKES = assembleWith(`(module
  (type $bytes (array (mut i8))) (type $longs (array (mut i64))) (type $any (array (mut anyref)))
  (func (export "bytes") (param i32) (result i32)
    (array.len (array.new_default $bytes (local.get 0))))
  (func (export "longs") (param i32) (result i32)
    (array.len (array.new $longs (i64.const 7) (local.get 0))))
  (func (export "references") (param i32) (result i32)
    (array.len (array.new $any (ref.i31 (i32.const 7)) (local.get 0)))))`);

/** Grows tables of both widths. */
const GROWS = assembleWith(`(module (table $t 0 funcref) (table $w i64 0 externref) (func $f)
  (elem declare func $f)
  (func (export "grow32") (param i32) (result i32)
    (table.grow $t (ref.func $f) (local.get 0)))
  (func (export "grow64") (param i64) (result i64)
    (table.grow $w (ref.null extern) (local.get 0))))`);

for (const [name, number] of [["grow32", Number], ["grow64", BigInt]] as const) {
  Deno.test(`${name}: a table does not grow by what takes more than is left of the time`, async () => {
    const type = name === "grow32" ? "i32" : "i64";
    const symbols = { [name]: { parameters: [type], result: type } } as const;
    using guest = await load(GROWS, { symbols, limits: { deadline: 100 } });
    const grow = guest.symbols[name] as (by: number | bigint) => number | bigint;
    const short = () => [grow(number(100_000)), grow(number(-1))];
    assertEquals(inTime(guest, short), [number(0), number(-1)]);
    const before = threadTime(), start = performance.now();
    const error = assertThrows(() => grow(number(9_000_000)), GuestError);
    const elapsed = performance.now() - start, executed = threadTime() - before;
    assertEquals([error.code, guest.state], ["deadline-exceeded", "poisoned"]);
    assert(elapsed >= 100 && executed < 200, `${executed} ms of ${elapsed} ms`);
  });
}

const takesLength = { parameters: ["i32"], result: "i32" } as const;

/** A length whose array takes at least half a second, and one that engines refuse. */
for (
  const [name, long, tooLong] of [
    ["bytes", 1_000_000_000, -1],
    ["longs", 125_000_000, 2 ** 28],
    ["references", 125_000_000, 2 ** 28],
  ] as const
) {
  Deno.test(`an array of ${name} is not made if that takes longer than the rest of the time`, async () => {
    const symbols = { [name]: takesLength };
    using guest = await load(MAKES, { symbols, limits: { deadline: 100 } });
    const make = guest.symbols[name]!;
    assertEquals(inTime(guest, () => make(1_000_000)), 1_000_000);
    const before = threadTime(), start = performance.now();
    const error = assertThrows(() => make(long), GuestError);
    const elapsed = performance.now() - start, executed = threadTime() - before;
    assertEquals([error.code, guest.state], ["deadline-exceeded", "poisoned"]);
    assert(elapsed >= 100 && executed < 200, `${executed} ms of ${elapsed} ms`);
    guest.reset();
    const huge = () => inTime(guest, () => make(tooLong));
    assertThrows(huge, GuestError, "requested new array is too large");
  });
}
