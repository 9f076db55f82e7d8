import { assertEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { readHeader } from "../../src/binary/header.ts";

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** The last four bytes of a header, and the error, which is always about them. */
const REFUSED: readonly (readonly [version: number[], message: string])[] = [
  [[2, 0, 0, 0], "Cannot read version at offset 0x4: version is 2, expected 1"],
  // All four bytes count.
  [[1, 1, 0, 0], "Cannot read version at offset 0x4: version is 257, expected 1"],
  [[0, 0, 0, 0x80], "Cannot read version at offset 0x4: version is 2147483648, expected 1"],
  [
    [0x0d, 0, 1, 0],
    "Cannot read module at offset 0x4: it is a component, expected a core module; pass " +
    "the binary to load(), and call its exports by guest.interfaces",
  ],
];

for (const [version, message] of REFUSED) {
  Deno.test(`the version ${version.join(" ")} is refused`, () => {
    const bytes = Uint8Array.from([...MAGIC, ...version]);
    const error = assertThrows(() => readHeader(bytes), WasmFormatError);
    assertEquals([error.message, error.offset], [message, 4]);
  });
}

Deno.test("bytes that are not a module, or end within the header, are refused at their start", () => {
  for (const bytes of [[], MAGIC, [...MAGIC, 1, 0, 0], [0x50, 0x4b, 3, 4, 1, 0, 0, 0]]) {
    const error = assertThrows(() => readHeader(Uint8Array.from(bytes)), WasmFormatError);
    assertEquals(error.offset, 0);
  }
});

Deno.test("the header of a core module is accepted", () => {
  readHeader(Uint8Array.from([...MAGIC, 1, 0, 0, 0]));
});
