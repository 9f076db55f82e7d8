import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, GuestMemory, MemoryRangeError } from "../../../mod.ts";
import { MEMORY_KINDS, patternedMemory, snapshot } from "../../_memories.ts";
import { holdsNul, isLatin1, isWellFormed, strings } from "../../_strings.ts";

for (const { name, make } of MEMORY_KINDS) {
  Deno.test(`every string without a NUL goes through ${name} with a NUL after it`, () => {
    const memory = new GuestMemory(make(1, 1));
    for (const row of strings) {
      if (holdsNul(row)) continue;
      for (const encoding of ["utf-8", "utf-16", "latin1"] as const) {
        if (encoding === "utf-8" && !isWellFormed(row)) continue;
        if (encoding === "latin1" && !isLatin1(row)) continue;
        memory.view(0, 20000).fill(0xaa);
        const byteLength = memory.writeCString(5, row.text, { encoding });
        assertStrictEquals(memory.readCString(5, { encoding }), row.text, row.name);
        assertStrictEquals(memory.cStringLength(5, { encoding }), byteLength, row.name);
        const nul = encoding === "utf-16" ? [0, 0, 0xaa] : [0, 0xaa];
        assertEquals([...memory.view(5 + byteLength, nul.length)], nul, row.name);
      }
    }
  });
}

Deno.test("writeCString() refuses a NUL in the text before anything is written", () => {
  const { memory, before } = patternedMemory();
  for (const encoding of ["utf-8", "utf-16", "latin1"] as const) {
    assertThrows(
      () => memory.writeCString(0, "ab\0c\0", { encoding }),
      TypeError,
      "Cannot pass text with a NUL at index 2: the guest takes the text to end there",
    );
  }
  assertEquals(snapshot(memory), before);
});

Deno.test("writeCString() fits with its NUL at the end of memory, and is refused one byte later", () => {
  for (const [encoding, byteLength] of [["utf-8", 3], ["latin1", 3], ["utf-16", 8]] as const) {
    const { memory, before } = patternedMemory();
    const text = encoding === "utf-16" ? "abc" : "ab";
    const error = assertThrows(
      () => memory.writeCString(65537 - byteLength, text, { encoding }),
      MemoryRangeError,
    );
    assertStrictEquals(error.byteLength, byteLength);
    assertEquals(snapshot(memory), before);
    memory.writeCString(65536 - byteLength, text, { encoding });
    assertStrictEquals(memory.readCString(65536 - byteLength, { encoding }), text);
  }
});

Deno.test("a NUL of UTF-16 is two bytes at an even offset from the start of the text", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  // U+0100, U+0001: two adjacent zero bytes that belong to different code units.
  memory.writeBytes(7, Uint8Array.of(0x00, 0x01, 0x01, 0x00, 0x00, 0x00));
  assertStrictEquals(memory.readCString(7, { encoding: "utf-16" }), "\u0100\u0001");
});

Deno.test("a limit counts the NUL", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  memory.writeCString(16, "abc");
  assertStrictEquals(memory.readCString(16, { limit: 4 }), "abc");
  assertStrictEquals(memory.readCString(16, { limit: 2 ** 40 }), "abc");
  const error = assertThrows(() => memory.readCString(16, { limit: 3 }), GuestError);
  assertEquals([error.code, error.offset], ["invalid-text", 3]);
  assertStrictEquals(
    error.message,
    "Cannot read a C string at pointer 0x10: there is no NUL in 3 bytes, " +
      "expected one within that limit",
  );
  assertThrows(() => memory.readCString(0, { limit: 0 }), GuestError);
});

Deno.test("text without a NUL before memory ends is an error", () => {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  memory.writeString(65533, "abc");
  const error = assertThrows(() => memory.readCString(65533), GuestError);
  assertStrictEquals(
    error.message,
    "Cannot read a C string at pointer 0xfffd: there is no NUL in 3 bytes, and memory ends there",
  );
  assertThrows(() => memory.readCString(65533, { limit: 100 }), GuestError, "memory ends there");
  assertThrows(() => memory.readCString(65536), GuestError, "there is no NUL in 0 bytes");
  assertThrows(() => memory.readCString(65537), MemoryRangeError);
});

const LIMITS: [limit: unknown, kind: typeof RangeError | typeof TypeError, message: string][] = [
  [-1, RangeError, "Cannot look for a NUL within -1 bytes: expected an integer, 0 or more"],
  [1.5, RangeError, "Cannot look for a NUL within 1.5 bytes: expected an integer, 0 or more"],
  [NaN, RangeError, "Cannot look for a NUL within NaN bytes: expected an integer, 0 or more"],
  ["9", TypeError, 'Cannot look for a NUL within "9" bytes: expected a number'],
  [9n, TypeError, "Cannot look for a NUL within 9n bytes: expected a number"],
];

for (const [limit, kind, message] of LIMITS) {
  Deno.test(`a limit of ${Deno.inspect(limit)} is refused`, () => {
    const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
    const error = assertThrows(() => memory.readCString(0, { limit: limit as number }), kind);
    assertStrictEquals(error.message, message);
  });
}
