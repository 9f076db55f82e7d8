// The functions for short text, called without their codec.
import type { Codec, ShortText } from "../../../src/memory/text/codec.ts";
import { SHORT_BYTES, SHORT_UNITS } from "../../../src/memory/text/common.ts";
import { createCodec } from "../../../src/memory/text/create_codec.ts";
import { staging } from "../../../src/memory/text/helper.ts";
import { strings } from "../../_strings.ts";
import { createSource, FILLER, loadHelpers, paths, type TestSource } from "./_source.ts";
import { assert, assertEquals, assertStrictEquals } from "@std/assert";

await loadHelpers();

const encoder = new TextEncoder();
const texts = strings.map(({ text }) => text).filter((text) => text.length <= SHORT_UNITS);

/** The bytes of a text in each encoding; `undefined` if the encoding cannot carry it. */
const ENCODINGS: Record<"utf-8" | "utf-16", (text: string) => Uint8Array | undefined> = {
  "utf-8": (text) => text.isWellFormed() ? encoder.encode(text) : undefined,
  "utf-16": (text) => {
    const units = Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    return new Uint8Array(units.buffer);
  },
};

function assertUntouched(source: TestSource): void {
  assert(source.bytes().every((byte) => byte === FILLER), "a byte was written");
}

for (const [encoding, encode] of Object.entries(ENCODINGS)) {
  const create = (): { source: TestSource; codec: Codec; short: ShortText } => {
    const source = createSource();
    const codec = createCodec(encoding as "utf-8", source);
    return { source, codec, short: codec.short()! };
  };

  Deno.test(`short text in ${encoding} is written whole, or not at all`, () => {
    const { source, short } = create();
    for (const [index, text] of texts.entries()) {
      const bytes = encode(text);
      const pointer = index % 2 === 0 ? 1 + index % 16 : 65536 - (bytes?.length ?? 1000);
      if (bytes === undefined) {
        assert(short.write(text, text.length, pointer, 1000) < 0);
        assertUntouched(source);
        continue;
      }
      if (bytes.length > 0) {
        assert(short.write(text, text.length, pointer, bytes.length - 1) < 0);
        assertUntouched(source);
      }
      assertStrictEquals(short.write(text, text.length, pointer, bytes.length), bytes.length);
      assertEquals(source.bytes().slice(pointer, pointer + bytes.length), bytes);
      source.bytes().fill(FILLER, pointer, pointer + bytes.length);
      assertUntouched(source);
    }
  });

  Deno.test(`short text in ${encoding} is read as it was encoded`, () => {
    const { source, short } = create();
    for (const { text } of strings) {
      const bytes = encode(text);
      if (bytes === undefined || bytes.length > SHORT_BYTES) continue;
      for (const pointer of [3, 65536 - bytes.length]) {
        source.bytes().set(bytes, pointer);
        assertStrictEquals(short.read(pointer, bytes.length), text);
      }
    }
  });
}

Deno.test("short text that is not valid is null, and the codec reports why", () => {
  const utf8 = createSource();
  const { read } = createCodec("utf-8", utf8).short()!;
  const invalid = [[0xff], [0xc0, 0x80], [0xe4, 0xbd], [0xed, 0xa0, 0x80], [
    0xf4,
    0x90,
    0x80,
    0x80,
  ]];
  for (const bytes of invalid) {
    for (const before of [0, 1, 7, 8, 9, 20]) {
      utf8.bytes().fill(0x61).set(bytes, before);
      assertStrictEquals(read(0, before), "a".repeat(before));
      assertStrictEquals(read(0, before + bytes.length), null);
      assertStrictEquals(read(0, before + bytes.length + 9), null);
    }
  }
  assertStrictEquals(createCodec("utf-16", createSource()).short()!.read(0, 3), null);
});

Deno.test("writing short text does not change the staged text of another write", () => {
  const [first, second] = [createSource(), createSource()];
  const codec = createCodec("utf-8", first, { helper: true });
  const { write } = createCodec("utf-8", second).short()!;
  for (const text of ["Hello", "é漢🚀", "a".repeat(500), "漢".repeat(500)]) {
    const byteLength = codec.byteLength(text);
    for (const other of ["Jello", "漢".repeat(SHORT_UNITS)]) write(other, other.length, 0, 1000);
    assertStrictEquals(staging().text, text);
    assertStrictEquals(codec.write(text, 0, byteLength), byteLength);
    assertEquals(first.bytes().slice(0, byteLength), encoder.encode(text));
  }
});

Deno.test("there are no functions for short text without a helper", () => {
  for (const path of paths.slice(1)) {
    for (const encoding of ["utf-8", "utf-16", "latin1"] as const) {
      const codec = createCodec(encoding, createSource(path.memory), path.options);
      assertStrictEquals(codec.short(), undefined, path.name);
    }
  }
  assertStrictEquals(createCodec("latin1", createSource()).short(), undefined);
});
