import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../src/base/errors.ts";
import type { Codec, CodecName } from "../../../src/memory/text/codec.ts";
import { createCodec } from "../../../src/memory/text/create_codec.ts";
import { strings } from "../../_strings.ts";
import { createSource, FILLER, paths, type TestSource } from "./_source.ts";

/** Bytes in hexadecimal notation. */
function hexBytes(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

function read(codec: Codec, { memory }: TestSource, bytes: Uint8Array): string {
  const whole = new Uint8Array(memory.buffer);
  whole.set(bytes, 5);
  try {
    return codec.read(5, bytes.length);
  } finally {
    whole.fill(FILLER, 5, 5 + bytes.length);
  }
}

/** Ill-formed UTF-8, with its text by the Encoding Standard: U+FFFD for each maximal subpart. */
const INVALID: readonly [bytes: string, text: string][] = [
  ["ff", "\ufffd"],
  ["61 80 62", "a\ufffdb"],
  // The Unicode Standard 15, tables 3-8 to 3-11.
  ["c0 af e0 80 bf f0 81 82 41", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdA"],
  ["ed a0 80 ed bf bf ed af 41", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdA"],
  ["f4 91 92 93 ff 41 80 bf 42", "\ufffd\ufffd\ufffd\ufffd\ufffdA\ufffd\ufffdB"],
  ["e1 80 e2 f0 91 92 f1 bf 41", "\ufffd\ufffd\ufffd\ufffdA"],
  ["ef bb bf ef bf bd e2 82", "\ufeff\ufffd\ufffd"],
];

/** WTF-8 with its text: https://simonsapin.github.io/wtf-8/#generalized-utf8. */
const WTF8: readonly [bytes: string, text: string][] = [
  ["ed a0 80", "\ud800"],
  ["ed af bf", "\udbff"],
  ["ed b0 80", "\udc00"],
  ["ed bf bf", "\udfff"],
  ["61 ed a0 bd 62", "a\ud83db"],
  ["ed b2 a9 ed a0 bd", "\udca9\ud83d"],
  ["ed a0 bd ed a0 bd", "\ud83d\ud83d"],
  ["ed a0 bd f0 9f 92 a9 ed b2 a9", "\ud83d" + "\u{1f4a9}" + "\udca9"],
  ["ed 9f bf ee 80 80 ed a0 80 ef bf bd", "\ud7ff\ue000\ud800\ufffd"],
  ["f0 9f 92 a9", "\u{1f4a9}"],
];

/** Bytes that are not WTF-8, with the error and the text with U+FFFD. */
const NO_WTF8: readonly [bytes: string, problem: string, text: string][] = [
  [
    "61 ed a0 bd ed b2 a9",
    "a surrogate pair in two sequences of 3 bytes at offset 1, expected one of 4 bytes",
    "a\ufffd\ufffd",
  ],
  [
    "ed a0 80 ed af bf ed b0 80",
    "a surrogate pair in two sequences of 3 bytes at offset 3, expected one of 4 bytes",
    "\ud800\ufffd\ufffd",
  ],
  ["ed a0 80 ff", "byte 0xff at offset 3, expected valid WTF-8", "\ud800\ufffd"],
  ["ed a0", "byte 0xed at offset 0, expected valid WTF-8", "\ufffd\ufffd"],
  ["e2 82 ed a0 80", "byte 0xe2 at offset 0, expected valid WTF-8", "\ufffd\ud800"],
  ["c0 80 ed b0 80 61", "byte 0xc0 at offset 0, expected valid WTF-8", "\ufffd\ufffd\udc00a"],
];

for (const path of paths) {
  const make = (name: CodecName): { codec: Codec; source: TestSource } => {
    const source = createSource(path.memory);
    return { codec: createCodec(name, source, path.options), source };
  };

  Deno.test(`"replace" reads U+FFFD as TextDecoder does, ${path.name}`, () => {
    const { codec, source } = make("utf-8 replace");
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (const [hex, text] of INVALID) {
      const bytes = hexBytes(hex);
      assertStrictEquals(decoder.decode(bytes), text, hex);
      assertStrictEquals(read(codec, source, bytes), text, hex);
    }
  });

  Deno.test(`"replace" writes U+FFFD for lone surrogates, and nothing else, ${path.name}`, () => {
    const { codec, source } = make("utf-8 replace");
    const encoder = new TextEncoder();
    for (const { text } of strings) {
      const bytes = encoder.encode(text); // which replaces lone surrogates
      assertStrictEquals(codec.byteLength(text), bytes.length);
      if (text !== "") assertStrictEquals(codec.write(text, 7, bytes.length - 1), -1);
      assertStrictEquals(codec.write(text, 7, bytes.length), bytes.length);
      assertEquals(source.bytes().slice(7, 7 + bytes.length), bytes);
      assertStrictEquals(codec.read(7, bytes.length), text.toWellFormed());
      source.bytes().fill(FILLER);
    }
  });

  Deno.test(`WTF-8 carries every string exactly, ${path.name}`, () => {
    const { codec, source } = make("wtf-8");
    for (const { text, name } of strings) {
      const byteLength = codec.byteLength(text);
      if (byteLength > 0) {
        assertStrictEquals(codec.write(text, 9, byteLength - 1), -1);
        assert(source.bytes().every((byte) => byte === FILLER), "a byte was written");
      }
      assertStrictEquals(codec.write(text, 9, byteLength), byteLength);
      assertStrictEquals(source.bytes()[9 + byteLength], FILLER);
      assertStrictEquals(codec.read(9, byteLength), text, name);
      source.bytes().fill(FILLER);
    }
  });

  Deno.test(`lone surrogates have three bytes in WTF-8, and pairs four, ${path.name}`, () => {
    const { codec, source } = make("wtf-8");
    for (const [hex, text] of WTF8) {
      const bytes = hexBytes(hex);
      assertStrictEquals(codec.write(text, 0, 100), bytes.length, hex);
      assertEquals(source.bytes().slice(0, bytes.length), bytes, hex);
      assertStrictEquals(read(codec, source, bytes), text, hex);
    }
  });

  Deno.test(`bytes that are no WTF-8 are refused or replaced, ${path.name}`, () => {
    const { codec, source } = make("wtf-8");
    const { codec: replacing, source: other } = make("wtf-8 replace");
    for (const [hex, problem, text] of NO_WTF8) {
      const bytes = hexBytes(hex);
      const error = assertThrows(() => read(codec, source, bytes), GuestError);
      assertStrictEquals(error.code, "invalid-text");
      assertStrictEquals(
        error.message,
        `Cannot decode ${bytes.length} bytes at pointer 0x5 as WTF-8: ${problem}`,
      );
      assertStrictEquals(error.offset, Number(/offset (\d+)/.exec(problem)![1]));
      assertStrictEquals(read(replacing, other, bytes), text, hex);
    }
  });

  Deno.test(`UTF-16 carries lone surrogates and replaces half a unit, ${path.name}`, () => {
    const { codec, source } = make("utf-16 replace");
    assertStrictEquals(codec.write("\ud800a", 0, 100), 4);
    assertStrictEquals(read(codec, source, hexBytes("00 d8 61 00")), "\ud800a");
    assertStrictEquals(read(codec, source, hexBytes("00 d8 61 00 41")), "\ud800a\ufffd");
    assertStrictEquals(
      new TextDecoder("utf-16le").decode(hexBytes("61 00 41")),
      read(codec, source, hexBytes("61 00 41")),
    );
  });
}

Deno.test("short text is written and read by functions that need no codec", () => {
  const source = createSource();
  const { write, read } = createCodec("utf-8 replace", source).short()!;
  assertStrictEquals(write("a\ud800", 2, 0, 4), 4);
  assertStrictEquals(read(0, 4), "a\ufffd");
  assertStrictEquals(write("ab", 2, 0, 1), -1);
  assertStrictEquals(write("a\ud800", 2, 0, 3), -1);
  source.bytes()[0] = 0xff;
  assertStrictEquals(read(0, 1), null);
  const wtf8 = createCodec("wtf-8", source).short()!;
  assertStrictEquals(wtf8.write("\ud800", 1, 0, 3), 3);
  assertEquals(source.bytes().slice(0, 3), hexBytes("ed a0 80"));
});

Deno.test("many surrogates take a time that grows with their number", () => {
  const source = createSource({ pages: 64 });
  const codec = createCodec("wtf-8 replace", source);
  const seconds = (pairs: number): number => {
    const bytes = new Uint8Array(pairs * 6);
    for (let at = 0; at < bytes.length; at += 6) {
      bytes.set([0xed, 0xa0, 0xbd, 0xed, 0xb2, 0xa9], at);
    }
    source.bytes().set(bytes);
    const start = performance.now();
    assertStrictEquals(codec.read(0, bytes.length).length, pairs * 2);
    return performance.now() - start;
  };
  seconds(10_000);
  const few = Math.max(1, seconds(20_000)), many = seconds(320_000);
  assert(many < few * 100, `${many} ms for 16 times as many as took ${few} ms`);
});

Deno.test("an unknown way to treat invalid text is refused", () => {
  const source = createSource();
  assertThrows(() => createCodec("utf-7" as "utf-8", source), TypeError, '"utf-7" as an encoding');
});
