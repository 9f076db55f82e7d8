// State that outlasts a call: the memory that grows, the staging memory, and texts of many parts.
import type { ByteSource } from "../../../src/memory/text/codec.ts";
import { staging } from "../../../src/memory/text/helper.ts";
import { createUtf16 } from "../../../src/memory/text/create_codec.ts";
import { createUtf8 } from "../../../src/memory/text/utf8.ts";
import { repeated } from "../../_strings.ts";
import { createSource, FILLER, loadHelpers, paths } from "./_source.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";

await loadHelpers();

const encoder = new TextEncoder();
const PIECE = 1 << 20; // code units, as in utf8.ts

/** A memory of 64 KiB pages that may grow. */
function createGrowing(initial: number): ByteSource & { memory: WebAssembly.Memory } {
  const memory = new WebAssembly.Memory({ initial });
  return { memory, shared: false, bytes: () => new Uint8Array(memory.buffer) };
}

for (const path of paths.slice(0, 2)) {
  Deno.test(`a codec finds a memory that grew, ${path.name}`, () => {
    const source = createGrowing(1);
    const codec = createUtf8(source, path.options);
    for (const text of ["Hello", "a".repeat(500), "漢".repeat(500)]) {
      const bytes = encoder.encode(text);
      for (const pointer of [0, 8]) {
        assertStrictEquals(codec.write(text, pointer, 65528), bytes.length);
        source.memory.grow(1);
        assertStrictEquals(codec.read(pointer, bytes.length), text);
        source.bytes().fill(FILLER);
        assertStrictEquals(codec.write(text, pointer, 65528), bytes.length);
        assertEquals(source.bytes().slice(pointer, pointer + bytes.length), bytes);
      }
      const end = source.memory.buffer.byteLength - bytes.length;
      assertStrictEquals(codec.write(text, end, bytes.length), bytes.length);
      assertStrictEquals(codec.read(end, bytes.length), text);
    }
  });

  Deno.test(`pointers above 2 GiB work like any other, ${path.name}`, () => {
    const source = createGrowing(65536);
    const codec = createUtf8(source, path.options);
    for (const end of [0x8000_0000, 0x8001_0000, 0x1_0000_0000]) {
      for (const text of ["Hello", "é漢🚀", "a".repeat(500), "漢".repeat(500)]) {
        const bytes = encoder.encode(text);
        const pointer = end - bytes.length;
        assertStrictEquals(codec.write(text, pointer, bytes.length), bytes.length);
        assertEquals(source.bytes().slice(pointer, end), bytes);
        assertStrictEquals(codec.read(pointer, bytes.length), text);
      }
    }
  });

  Deno.test(`texts that take many parts are written whole, ${path.name}`, () => {
    const source = createSource({ pages: 110 });
    const codec = createUtf8(source, path.options);
    for (const unit of ["Hello there, ", "Grüße ", "漢字", "a🚀", "🚀"]) {
      const text = repeated(unit, 2 * PIECE + 4099);
      const bytes = encoder.encode(text);
      for (const room of [bytes.length * 3, bytes.length]) {
        assertStrictEquals(codec.write(text, 3, room), bytes.length);
        assertEquals(Deno.inspect(source.bytes().subarray(0, 3)), Deno.inspect(filler(3)));
        assert(equal(source.bytes().subarray(3, 3 + bytes.length), bytes), `${unit} was changed`);
        assertStrictEquals(source.bytes()[3 + bytes.length], FILLER);
      }
      assertStrictEquals(codec.byteLength(text), bytes.length);
      assert(codec.read(3, bytes.length) === text, `${unit} was changed on the way back`);
      source.bytes().fill(FILLER);
      assertStrictEquals(codec.write(text, 3, bytes.length - 1), -1);
      assert(source.bytes().every((byte) => byte === FILLER), "a byte was written");
    }
  });

  Deno.test(`a lone surrogate in a late part is refused before the first, ${path.name}`, () => {
    const source = createSource({ pages: 110 });
    const codec = createUtf8(source, path.options);
    const index = 2 * PIECE + 17;
    for (const start of ["a".repeat(index), "漢".repeat(index)]) {
      for (const text of [`${start}\ud800`, `${start}\udc00漢`]) {
        for (const act of [() => codec.write(text, 0, Infinity), () => codec.byteLength(text)]) {
          assertThrows(act, TypeError, `at index ${index}, expected well-formed text`);
        }
        assert(source.bytes().every((byte) => byte === FILLER), "a byte was written");
      }
    }
  });
}

Deno.test("write() after byteLength() does not take what another codec staged since", () => {
  const sources = [createSource(), createSource()];
  const [first, second] = sources.map((source) => createUtf8(source, { helper: true })) as [
    ReturnType<typeof createUtf8>,
    ReturnType<typeof createUtf8>,
  ];
  for (const text of ["Hello", "é漢🚀", "a".repeat(500), "漢".repeat(500)]) {
    for (const other of ["Jello", "漢é🚀", "b".repeat(500), "字".repeat(500)]) {
      for (const act of [() => second.write(other, 0, 2000), () => second.byteLength(other)]) {
        const byteLength = first.byteLength(text);
        act();
        assertStrictEquals(first.write(text, 0, byteLength), byteLength);
        assertStrictEquals(first.read(0, byteLength), text);
      }
    }
  }
});

Deno.test("write() after byteLength() does not take what UTF-16 had staged since", () => {
  const first = createUtf8(createSource(), { helper: true });
  const second = createUtf16(createSource(), { helper: true });
  const other = "b".repeat(1000);
  for (const text of ["Hello", "é漢🚀", "a".repeat(1000), "漢".repeat(500)]) {
    for (const act of [() => second.write(other, 0, 2000), () => second.read(0, 2000)]) {
      const byteLength = first.byteLength(text);
      act();
      assertStrictEquals(first.write(text, 0, byteLength), byteLength);
      assertStrictEquals(first.read(0, byteLength), text);
    }
  }
});

Deno.test("write() leaves no text staged, not even another codec's", () => {
  const codec = createUtf8(createSource(), { helper: true });
  for (const next of ["Hello", "Jello", "a".repeat(500), "漢".repeat(500)]) {
    codec.byteLength("Hello");
    assertStrictEquals(staging().text, "Hello");
    codec.write(next, 0, 2000);
    assertStrictEquals(staging().text, undefined);
  }
});

Deno.test("the staging memory keeps 3 MiB and a page at most", () => {
  const codec = createUtf8(createSource());
  for (const text of ["漢".repeat(PIECE), "漢".repeat(3 * PIECE)]) codec.byteLength(text);
  assertStrictEquals(staging().memory.buffer.byteLength, 3 * PIECE + 65536);
});

function filler(length: number): Uint8Array {
  return new Uint8Array(length).fill(FILLER);
}

/** This is faster than an assertion for megabytes, which would not be shown anyway. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
