// Decoding of made-up bytes, compared with the engine's own decoder.
import { assertStrictEquals } from "@std/assert";
import { GuestError } from "../../../src/base/errors.ts";
import type { Codec } from "../../../src/memory/text/codec.ts";
import { createUtf8 } from "../../../src/memory/text/utf8.ts";
import { lengths } from "../../_strings.ts";
import { createSource, FILLER, paths } from "./_source.ts";

const SEED = 20260101;
const encoder = new TextEncoder();
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** The bytes at which the rules of UTF-8 change; none of them ends a genuine U+FFFD. */
const EDGES = [
  ...[0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf],
  ...[0xe0, 0xe1, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff],
];
const ALL = Array.from({ length: 256 }, (_, byte) => byte);

/** Asserts that a codec decodes bytes at the end of memory as the engine's decoder does. */
function createCheck(options: { helper?: boolean }): (bytes: Uint8Array, where: string) => void {
  const source = createSource();
  const memory = source.bytes();
  const codec = createUtf8(source, options);
  return (bytes, where) => {
    const pointer = memory.length - bytes.length;
    memory.set(bytes, pointer);
    const actual = read(codec, pointer, bytes.length);
    memory.fill(FILLER, pointer);
    assertStrictEquals(actual, expected(bytes), `${where}, bytes ${bytes}`);
  };
}

/** Returns the text, or the offset at which it stops being valid. */
function read(codec: Codec, pointer: number, byteLength: number): string | number {
  try {
    return codec.read(pointer, byteLength);
  } catch (error) {
    if (error instanceof GuestError && error.offset !== undefined) return error.offset;
    throw error;
  }
}

/** Does the same with `TextDecoder`, for bytes without a genuine U+FFFD. */
function expected(bytes: Uint8Array): string | number {
  const text = lenient.decode(bytes);
  const index = text.indexOf("\ufffd");
  return index < 0 ? text : encoder.encode(text.slice(0, index)).length;
}

for (const path of paths.slice(0, 2)) {
  Deno.test(`read() accepts what TextDecoder accepts, of 1 and 2 bytes, ${path.name}`, () => {
    const check = createCheck(path.options);
    for (const first of ALL) {
      check(new Uint8Array([first]), "alone");
      for (const second of ALL) check(new Uint8Array([first, second]), "as a pair");
    }
  });

  Deno.test(`read() accepts what TextDecoder accepts, of 3 and 4 bytes, ${path.name}`, () => {
    const check = createCheck(path.options);
    for (const first of ALL.slice(0xe0)) {
      for (const second of first < 0xf0 ? ALL : EDGES) {
        for (const third of EDGES) {
          check(new Uint8Array([first, second, third]), "as three");
          if (first < 0xf0 || !EDGES.includes(first)) continue;
          for (const fourth of EDGES) {
            check(new Uint8Array([first, second, third, fourth]), "as four");
          }
        }
      }
    }
  });

  Deno.test(`read() accepts what TextDecoder accepts, of random bytes, ${path.name}`, () => {
    const check = createCheck(path.options);
    const random = createRandom(SEED);
    for (let round = 0; round < 20_000; round++) {
      check(randomText(random, lengths[random() % 32]!), `seed ${SEED}, round ${round}`);
    }
  });
}

/** Makes mostly valid text, every other one with a byte or two out of place. */
function randomText(random: () => number, length: number): Uint8Array {
  const limits = [0x80, 0x80, 0x800, 0x10000, 0x110000];
  let text = "";
  while (text.length < length) {
    const limit = limits[random() % (1 + random() % limits.length)]!;
    const point = random() % limit;
    text += String.fromCodePoint(
      point >= 0xd800 && point < 0xe000 || point === 0xfffd ? 0x6f22 : point,
    );
  }
  const bytes = encoder.encode(text);
  for (let faults = random() % 3; faults > 0; faults--) {
    bytes[random() % bytes.length] = EDGES[random() % EDGES.length]!;
  }
  return bytes.subarray(0, bytes.length - random() % 2);
}

/** Marsaglia's xorshift: 32 bits, the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
