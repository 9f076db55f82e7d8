import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestMemory, MemoryRangeError, type NumericType } from "../../mod.ts";
import { MEMORY_KINDS, patternedMemory, snapshot } from "../_memories.ts";

/** A value of each type, and its bytes in little-endian order. */
const ROWS: [type: NumericType, value: number | bigint, bytes: number[]][] = [
  ["i8", -1, [0xff]],
  ["i8", -128, [0x80]],
  ["i8", 127, [0x7f]],
  ["u8", 255, [0xff]],
  ["i16", -2, [0xfe, 0xff]],
  ["i16", -0x8000, [0x00, 0x80]],
  ["u16", 0x1234, [0x34, 0x12]],
  ["u16", 0xfffe, [0xfe, 0xff]],
  ["i32", -0x80000000, [0, 0, 0, 0x80]],
  ["i32", 0x12345678, [0x78, 0x56, 0x34, 0x12]],
  ["u32", 0xffffff01, [0x01, 0xff, 0xff, 0xff]],
  ["i64", -1n, [255, 255, 255, 255, 255, 255, 255, 255]],
  ["i64", -(2n ** 63n), [0, 0, 0, 0, 0, 0, 0, 0x80]],
  ["u64", 0xfedcba9876543210n, [0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe]],
  // IEEE 754: 1.5 is 1.1 in binary; a quiet NaN; minus zero; the greatest finite f32.
  ["f32", 1.5, [0, 0, 0xc0, 0x3f]],
  ["f32", -0, [0, 0, 0, 0x80]],
  ["f32", 3.4028234663852886e38, [0xff, 0xff, 0x7f, 0x7f]],
  ["f32", Infinity, [0, 0, 0x80, 0x7f]],
  ["f64", 1.5, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f]],
  ["f64", -Infinity, [0, 0, 0, 0, 0, 0, 0xf0, 0xff]],
];

for (const [type, value, bytes] of ROWS) {
  Deno.test(`${Deno.inspect(value)} as ${type} is the bytes ${bytes}, aligned or not`, () => {
    for (const { name, make } of MEMORY_KINDS) {
      for (const pointer of [64, 65, 65536 - bytes.length]) {
        const { memory, before } = patternedMemory(make);
        memory.write(type, pointer, value as never);
        before.set(bytes, pointer);
        assertEquals(snapshot(memory), before, name);
        assertStrictEquals<number | bigint>(memory.read(type, pointer), value, name);
      }
    }
  });
}

Deno.test("a number that reaches beyond memory is neither read nor written", () => {
  for (const [type, value, bytes] of ROWS) {
    const { memory, before } = patternedMemory();
    const pointer = 65537 - bytes.length;
    assertThrows(() => memory.read(type, pointer), MemoryRangeError);
    assertThrows(() => memory.write(type, pointer, value as never), MemoryRangeError);
    assertEquals(snapshot(memory), before);
  }
});

Deno.test("a type that does not exist is refused before anything is read or written", () => {
  const { memory, before } = patternedMemory();
  const known = '"i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32" or "f64"';
  const rows: [type: unknown, expected: string][] = [
    ["int32", 'its type is "int32", did you mean "i32"?'],
    ["word", `its type is "word", expected ${known}`],
    ["toString", `its type is "toString", expected ${known}`],
    [undefined, `its type is undefined, expected ${known}`],
    [64, `its type is 64, expected ${known}`],
  ];
  for (const [type, expected] of rows) {
    for (
      const [act, action] of [
        [() => memory.read(type as "u8", 0), "read a number"],
        [() => memory.write(type as "u8", 0, 1), "write value"],
      ] as const
    ) {
      assertStrictEquals(assertThrows(act, TypeError).message, `Cannot ${action}: ${expected}`);
    }
  }
  assertEquals(snapshot(memory), before);
});

Deno.test("a value that is not a memory is refused", () => {
  for (
    const [given, found] of [
      [{ buffer: new ArrayBuffer(8) }, "an object of class Object"],
      [new ArrayBuffer(8), "an object of class ArrayBuffer"],
      [undefined, "undefined"],
    ]
  ) {
    const { message } = assertThrows(() => new GuestMemory(given as WebAssembly.Memory), TypeError);
    assertStrictEquals(message, `Cannot use memory: it is ${found}, expected a WebAssembly.Memory`);
  }
});

Deno.test("a value that its type cannot hold is refused before it is written", () => {
  const { memory, before } = patternedMemory();
  assertThrows(() => memory.write("u8", 0, 256), RangeError, "it is 256, expected u8, 0 to 255");
  assertThrows(() => memory.write("u64", 0, -1n), RangeError, "it is -1n, expected u64");
  assertThrows(() => memory.write("u64", 0, 1 as never), TypeError, "expected a bigint for u64");
  assertEquals(snapshot(memory), before);
});

Deno.test("a float is rounded to f32, and NaN stays NaN", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  memory.write("f32", 0, 0.1);
  assertStrictEquals(memory.read("f32", 0), Math.fround(0.1));
  memory.write("f32", 0, NaN);
  assertStrictEquals(memory.read("f32", 0), NaN);
  memory.write("f64", 0, NaN);
  assertStrictEquals(memory.read("f64", 0), NaN);
});
