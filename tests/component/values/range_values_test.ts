// The component model's canonical ABI, "Loading", for values that are a pointer and a length.
import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import type { CanonOptions, ValueType } from "../../../src/component/types.ts";
import { makePlace, primitive } from "./_place.ts";

const STRING = primitive("string");

const LIST_U32: ValueType = { kind: "list", type: primitive("u32") };

const LIST_STRING: ValueType = { kind: "list", type: STRING };

/** Ranges of a guest that are not in memory, not aligned or too long. */
const BROKEN: readonly (readonly [
  ValueType,
  CanonOptions["encoding"],
  pointer: number,
  length: number,
  message: string,
])[] = [
  [STRING, "utf8", 0x10000, 1, "a string has 1 byte at pointer 0x10000, expected a range within"],
  [STRING, "utf8", 0xffff, 2, "a string has 2 bytes at pointer 0xffff, expected a range within"],
  [STRING, "utf8", 0, 0x10000000, "a string has 268435456 bytes, expected at most 268435455"],
  [STRING, "utf16", 0, 0x08000000, "a string has 268435456 bytes, expected at most 268435455"],
  [STRING, "utf16", 1, 1, "a string is at pointer 0x1, expected a multiple of 2"],
  [STRING, "latin1+utf16", 1, 0, "a string is at pointer 0x1, expected a multiple of 2"],
  [LIST_U32, "utf8", 2, 1, "a list is at pointer 0x2, expected a multiple of 4"],
  [LIST_U32, "utf8", 0xfffc, 2, "a list has 8 bytes at pointer 0xfffc, expected a range within"],
  [LIST_STRING, "utf8", 0, 0x2000000, "a list has 268435456 bytes, expected at most 268435455"],
  [LIST_STRING, "utf8", 0, 0xffffffff, "a list has 34359738360 bytes, expected at most 268435455"],
];

for (const [type, encoding, pointer, length, message] of BROKEN) {
  Deno.test(`a range of a guest in ${encoding} is a trap: ${message}`, () => {
    const codec = makePlace({ encoding }).codecs.of(type);
    const error = assertThrows(() => codec.lift([pointer, length], 0), GuestError, message);
    assertEquals(error.code, "trap");
  });
}
