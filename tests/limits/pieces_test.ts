// Operators on long ranges, which the engine carries out at once, and a guest with a deadline in
// pieces.
import { assertEquals } from "@std/assert";
import { asTyped } from "../../src/binary/function_module.ts";
import { readModule } from "../../src/binary/module.ts";
import { ASK, MORE } from "../../src/limits/helpers.ts";
import { rewrite } from "../../src/limits/rewrite.ts";
import { assembleWith } from "../_binaryen.ts";

/** The bytes and the elements of a piece. */
const BYTES = 2 ** 20, ELEMENTS = 2 ** 13;

/**
 * Functions that execute an operator with their parameters, and the state that they change: `reset`
 * restores it, and `hash` returns a hash of it.
 */
const GUEST = `(module
  (memory $m (export "m") 33) (memory $n (export "n") 33) (memory $w (export "w") i64 33)
  (table $t 16584 (ref null $box)) (table $u 16584 (ref null $box)) (table $v i64 10 funcref)
  (type $box (struct (field i32)))
  (type $bytes (array (mut i8))) (type $boxes (array (mut (ref null $box))))
  (data $data "0123456789") (elem $elements (ref null $box) (ref.null $box) (ref.null $box))
  (elem $functions funcref (ref.null func) (ref.null func))
  (global $a (mut (ref null $bytes)) (ref.null $bytes))
  (global $b (mut (ref null $boxes)) (ref.null $boxes))

  (func (export "memory.fill") (param i32 i32)
    (memory.fill $m (local.get 0) (i32.const 7) (local.get 1)))
  (func (export "memory.fill, wide") (param i64 i64)
    (memory.fill $w (local.get 0) (i32.const 7) (local.get 1)))
  (func (export "memory.copy") (param i32 i32 i32)
    (memory.copy $m $m (local.get 0) (local.get 1) (local.get 2)))
  (func (export "memory.copy, wide") (param i64 i64 i64)
    (memory.copy $w $w (local.get 0) (local.get 1) (local.get 2)))
  (func (export "memory.copy from another") (param i32 i32 i32)
    (memory.copy $n $m (local.get 0) (local.get 1) (local.get 2)))
  (func (export "memory.init") (param i32 i32 i32)
    (memory.init $m $data (local.get 0) (local.get 1) (local.get 2)))
  (func (export "table.fill") (param i32 i32)
    (table.fill $t (local.get 0) (struct.new $box (i32.const 7)) (local.get 1)))
  (func (export "table.fill, wide") (param i64 i64)
    (table.fill $v (local.get 0) (ref.null func) (local.get 1)))
  (func (export "table.copy") (param i32 i32 i32)
    (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
  (func (export "table.copy from another") (param i32 i32 i32)
    (table.copy $u $t (local.get 0) (local.get 1) (local.get 2)))
  (func (export "table.init") (param i32 i32 i32)
    (table.init $t $elements (local.get 0) (local.get 1) (local.get 2)))
  (func (export "array.fill") (param i32 i32)
    (array.fill $bytes (global.get $a) (local.get 0) (i32.const 7) (local.get 1)))
  (func (export "array.fill, boxes") (param i32 i32)
    (array.fill $boxes (global.get $b) (local.get 0) (ref.null $box) (local.get 1)))
  (func (export "array.copy") (param i32 i32 i32)
    (array.copy $boxes $boxes (global.get $b) (local.get 0)
      (global.get $b) (local.get 1) (local.get 2)))
  (func (export "array.init_data") (param i32 i32 i32)
    (array.init_data $bytes $data (global.get $a) (local.get 0) (local.get 1) (local.get 2)))
  (func (export "array.init_elem") (param i32 i32 i32)
    (array.init_elem $boxes $elements (global.get $b) (local.get 0) (local.get 1) (local.get 2)))

  (func (export "drop") (data.drop $data) (elem.drop $elements))
  (func (export "forget") (global.set $a (ref.null $bytes)) (global.set $b (ref.null $boxes)))
  (func (export "reset") (param $count i32) (local $i i32)
    (global.set $a (array.new_default $bytes (local.get $count)))
    (global.set $b (array.new_default $boxes (local.get $count)))
    (loop $next
      (array.set $bytes (global.get $a) (local.get $i) (local.get $i))
      (array.set $boxes (global.get $b) (local.get $i) (struct.new $box (local.get $i)))
      (table.set $t (local.get $i) (struct.new $box (local.get $i)))
      (br_if $next (i32.lt_u
        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $count)))))
  (func $mix (param i64 i64) (result i64)
    (i64.rotl (i64.mul (i64.xor (local.get 0) (local.get 1)) (i64.const 0x100000001b3))
      (i64.const 7)))
  (func $number (param (ref null $box)) (result i64)
    (if (result i64) (ref.is_null (local.get 0)) (then (i64.const -1)) (else
      (i64.extend_i32_u (struct.get $box 0 (ref.as_non_null (local.get 0)))))))
  (func (export "hash") (param $count i32) (result i64) (local $i i32) (local $h i64)
    (loop $next
      (local.set $h (call $mix (local.get $h)
        (call $number (table.get $t (local.get $i)))))
      (local.set $h (call $mix (local.get $h)
        (call $number (table.get $u (local.get $i)))))
      (local.set $h (call $mix (local.get $h)
        (i64.extend_i32_u (array.get_u $bytes (global.get $a) (local.get $i)))))
      (local.set $h (call $mix (local.get $h)
        (call $number (array.get $boxes (global.get $b) (local.get $i)))))
      (br_if $next (i32.lt_u
        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $count))))
    (local.get $h)))`;

const SIZE = 33 * 65536, COUNT = 2 * ELEMENTS + 200;

type Exports = Record<string, (...args: (number | bigint)[]) => unknown>;

const bytes = assembleWith(GUEST);
const whole = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports;
const rewritten = rewrite(bytes, readModule(bytes), true);
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(rewritten.bytes));
const pieces = exports as Exports;
let asked = 0;
(exports[rewritten.table!] as WebAssembly.Table).set(
  MORE,
  asTyped(ASK, () => {
    asked++;
    return 2n ** 60n;
  }) as () => bigint,
);

/** Calls an operator, and returns the message of the trap if there is one. */
function trapOf(guest: Exports, name: string, args: readonly (number | bigint)[]) {
  try {
    guest[name]!(...args);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The contents of all memories, before each call. */
const CONTENTS = Uint32Array.from({ length: SIZE / 4 }, (_, index) => Math.imul(index, 0x9e3779b1));

/** Executes an operator in both guests, and expects the same state in both. */
function compare(name: string, args: readonly (number | bigint)[]): void {
  const memories = [pieces, whole].map(({ m, n, w }) =>
    [m, n, w].map((memory) => new Uint32Array((memory as unknown as WebAssembly.Memory).buffer))
  );
  const ofMemory = name.startsWith("memory.");
  if (ofMemory) { for (const view of memories.flat()) view.set(CONTENTS); }
  else for (const guest of [pieces, whole]) guest.reset!(COUNT);
  assertEquals(trapOf(pieces, name, args), trapOf(whole, name, args), `${args}`);
  if (ofMemory) {
    for (const [index, view] of memories[0]!.entries()) {
      const expected = memories[1]![index]!;
      assertEquals(view.findIndex((word, at) => word !== expected[at]), -1, `${args}`);
    }
  } else assertEquals(pieces.hash!(COUNT), whole.hash!(COUNT), `${args}`);
}

/**
 * Two offsets and a length, in pieces: within the range, at its end, beyond it, and beyond all
 * memory.
 */
function copies(most: number, size: number): number[][] {
  return [
    [0, 5, 2 * most],
    [5, 0, 2 * most],
    [100, 0, 2 * most + 1],
    [0, 100, 2 * most + 1],
    [7, 7, 2 * most],
    [most + 1, 3, most],
    [most + 1, 3, most + 1],
    [size - 2 * most, 0, 2 * most],
    [size - 2 * most + 1, 0, 2 * most],
    [0, size - 2 * most + 1, 2 * most],
    [-1, 0, 2 * most],
    [0, -1, 2 * most],
    [16, 8, -8],
  ];
}

const fills = (most: number, size: number) =>
  copies(most, size).map(([place, , length]) => [place!, length!]);

const toWide = (calls: number[][]) => calls.map((call) => call.map(BigInt));

const SEGMENTS = [[0, 0, 10], [0, 0, 11], [5, 0, BYTES + 1], [5, -1, BYTES + 1], [
  -1,
  0,
  BYTES + 1,
]];

const ROWS: Record<string, (number | bigint)[][]> = {
  "memory.fill": fills(BYTES, SIZE),
  "memory.fill, wide": [...toWide(fills(BYTES, SIZE)), [2n ** 63n, 2n ** 63n], [0n, 2n ** 50n]],
  "memory.copy": copies(BYTES, SIZE),
  "memory.copy, wide": toWide(copies(BYTES, SIZE)),
  "memory.copy from another": copies(BYTES, SIZE).map((
    [to, from, length],
  ) => [to!, BigInt(from!), length!]),
  "memory.init": SEGMENTS,
  "table.fill": fills(ELEMENTS, COUNT),
  "table.fill, wide": [[0n, 10n], [1n, 10n], [-1n, 2n ** 20n]],
  "table.copy": copies(ELEMENTS, COUNT),
  "table.copy from another": copies(ELEMENTS, COUNT),
  "table.init": SEGMENTS,
  "array.fill": fills(ELEMENTS, COUNT),
  "array.fill, boxes": fills(ELEMENTS, COUNT),
  "array.copy": copies(ELEMENTS, COUNT),
  "array.init_data": SEGMENTS,
  "array.init_elem": SEGMENTS,
};

for (const [name, calls] of Object.entries(ROWS)) {
  Deno.test(`"${name}" has the same result in pieces, or traps before it writes`, () => {
    for (const args of calls) compare(name, args);
  });
}

Deno.test("the host is asked before each piece, and not for a short range", () => {
  for (
    const [name, args, times] of [
      ["memory.fill", [0, BYTES], 0],
      ["memory.fill", [0, BYTES + 1], 1],
      ["memory.fill", [0, 2 * BYTES + 1], 2],
      ["memory.copy", [0, 5, 2 * BYTES + 1], 2],
      ["memory.copy", [5, 0, 2 * BYTES], 1],
      ["array.copy", [0, 0, 2 * ELEMENTS + 1], 2],
      ["table.copy", [1, 0, -1], 0],
    ] as const
  ) {
    asked = 0;
    trapOf(pieces, name, args);
    assertEquals(asked, times, name);
  }
});

Deno.test("dropped segments and arrays that are null trap as before", () => {
  for (const name of ["drop", "forget"]) {
    for (const guest of [pieces, whole]) guest[name]!();
    for (const [operator, calls] of Object.entries(ROWS)) {
      if (!/init|array/.test(operator)) continue;
      for (const args of calls) {
        const expected = trapOf(whole, operator, args);
        assertEquals(trapOf(pieces, operator, args), expected, `${operator} ${args}`);
      }
    }
  }
});
