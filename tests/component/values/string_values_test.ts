// The component model's canonical ABI, "Loading" and "Storing", for strings.
import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import type { CanonOptions } from "../../../src/component/types.ts";
import {
  FIRST_BLOCK,
  makePlace,
  primitive,
  refusal,
  throughCore,
  throughMemory,
} from "./_place.ts";

type Encoding = CanonOptions["encoding"];

const ENCODINGS = ["utf8", "utf16", "latin1+utf16"] as const;

/** Texts with their bytes, and their length by the ABI. */
const TEXTS: readonly (readonly [Encoding, string, number[], number])[] = [
  ["utf8", "h\u00f6\u2603", [0x68, 0xc3, 0xb6, 0xe2, 0x98, 0x83], 6],
  ["utf16", "h\u{1f370}", [0x68, 0, 0x3c, 0xd8, 0x70, 0xdf], 3],
  ["latin1+utf16", "h\u00f6", [0x68, 0xf6], 2],
  ["latin1+utf16", "h\u0100", [0x68, 0, 0, 1], 0x80000002],
];

for (const [encoding, text, bytes, length] of TEXTS) {
  Deno.test(`${encoding} stores ${JSON.stringify(text)}`, () => {
    const place = makePlace({ encoding });
    const codec = place.codecs.of(primitive("string"));
    assertEquals(throughCore(codec, text), [[FIRST_BLOCK, length], text]);
    assertEquals([...place.memory.readBytes(FIRST_BLOCK, bytes.length)], bytes);
    assertEquals(place.blocks, [[bytes.length, encoding === "utf8" ? 1 : 2]]);
    assertEquals(place.charged, bytes.length);
  });
}

for (const encoding of ENCODINGS) {
  Deno.test(`${encoding} carries texts exactly`, () => {
    const place = makePlace({ encoding });
    const codec = place.codecs.of(primitive("string"));
    for (const text of ["", "\0", "\ufeffa", "\xff\u0100", "\ud83c\udf70", "a".repeat(300)]) {
      assertEquals(throughMemory(place, codec, text), text);
    }
  });

  Deno.test(`${encoding} refuses a lone surrogate, and a value that is not text`, () => {
    const place = makePlace({ encoding });
    const codec = place.codecs.of(primitive("string"));
    assertEquals(
      refusal(() => codec.store("a\ud800", 0)),
      'is "a\\ud800", expected text without lone surrogates, such as text.toWellFormed()',
    );
    assertEquals(refusal(() => codec.store(5, 0)), "is 5, expected a string");
    assertEquals(place.blocks, []);
  });
}

/** Bytes of a guest that are not valid text. */
const BROKEN: readonly (readonly [Encoding, length: number, number[], string])[] = [
  ["utf16", 1, [0x00, 0xd8], "a string has a lone surrogate, expected well-formed UTF-16"],
  ["utf8", 1, [0xff], "expected a string of valid text"],
];

for (const [encoding, length, bytes, message] of BROKEN) {
  Deno.test(`${encoding} text of a guest is a trap: ${message}`, () => {
    const place = makePlace({ encoding });
    place.memory.writeBytes(0, bytes);
    const codec = place.codecs.of(primitive("string"));
    const error = assertThrows(() => codec.lift([0, length], 0), GuestError, message);
    assertEquals(error.code, "trap");
  });
}
