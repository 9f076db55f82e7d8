import { assertEquals } from "@std/assert";
import { allocator, type ElementsInput, GuestMemory, hostFunction, load } from "../../mod.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";
import { outcome, Thrown } from "./_rows.ts";

// The types in which programs have bytes and elements: each kind of buffer, and plain arrays of
// numbers.

const { buffer } = Uint8Array.of(9, 1, 2, 3, 9);

/** Resizes a buffer under a view that ends at its end. */
function shrunk(): DataView {
  const resizable = new ArrayBuffer(8, { maxByteLength: 8 });
  const view = new DataView(resizable, 4, 4);
  resizable.resize(6);
  return view;
}

function detached(): ArrayBuffer {
  const gone = new ArrayBuffer(3);
  structuredClone(gone, { transfer: [gone] });
  return gone;
}

function viewOfDetached(): DataView {
  const gone = new ArrayBuffer(3);
  const view = new DataView(gone);
  structuredClone(gone, { transfer: [gone] });
  return view;
}

const BYTES: readonly [what: string, value: unknown, gives: readonly number[]][] = [
  ["clamped bytes", new Uint8ClampedArray(buffer, 1, 3), [1, 2, 3]],
  ["an ArrayBuffer", Uint8Array.of(1, 2, 3).buffer, [1, 2, 3]],
  ["a DataView", new DataView(buffer, 1, 3), [1, 2, 3]],
  ["numbers", [0, 128, 255], [0, 128, 255]],
  ["no numbers", [], []],
  ["an empty ArrayBuffer", new ArrayBuffer(0), []],
];

const type = (found: string) => new Thrown("TypeError", undefined, `Cannot pass bytes: ${found}`);

const REFUSED: readonly [what: string, value: () => unknown, error: Thrown][] = [
  [
    "floats",
    () => Float32Array.of(1),
    type("it is an object of class Float32Array, expected a Uint8Array"),
  ],
  [
    "a SharedArrayBuffer",
    () => new SharedArrayBuffer(3),
    type("it is an object of class SharedArrayBuffer, expected a Uint8Array"),
  ],
  ["text", () => "abc", type('it is "abc", expected a Uint8Array')],
  ["a detached buffer", detached, type("its buffer is detached, expected a live one")],
  ["a view of one", viewOfDetached, type("its buffer is detached, expected a live one")],
  [
    "a view beyond its buffer",
    shrunk,
    type("its buffer was resized and ends before it, expected a live one"),
  ],
  [
    "a number that is not a byte",
    () => [1, 256, -1],
    new Thrown(
      "RangeError",
      undefined,
      "Cannot pass bytes: element 1 is 256, expected u8, 0 to 255",
    ),
  ],
  ["a hole", () => [1, , 3], type("element 1 is undefined, expected a number for u8")],
];

for (const warmUp of [0, 120]) {
  for (const [what, value, gives] of BYTES) {
    Deno.test(`${what} are passed as bytes after ${warmUp} calls`, async () => {
      using guest = await load(guestPath("c/echo_length"));
      for (let call = 0; call < warmUp; call++) guest.passBytes(Uint8Array.of(1));
      assertEquals([...guest.passBytes(value as ArrayBuffer)], gives);
    });
  }
}

for (const [what, value, error] of REFUSED) {
  Deno.test(`${what} is refused as bytes, before anything is written`, async () => {
    using guest = await load(guestPath("c/echo_length"));
    guest.passBytes(Uint8Array.of(7, 7, 7));
    assertEquals(await outcome(() => guest.passBytes(value() as ArrayBuffer)), error);
    const at = guest.exports.get_buffer_pointer as () => number;
    assertEquals([...guest.memory.readBytes(at(), 3)], [7, 7, 7]);
  });
}

/** Sums elements as a guest sees them: `(pointer, byteLength) -> f64`. */
const SUMS = assemble(`(module (memory (export "memory") 1)
  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "dealloc") (param i32 i32))
  (func (export "sum") (param $at i32) (param $count i32) (result f64)
    (local $length i32) (local $sum f64)
    (local.set $length (i32.add (local.get $at) (i32.shl (local.get $count) (i32.const 3))))
    (block $end (loop $next
      (br_if $end (i32.ge_u (local.get $at) (local.get $length)))
      (local.set $sum (f64.add (local.get $sum) (f64.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br $next)))
    (local.get $sum)))`);

Deno.test("numbers, buffers and views are passed as elements, in hot calls too", async () => {
  using guest = await load(SUMS, {
    convention: allocator({ allocate: "alloc", free: "dealloc" }),
    symbols: { sum: { parameters: [{ type: "array", element: "f64" }], result: "f64" } },
  });
  const { sum } = guest.symbols;
  const apart = new Uint8Array(17);
  apart.set(new Uint8Array(Float64Array.of(2, 3).buffer), 1);
  for (let round = 0; round < 120; round++) {
    assertEquals([
      sum([1.5, 2]),
      sum(Float64Array.of(1, 2).buffer),
      sum(new DataView(apart.buffer, 1)),
      sum(Float64Array.of(4)),
    ], [3.5, 3, 5, 4]);
  }
  assertEquals(
    await outcome(() => sum([1, "2" as never])),
    new Thrown(
      "TypeError",
      undefined,
      'Cannot pass argument 0 to "sum": element 1 is "2", expected a number for f64',
    ),
  );
  assertEquals(
    await outcome(() => sum(new ArrayBuffer(12))),
    new Thrown(
      "RangeError",
      undefined,
      'Cannot pass argument 0 to "sum": it has 12 bytes, expected a multiple of 8 for f64',
    ),
  );
});

Deno.test("a host function can return bytes of any of these types", async () => {
  const bytes = assemble(`(module
    (import "env" "give" (func $give (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "ask") (result i32) (call $give (i32.const 16) (i32.const 8))))`);
  let given: unknown;
  const give = hostFunction({
    parameters: [],
    result: "bytes",
    arguments: ["output", "capacity"],
  }, () => given as ArrayBuffer);
  using guest = await load(bytes, { imports: { env: { give } } });
  for (given of [[1, 2], Uint8Array.of(1, 2).buffer, Uint8ClampedArray.of(1, 2)]) {
    guest.memory.clear(16, 8);
    assertEquals((guest.exports.ask as () => number)(), 2);
    assertEquals([...guest.memory.readBytes(16, 3)], [1, 2, 0]);
  }
});

Deno.test("GuestMemory takes bytes of any of these types", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  for (const [, value, gives] of BYTES) {
    memory.writeBytes(16, value as ArrayBuffer);
    assertEquals([...memory.readBytes(16, gives.length)], gives);
  }
});

Deno.test("an array that changes while it is read is read once", async () => {
  using guest = await load(guestPath("c/echo_length"));
  let reads = 0;
  const numbers = [1, 2, 3];
  Object.defineProperty(numbers, 1, { get: () => ++reads });
  assertEquals([...guest.passBytes(numbers)], [1, 1, 3]);
  assertEquals(reads, 1);
});

Deno.test("the types accept the same buffers and arrays as the checks, and no other elements", () => {
  const taken: readonly ElementsInput<"u8">[] = [Uint8Array.of(1), Uint8ClampedArray.of(1), [1]];
  const big: readonly ElementsInput<"i64">[] = [BigInt64Array.of(1n), [1n], new ArrayBuffer(8)];
  // @ts-expect-error numbers are no bigints
  const numbers: ElementsInput<"i64"> = [1];
  // @ts-expect-error clamped bytes are no floats
  const clamped: ElementsInput<"f32"> = Uint8ClampedArray.of(1);
  // @ts-expect-error text is no bytes
  const refused = (guest: Awaited<ReturnType<typeof load>>) => guest.passBytes("text");
  assertEquals([taken.length, big.length, numbers, clamped, refused.length], [
    3,
    3,
    [1],
    Uint8ClampedArray.of(1),
    1,
  ]);
});
