import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../src/base/errors.ts";
import type { Codec } from "../../../src/memory/text/codec.ts";
import { validUtf8Length } from "../../../src/memory/text/common.ts";
import { createUtf8 } from "../../../src/memory/text/utf8.ts";
import { isWellFormed, lengths, repeated, strings } from "../../_strings.ts";
import { createSource, FILLER, paths, type TestSource } from "./_source.ts";

const SIZE = 65536;
const encoder = new TextEncoder();
const good = strings.filter(isWellFormed).map(({ text }) => ({
  text,
  bytes: encoder.encode(text),
}));
const bad = strings.filter((row) => !isWellFormed(row)).map(({ text }) => text);

/** Writes `bytes` and removes them again, so that the memory is full of the filler once more. */
function readBytes(codec: Codec, source: TestSource, pointer: number, bytes: Uint8Array): string {
  const memory = new Uint8Array(source.memory.buffer);
  memory.set(bytes, pointer);
  try {
    return codec.read(pointer, bytes.length);
  } finally {
    memory.fill(FILLER, pointer, pointer + bytes.length);
  }
}

/** Asserts that memory holds `bytes` at `pointer` and only the filler elsewhere; clears it. */
function assertWritten(source: TestSource, pointer: number, bytes: Uint8Array): void {
  const memory = new Uint8Array(source.memory.buffer);
  assertEquals(memory.slice(pointer, pointer + bytes.length), bytes);
  memory.fill(FILLER, pointer, pointer + bytes.length);
  assert(memory.every((byte) => byte === FILLER), "a byte was written outside the range");
}

Deno.test("write() works with an encodeInto() that refuses shared memory, like Chrome's", () => {
  const { encodeInto } = TextEncoder.prototype;
  const refusing = function (this: TextEncoder, text: string, bytes: Uint8Array) {
    if (bytes.buffer instanceof SharedArrayBuffer) throw new TypeError("It must not be shared");
    return encodeInto.call(this, text, bytes);
  };
  TextEncoder.prototype.encodeInto = refusing as typeof encodeInto;
  try {
    const source = createSource({ shared: true });
    const codec = createUtf8(source);
    for (const { text, bytes } of good) {
      assertStrictEquals(codec.write(text, 7, bytes.length), bytes.length);
      assertWritten(source, 7, bytes);
    }
  } finally {
    TextEncoder.prototype.encodeInto = encodeInto;
  }
});

for (const path of paths) {
  Deno.test(`byteLength() counts the bytes of TextEncoder, ${path.name}`, () => {
    const codec = createUtf8(createSource(path.memory), path.options);
    for (const { text, bytes } of good) assertStrictEquals(codec.byteLength(text), bytes.length);
  });

  Deno.test(`write() writes the bytes of TextEncoder and no more, ${path.name}`, () => {
    const source = createSource(path.memory);
    const codec = createUtf8(source, path.options);
    const rooms = (exact: number) => [exact, exact + 1, exact * 3, Infinity];
    for (const [index, { text, bytes }] of good.entries()) {
      const pointer = index % 2 === 0 ? 1 + index % 16 : SIZE - bytes.length;
      const room = rooms(bytes.length)[index >> 1 & 3]!;
      assertStrictEquals(codec.write(text, pointer, room), bytes.length);
      assertWritten(source, pointer, bytes);
    }
  });

  Deno.test(`write() after byteLength() writes the same, ${path.name}`, () => {
    const source = createSource(path.memory);
    const codec = createUtf8(source, path.options);
    for (const { text, bytes } of good) {
      const byteLength = codec.byteLength(text);
      assertStrictEquals(codec.write(text, 7, byteLength), byteLength);
      assertWritten(source, 7, bytes);
    }
  });

  Deno.test(`write() returns -1 and writes nothing if a byte is missing, ${path.name}`, () => {
    const source = createSource(path.memory);
    const codec = createUtf8(source, path.options);
    for (const [index, { text, bytes }] of good.entries()) {
      if (bytes.length === 0) continue;
      if (index % 2 === 0) codec.byteLength(text);
      assertStrictEquals(codec.write(text, 5, bytes.length - 1), -1);
      assertWritten(source, 5, new Uint8Array());
    }
  });

  Deno.test(`a lone surrogate is refused before a byte is written, ${path.name}`, () => {
    const source = createSource(path.memory);
    const codec = createUtf8(source, path.options);
    const texts = bad.concat(lengths.flatMap((length) => {
      const wide = repeated("漢字", length);
      return [`\udc00${wide}`, `${wide}\ud800${wide}`, `${wide}\udfff`, `${wide}\ud83d\ud83d🚀`];
    }));
    for (const text of texts) {
      const index = loneIndex(text);
      const message = "Cannot encode text as UTF-8: lone surrogate " +
        `0x${text.charCodeAt(index).toString(16)} at index ${index}, expected well-formed text`;
      for (const act of [() => codec.byteLength(text), () => codec.write(text, 0, SIZE)]) {
        assertStrictEquals(assertThrows(act, TypeError).message, message);
      }
      assertWritten(source, 0, new Uint8Array());
    }
  });

  Deno.test(`read() returns every string, a BOM included, ${path.name}`, () => {
    const source = createSource(path.memory);
    const codec = createUtf8(source, path.options);
    for (const [index, { text, bytes }] of good.entries()) {
      const pointer = index % 2 === 0 ? 1 + index % 16 : SIZE - bytes.length;
      assertStrictEquals(readBytes(codec, source, pointer, bytes), text);
    }
  });

  Deno.test(`read() refuses what is not UTF-8, with the offset, ${path.name}`, () => {
    const source = createSource(path.memory);
    const codec = createUtf8(source, path.options);
    // Table 3-7 of The Unicode Standard: the invalid values of each byte.
    const invalid = [
      [0x80],
      [0xbf, 0x80],
      [0xc0, 0x80],
      [0xc1, 0xbf],
      [0xc2],
      [0xc2, 0x7f],
      [0xc2, 0xc0],
      [0xdf, 0xdf],
      [0xe0, 0x9f, 0xbf],
      [0xe0, 0xa0],
      [0xe6, 0xbc],
      [0xe6, 0xbc, 0x41],
      [0xe6, 0x41, 0xa2],
      [0xe6, 0xbc, 0xc0],
      [0xed, 0xa0, 0x80],
      [0xed, 0xbf, 0xbf],
      [0xf0, 0x8f, 0xbf, 0xbf],
      [0xf0, 0x9f, 0x9a],
      [0xf0, 0x9f, 0x9a, 0x41],
      [0xf0, 0x9f, 0x41, 0x80],
      [0xf0, 0x41, 0x9a, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xf8, 0x88, 0x80, 0x80, 0x80],
      [0xfe],
      [0xff, 0xfe],
    ];
    for (const before of [0, 1, ...lengths]) {
      for (const sequence of invalid) {
        const prefix = encoder.encode(repeated(before % 2 === 0 ? "abc" : "é漢🚀\ufffd", before));
        for (const suffix of [[], [0x61]]) {
          const bytes = new Uint8Array([...prefix, ...sequence, ...suffix]);
          if (isFatallyValid(bytes)) throw new Error("the row is valid");
          const pointer = SIZE - bytes.length;
          const error = assertThrows(() => readBytes(codec, source, pointer, bytes), GuestError);
          assertStrictEquals(error.code, "invalid-text");
          assertStrictEquals(error.offset, prefix.length);
          assertStrictEquals(
            error.message,
            `Cannot decode ${bytes.length} bytes at pointer 0x${pointer.toString(16)} as UTF-8: ` +
              `byte 0x${sequence[0]!.toString(16)} at offset ${prefix.length}, ` +
              "expected valid UTF-8",
          );
        }
      }
    }
  });

  Deno.test(`read() refuses more bytes than a string can have, ${path.name}`, () => {
    const codec = createUtf8(createSource(path.memory), path.options);
    const error = assertThrows(() => codec.read(16, 536_870_889), GuestError);
    assertStrictEquals(error.code, "result-too-large");
    assertStrictEquals(
      error.message,
      "Cannot decode 536870889 bytes at pointer 0x10 as UTF-8: " +
        "no string is that long, expected at most 536870888 bytes",
    );
  });
}

/** Returns the offset of the first code point that no other encoding has. */
function loneIndex(text: string): number {
  let index = 0;
  for (const point of text) {
    if (!point.isWellFormed()) break;
    index += point.length;
  }
  return index;
}

function isFatallyValid(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

Deno.test("the first bad byte is found wherever it is, in text of more than one part too", () => {
  const part = 65536;
  for (const unit of ["a", "ü", "漢", "😀"]) {
    const utf8 = new TextEncoder().encode(unit);
    const good = new Uint8Array(utf8.length * Math.ceil(2 * part / utf8.length))
      .map((_, index) => utf8[index % utf8.length]!);
    assertStrictEquals(validUtf8Length(good), good.length);
    for (const edge of [part, 2 * part - 8]) {
      for (let at = edge - 6; at < edge + 6; at++) {
        const start = at - at % utf8.length;
        const cut = good.subarray(0, at);
        assertStrictEquals(validUtf8Length(cut), start, `${unit} cut at ${at}`);
        const bad = good.slice();
        bad[at] = 0xff;
        assertStrictEquals(validUtf8Length(bad), start, `${unit} with a bad byte at ${at}`);
      }
    }
  }
});
