import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { GuestError, GuestMemory, MemoryRangeError } from "../../mod.ts";
import { makeMemory64, MEMORY_KINDS, patternedMemory, snapshot } from "../_memories.ts";
import { isLatin1, isWellFormed, strings } from "../_strings.ts";

/** Operations on a range, by name. */
const ACCESSES: Record<string, (memory: GuestMemory, pointer: number, length: number) => unknown> =
  {
    view: (memory, pointer, length) => memory.view(pointer, length),
    readBytes: (memory, pointer, length) => memory.readBytes(pointer, length),
    readString: (memory, pointer, length) =>
      memory.readString(pointer, length, { encoding: "latin1" }),
    clear: (memory, pointer, length) => memory.clear(pointer, length),
    check: (memory, pointer, length) => memory.check("read", pointer, length),
  };

for (const { name, make } of MEMORY_KINDS) {
  for (const [access, perform] of Object.entries(ACCESSES)) {
    Deno.test(`${access}() reaches the last byte of ${name} and not one further`, () => {
      const { memory, before } = patternedMemory(make);
      const action = access === "clear" ? "write" : "read";
      perform(memory, 65536, 0);
      perform(memory, 0, 0);
      const rows: [pointer: number, byteLength: number, message: string][] = [
        [65536, 1, `Cannot ${action} 1 bytes at pointer 0x10000: memory is 65536 bytes`],
        [65535, 2, `Cannot ${action} 2 bytes at pointer 0xffff: memory is 65536 bytes`],
        [65537, 0, `Cannot ${action} 0 bytes at pointer 0x10001: memory is 65536 bytes`],
        [0, 65537, `Cannot ${action} 65537 bytes at pointer 0x0: memory is 65536 bytes`],
        [16, -1, `Cannot ${action} -1 bytes at pointer 0x10: memory is 65536 bytes`],
        [-1, 1, `Cannot ${action} 1 bytes at pointer 0xffffffff: memory is 65536 bytes`],
        [16, 2 ** 53, `Cannot ${action} ${2 ** 53} bytes at pointer 0x10: memory is 65536 bytes`],
      ];
      for (const [pointer, byteLength, message] of rows) {
        const error = assertThrows(() => perform(memory, pointer, byteLength), MemoryRangeError);
        assertStrictEquals(error.message, message);
      }
      assertEquals(snapshot(memory), before);
      perform(memory, 65535, 1);
    });
  }

  Deno.test(`every string goes through ${name} in every encoding that carries it`, () => {
    const memory = new GuestMemory(make(1, 1));
    for (const row of strings) {
      for (const encoding of ["utf-8", "utf-16", "latin1", "wtf-8"] as const) {
        if (encoding === "utf-8" && !isWellFormed(row)) continue;
        if (encoding === "latin1" && !isLatin1(row)) continue;
        const byteLength = memory.writeString(3, row.text, { encoding });
        assertStrictEquals(memory.readString(3, byteLength, { encoding }), row.text, row.name);
      }
    }
  });

  Deno.test(`${name} is accessible up to its end after the guest or the host has grown it`, () => {
    const raw = make(1, 4);
    const memory = new GuestMemory(raw);
    assertStrictEquals(memory.size, 65536);
    assertStrictEquals(memory.grow(1), 1);
    assertStrictEquals(memory.size, 2 * 65536);
    memory.write("u32", 2 * 65536 - 4, 0xcafe);
    const grow = raw.grow.bind(raw) as (delta: unknown) => unknown;
    grow(name === "a 64-bit memory" ? 1n : 1);
    assertStrictEquals(memory.writeString(3 * 65536 - 3, "end"), 3);
    assertStrictEquals(memory.readString(3 * 65536 - 3, 3), "end");
    assertStrictEquals(memory.read("u32", 2 * 65536 - 4), 0xcafe);
    memory.grow(1);
    assertEquals(memory.view(4 * 65536 - 1, 1), Uint8Array.of(0));
    assertEquals(memory.readBytes(3 * 65536 - 3, 3), Uint8Array.of(0x65, 0x6e, 0x64));
  });
}

Deno.test("the error for a range has its pointer, its length and the size of memory", () => {
  const { memory } = patternedMemory();
  const error = assertThrows(() => memory.readBytes(0xfffcn, 12), MemoryRangeError);
  assertInstanceOf(error, RangeError);
  assertEquals(
    [error.code, error.name, error.pointer, error.byteLength, error.memorySize],
    ["memory-range", "MemoryRangeError", 0xfffcn, 12, 65536],
  );
  assertStrictEquals(
    error.message,
    "Cannot read 12 bytes at pointer 0xfffc: memory is 65536 bytes",
  );
});

const BAD_LENGTHS: [byteLength: unknown, message: string][] = [
  [1.5, "Cannot read 1.5 bytes at 0x10: expected an integer, 0 or more"],
  [NaN, "Cannot read NaN bytes at 0x10: expected an integer, 0 or more"],
  [Infinity, "Cannot read Infinity bytes at 0x10: expected an integer, 0 or more"],
  [-Infinity, "Cannot read -Infinity bytes at 0x10: expected an integer, 0 or more"],
  ["4", 'Cannot read "4" bytes at 0x10: expected a number'],
  [4n, "Cannot read 4n bytes at 0x10: expected a number"],
  [undefined, "Cannot read undefined bytes at 0x10: expected a number"],
  [null, "Cannot read null bytes at 0x10: expected a number"],
];

for (const [byteLength, message] of BAD_LENGTHS) {
  Deno.test(`a length of ${Deno.inspect(byteLength)} is refused`, () => {
    const { memory } = patternedMemory();
    for (const access of ["view", "readBytes", "readString"] as const) {
      const error = assertThrows(() => memory[access](16, byteLength as number), Error);
      assertInstanceOf(error, typeof byteLength === "number" ? RangeError : TypeError);
      assertStrictEquals(error.message, message);
    }
  });
}

Deno.test("a bigint works like a number, and is shown in full if it is beyond memory", () => {
  const { memory } = patternedMemory();
  assertStrictEquals(memory.read("u8", 250n), 250);
  for (
    const [pointer, shown] of [
      [2n ** 64n - 1n, "0xffffffffffffffff"],
      [-1n, "0xffffffffffffffff"],
      [-(2n ** 63n), "0x8000000000000000"],
      [2n ** 63n + 1n, "0x8000000000000001"],
      [65536n, "0x10000"],
    ] as const
  ) {
    const error = assertThrows(() => memory.read("u8", pointer), MemoryRangeError);
    assertStrictEquals(
      error.message,
      `Cannot read 1 bytes at pointer ${shown}: memory is 65536 bytes`,
    );
  }
});

Deno.test("above 2 GiB a pointer can be negative, unsigned or a bigint", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 32769 }));
  memory.writeString(-0x80000000, "high");
  assertStrictEquals(memory.readString(0x80000000, 4), "high");
  assertStrictEquals(memory.readCString(0x80000000n), "high");
  assertEquals(memory.view(-0x80000000, 1), Uint8Array.of(0x68));
  assertStrictEquals(memory.size, 32769 * 65536);
  assertStrictEquals(memory.readBytes(0, 65536).byteLength, 65536);
});

Deno.test("above 4 GiB of a 64-bit memory, numbers, strings and long ranges are reached", () => {
  const memory = new GuestMemory(makeMemory64(65537n, 65538n));
  const end = 65537 * 65536;
  memory.write("u64", BigInt(end - 8), 0x0102030405060708n);
  assertStrictEquals(memory.read("u64", end - 8), 0x0102030405060708n);
  memory.writeString(2 ** 32, "über");
  assertStrictEquals(memory.readString(2n ** 32n, 5), "über");
  assertStrictEquals(memory.view(1, end - 1).byteLength, end - 1);
  assertThrows(() => memory.view(2, end - 1), MemoryRangeError);
});

Deno.test("view() is live, readBytes() is a copy with a buffer of its own", () => {
  for (const { name, make } of MEMORY_KINDS) {
    const { memory } = patternedMemory(make);
    const view = memory.view(16, 4);
    const copy = memory.readBytes(16, 4);
    memory.writeBytes(16, Uint8Array.of(1, 2, 3, 4));
    assertEquals(Uint8Array.from(view), Uint8Array.of(1, 2, 3, 4), name);
    assertEquals(copy, Uint8Array.of(16, 17, 18, 19), name);
    assertInstanceOf(copy.buffer, ArrayBuffer, name);
    assertStrictEquals(copy.buffer.byteLength, 4, name);
  }
});

Deno.test("writeBytes() writes its bytes and nothing else, even from a view of the same memory", () => {
  const { memory, before } = patternedMemory();
  memory.writeBytes(65533, Uint8Array.of(1, 2, 3));
  memory.writeBytes(2, memory.view(0, 4));
  memory.writeBytes(65536, new Uint8Array());
  before.set([1, 2, 3], 65533);
  before.set([0, 1, 2, 3], 2);
  assertEquals(snapshot(memory), before);
});

Deno.test("writeBytes() refuses bytes that do not fit, stale views and other values", () => {
  const { memory, before } = patternedMemory();
  assertThrows(
    () => memory.writeBytes(65533, new Uint8Array(4)),
    MemoryRangeError,
    "Cannot write 4 bytes at pointer 0xfffd: memory is 65536 bytes",
  );
  const other = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  const stale = other.view(0, 4);
  other.grow(1);
  assertThrows(
    () => memory.writeBytes(0, stale),
    TypeError,
    "Cannot write bytes: their buffer is detached, expected a live one",
  );
  for (const value of [new Uint16Array(2), new SharedArrayBuffer(2), "ab"]) {
    const error = assertThrows(() => memory.writeBytes(0, value as never), TypeError);
    assert(error.message.endsWith(", expected a Uint8Array"), error.message);
  }
  assertEquals(snapshot(memory), before);
});

Deno.test("clear() zeroes only its range", () => {
  const { memory, before } = patternedMemory();
  memory.clear(100, 7);
  assertEquals(snapshot(memory), before.fill(0, 100, 107));
});

Deno.test("writeString() fills memory to its last byte, and refuses one more before it writes", () => {
  for (
    const [encoding, text, byteLength] of [
      ["utf-8", "aé漢🚀", 10],
      ["utf-16", "aé漢🚀", 10],
      ["latin1", "aéÿ", 3],
    ] as const
  ) {
    const { memory, before } = patternedMemory();
    const error = assertThrows(
      () => memory.writeString(65537 - byteLength, text, { encoding }),
      MemoryRangeError,
    );
    assertEquals([error.byteLength, error.pointer], [byteLength, 65537 - byteLength]);
    assertThrows(() => memory.writeString(65537, "", { encoding }), MemoryRangeError);
    assertEquals(snapshot(memory), before, encoding);
    assertStrictEquals(memory.writeString(65536 - byteLength, text, { encoding }), byteLength);
    assertStrictEquals(memory.readString(65536 - byteLength, byteLength, { encoding }), text);
    assertEquals(
      snapshot(memory).subarray(0, 65536 - byteLength),
      before.subarray(0, 65536 - byteLength),
    );
  }
});

Deno.test("text that an encoding cannot carry is refused before anything is written", () => {
  const { memory, before } = patternedMemory();
  const surrogate = "Cannot encode text as UTF-8: lone surrogate 0xd800 at index 2, expected " +
    "well-formed text";
  assertThrows(() => memory.writeString(0, "ab\ud800"), TypeError, surrogate);
  assertThrows(() => memory.writeCString(0, "ab\ud800"), TypeError, surrogate);
  assertThrows(
    () => memory.writeString(0, "ab\u0100", { encoding: "latin1" }),
    TypeError,
    "Cannot encode text as latin1: code unit 0x100 at index 2, expected at most 0xff",
  );
  assertThrows(
    () => memory.writeString(0, undefined as unknown as string),
    TypeError,
    "Cannot write text: it is undefined, expected a string",
  );
  assertThrows(
    () => memory.writeString(0, "a", { encoding: "utf8" as "utf-8" }),
    TypeError,
    'Cannot use "utf8" as an encoding: expected "utf-8", "utf-16", "latin1" or "wtf-8"',
  );
  assertEquals(snapshot(memory), before);
});

Deno.test("lone surrogates are replaced in UTF-8 if that is requested, and kept in UTF-16", () => {
  const { memory } = patternedMemory();
  const text = "a\ud800b";
  const replace = { onInvalid: "replace" } as const;
  assertStrictEquals(memory.writeString(0, text, replace), 5);
  assertStrictEquals(memory.readString(0, 5), "a\ufffdb");
  assertStrictEquals(memory.writeCString(0, text, replace), 5);
  assertStrictEquals(memory.readCString(0), "a\ufffdb");
  assertStrictEquals(memory.writeString(0, text, { ...replace, encoding: "utf-16" }), 6);
  assertStrictEquals(memory.readString(0, 6, { encoding: "utf-16" }), text);
  assertThrows(
    () => memory.writeString(0, text, { ...replace, encoding: "latin1" }),
    TypeError,
    "code unit 0xd800 at index 1",
  );
});

Deno.test("bytes that are not text are an error with the offset of the first invalid byte", () => {
  const { memory } = patternedMemory();
  memory.writeBytes(32, Uint8Array.of(0x61, 0xff, 0x62, 0));
  for (const read of [() => memory.readString(32, 3), () => memory.readCString(32)]) {
    const error = assertThrows(read, GuestError);
    assertEquals([error.code, error.offset], ["invalid-text", 1]);
    assertStrictEquals(
      error.message,
      "Cannot decode 3 bytes at pointer 0x20 as UTF-8: byte 0xff at offset 1, expected valid UTF-8",
    );
  }
});
