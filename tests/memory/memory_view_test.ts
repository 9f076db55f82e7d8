import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  GuestMemory,
  load,
  MemoryRangeError,
  type MemoryView,
  type NumericType,
} from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { makeMemory64, MEMORY_KINDS, patternedMemory } from "../_memories.ts";

/** Each type with two values at its ends and their bytes in little-endian order. */
const TYPES: readonly [NumericType, readonly (number | bigint)[], readonly number[]][] = [
  ["i8", [-128, 127], [0x80, 0x7f]],
  ["u8", [0, 255], [0, 0xff]],
  ["i16", [-2, 0x0102], [0xfe, 0xff, 0x02, 0x01]],
  ["u16", [0xfffe, 1], [0xfe, 0xff, 1, 0]],
  ["i32", [-2, 1], [0xfe, 0xff, 0xff, 0xff, 1, 0, 0, 0]],
  ["u32", [0x01020304, 5], [4, 3, 2, 1, 5, 0, 0, 0]],
  ["i64", [-2n, 1n], [0xfe, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0]],
  ["u64", [0x0102030405060708n, 0n], [8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0]],
  ["f32", [1, -2], [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]],
  ["f64", [1, -2], [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0]],
];

for (const { name, make } of MEMORY_KINDS) {
  Deno.test(`a view of numbers in ${name} is live, and shows them after it grew`, () => {
    for (const [type, values, bytes] of TYPES) {
      const memory = new GuestMemory(make(1, 3));
      const view = memory.view(type, 64, 2) as MemoryView;
      assertEquals([view.type, view.pointer, view.length], [type, 64, 2]);
      for (const [index, value] of values.entries()) view.array[index] = value;
      assertEquals([...memory.readBytes(64, bytes.length)], bytes, type);
      assertStrictEquals(view.array, view.array, "an array was made without need");
      const { array } = view;
      assertStrictEquals(view.isStale, false);
      memory.grow(1);
      // The engine keeps a buffer that threads share.
      assertStrictEquals(view.isStale, !memory.shared);
      assertStrictEquals(array.length, memory.shared ? 2 : 0);
      assertEquals([...view.array], values, type);
      assertStrictEquals(view.isStale, false);
      memory.write("u8", 64, 0x11);
      assertStrictEquals(new Uint8Array(view.array.buffer, 64, 1)[0], 0x11);
    }
  });
}

Deno.test("a view of numbers reaches the end of memory, and pointers are unsigned", () => {
  const { memory } = patternedMemory();
  assertStrictEquals(memory.view("u16", 65534, 1).array.length, 1);
  assertStrictEquals(memory.view("f64", 65536n, 0).array.length, 0);
  const large = new GuestMemory(makeMemory64(65537n, 65538n));
  large.write("u32", 2 ** 32, 7);
  assertEquals([...large.view("u32", 2n ** 32n, 2).array], [7, 0]);
  assertStrictEquals(large.view("u32", -0x80000000, 1).pointer, 0x80000000);
});

Deno.test("a view of numbers is refused where no typed array can be", () => {
  const { memory } = patternedMemory();
  const rows: [() => unknown, ErrorConstructor, string][] = [
    [
      () => memory.view("f64", 12, 2),
      RangeError,
      "Cannot view 2 f64 at pointer 0xc: expected a multiple of 8, or readBytes()",
    ],
    [
      () => memory.view("u16", 65534, 2),
      MemoryRangeError as unknown as ErrorConstructor,
      "Cannot read 4 bytes at pointer 0xfffe: memory is 65536 bytes",
    ],
    [
      () => memory.view("u16", 0, 1.5),
      RangeError,
      "Cannot view 1.5 u16 at pointer 0x0: expected an integer, 0 or more",
    ],
    [
      () => memory.view("u16", 0, -1),
      RangeError,
      "Cannot view -1 u16 at pointer 0x0: expected an integer, 0 or more",
    ],
    [
      () => memory.view("u16", 0, undefined as unknown as number),
      TypeError,
      "Cannot view undefined u16 at pointer 0x0: expected a number",
    ],
    [
      () => memory.view("double" as "f64", 0, 1),
      TypeError,
      'Cannot view memory: its type is "double", did you mean "f64"?',
    ],
  ];
  for (const [act, Class, message] of rows) {
    assertStrictEquals(assertThrows(act, Class).message, message);
  }
});

Deno.test("a view of guest memory says that the guest was reset or closed", async () => {
  const guest = await load(guestUrl("c/echo_length"));
  const first = guest.memory.view("u32", 16, 4);
  first.array[0] = 9;
  guest.reset();
  assert(first.isStale);
  const error = assertThrows(() => first.array, TypeError);
  assertStrictEquals(
    error.message,
    "Cannot view 4 u32 at pointer 0x10: the guest was reset, expected a new view of guest.memory",
  );
  const second = guest.memory.view("u32", 16, 4);
  assert(second.array[0] !== 9);
  guest.close();
  assertThrows(() => second.array, TypeError, "the guest was closed");
});

Deno.test("a view has the typed array of its type", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  const samples: Float64Array = memory.view("f64", 0, 1).array;
  const wide: BigUint64Array = memory.view("u64", 0, 1).array;
  const bytes: Uint8Array = memory.view(0, 1);
  // @ts-expect-error: an array of f64 is no Uint16Array
  const wrong: Uint16Array = memory.view("f64", 0, 1).array;
  assertEquals([samples.length, wide.length, bytes.length, wrong.length], [1, 1, 1, 1]);
});
