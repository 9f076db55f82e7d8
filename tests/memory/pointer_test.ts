import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { growMemory, hasAddress64, toOffset } from "../../src/memory/pointer.ts";
import { MEMORY_KINDS } from "../_memories.ts";

const OFFSETS: [pointer: number | bigint, offset: number][] = [
  [0, 0],
  [-0, 0],
  [0n, 0],
  [0x7fffffff, 0x7fffffff],
  [0x80000000, 0x80000000],
  [0xffffffff, 0xffffffff],
  [-1, 0xffffffff],
  [-0x80000000, 0x80000000],
  [0x100000000, 0x100000000],
  [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  [0x100000000n, 0x100000000],
  [BigInt(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
  [-(2n ** 63n), 2 ** 63],
  [2n ** 64n - 1n, 2 ** 64],
];

for (const [pointer, offset] of OFFSETS) {
  Deno.test(`toOffset(${Deno.inspect(pointer)}) is ${offset}`, () => {
    assertStrictEquals(toOffset(pointer), offset);
  });
}

const REFUSED: [pointer: unknown, kind: typeof RangeError | typeof TypeError, message: string][] = [
  [1.5, RangeError, "Cannot use 1.5 as a pointer: expected a safe integer"],
  [NaN, RangeError, "Cannot use NaN as a pointer: expected a safe integer"],
  [Infinity, RangeError, "Cannot use Infinity as a pointer: expected a safe integer"],
  [2 ** 53, RangeError, "Cannot use 9007199254740992 as a pointer: expected a safe integer"],
  [-0x80000001, RangeError, "Cannot use -0x80000001 as a pointer: expected 32 bits or an offset"],
  [2n ** 64n, RangeError, "Cannot use 0x10000000000000000 as a pointer: expected 64 bits"],
  [-(2n ** 63n) - 1n, RangeError, "Cannot use -0x8000000000000001 as a pointer: expected 64 bits"],
  ["5", TypeError, 'Cannot use "5" as a pointer: expected a number or a bigint'],
  [null, TypeError, "Cannot use null as a pointer: expected a number or a bigint"],
  [undefined, TypeError, "Cannot use undefined as a pointer: expected a number or a bigint"],
];

for (const [pointer, kind, message] of REFUSED) {
  Deno.test(`toOffset(${Deno.inspect(pointer)}) throws ${kind.name}`, () => {
    const error = assertThrows(() => toOffset(pointer as number), kind);
    assertStrictEquals(error.message, message);
  });
}

for (const { name, make } of MEMORY_KINDS) {
  Deno.test(`${name} grows up to its maximum and not beyond`, () => {
    const memory = make(1, 3);
    assertStrictEquals(growMemory(memory, 0), 1);
    assertStrictEquals(growMemory(memory, 2), 1);
    assertStrictEquals(memory.buffer.byteLength, 3 * 65536);
    const error = assertThrows(() => growMemory(memory, 1), RangeError);
    assertStrictEquals(
      error.message,
      "Cannot grow memory by 1 pages: it has 3, and with so many more it would exceed its " +
        "maximum or what the engine allows",
    );
    assertEquals(error.cause instanceof Error, true);
    assertThrows(
      () => growMemory(memory, 2 ** 40),
      RangeError,
      "Cannot grow memory by 1099511627776",
    );
    assertStrictEquals(memory.buffer.byteLength, 3 * 65536);
  });

  Deno.test(`hasAddress64() probes ${name} without a trace`, () => {
    const memory = make(1, 3);
    const view = new Uint8Array(memory.buffer);
    assertStrictEquals(hasAddress64(memory), name === "a 64-bit memory");
    assertStrictEquals(view.byteLength, 65536);
    assertStrictEquals(memory.buffer.byteLength, 65536);
  });

  for (
    const [pages, message] of [
      [-1, "Cannot grow memory by -1 pages: expected an integer, 0 or more"],
      [0.5, "Cannot grow memory by 0.5 pages: expected an integer, 0 or more"],
      [NaN, "Cannot grow memory by NaN pages: expected an integer, 0 or more"],
    ] as const
  ) {
    Deno.test(`${name} does not grow by ${pages} pages`, () => {
      const memory = make(1, 3);
      const error = assertThrows(() => growMemory(memory, pages), RangeError);
      assertStrictEquals(error.message, message);
      assertStrictEquals(memory.buffer.byteLength, 65536);
    });
  }
}
