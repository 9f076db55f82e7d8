import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Codec } from "../../../src/memory/text/codec.ts";
import { bytesToDecode, createLazyCodec } from "../../../src/memory/text/common.ts";
import { createCodec } from "../../../src/memory/text/create_codec.ts";
import { createUtf8 } from "../../../src/memory/text/utf8.ts";
import { lengths } from "../../_strings.ts";
import { createSource, loadHelpers, paths } from "./_source.ts";

await loadHelpers();

/** Decodes 1, 2, 3 in memory, whose second byte becomes 0 afterwards. */
function decodeWhile(shared: boolean): { bytes: Uint8Array; memory: Uint8Array } {
  const source = createSource({ shared });
  const memory = new Uint8Array(source.memory.buffer);
  memory.set([1, 2, 3], 8);
  const bytes = bytesToDecode(source, 8, 3);
  memory[9] = 0;
  return { bytes, memory };
}

Deno.test("bytesToDecode() returns a view of memory that no other thread can write to", () => {
  const { bytes, memory } = decodeWhile(false);
  assertStrictEquals(bytes.buffer, memory.buffer);
  assertEquals([...bytes], [1, 0, 3]);
});

Deno.test("bytesToDecode() copies shared memory: a write meanwhile does not reach the decoder", () => {
  const { bytes } = decodeWhile(true);
  assertEquals(bytes.buffer instanceof SharedArrayBuffer, false);
  assertEquals([...bytes], [1, 2, 3]);
});

const USES: readonly [keyof Codec, (codec: Codec) => unknown, unknown][] = [
  ["byteLength", (codec) => codec.byteLength("abc"), 3],
  ["write", (codec) => codec.write("abc", 0, 10), 3],
  ["read", (codec) => codec.read(0, 0), ""],
  ["findNul", (codec) => codec.findNul(0, 10), -1],
];

/** A codec that becomes another one, and how often that was made. */
function createCounted(patience?: number): { codec: Codec; chosen: Codec; made: () => number } {
  const [plain, chosen] = [0, 1].map(() => createUtf8(createSource(), { helper: false }));
  let times = 0;
  const choose = () => {
    times++;
    return chosen!;
  };
  return { codec: createLazyCodec(plain!, choose, patience), chosen: chosen!, made: () => times };
}

Deno.test("a codec is chosen once, after many texts have passed in either direction", () => {
  for (const [name, use, result] of USES) {
    const { codec, chosen, made } = createCounted();
    for (let times = 0; times < 64; times++) assertStrictEquals(use(codec), result);
    assertStrictEquals(made(), 0);
    for (let times = 0; times < 2; times++) {
      assertStrictEquals(use(codec), result);
      assertStrictEquals(made(), 1);
    }
    assertStrictEquals(codec[name], chosen[name]);
  }
});

Deno.test("a codec is chosen at once for a long text, for a compiled call, and on demand", () => {
  const long = createCounted();
  long.codec.write("a".repeat(300_000), 0, 10);
  assertStrictEquals(long.made(), 1);
  const compiled = createCounted();
  compiled.codec.short();
  assertStrictEquals(compiled.codec.write, compiled.chosen.write);
  const demanded = createCounted(0);
  demanded.codec.read(0, 0);
  assertStrictEquals(demanded.made(), 1);
});

const SIZE = 65536;

for (const path of paths) {
  for (const encoding of ["utf-8", "latin1"] as const) {
    Deno.test(`findNul() finds the first NUL of one byte, ${encoding} ${path.name}`, () => {
      const source = createSource(path.memory);
      const codec = createCodec(encoding, source, path.options);
      const memory = source.bytes();
      for (const length of [0, ...lengths]) {
        for (const pointer of [0, 1, 7, SIZE - length - 1]) {
          memory[pointer + length] = 0;
          for (const limit of [length + 1, SIZE - pointer]) {
            assertStrictEquals(codec.findNul(pointer, limit), length);
          }
          // The NUL is there, but out of reach.
          assertStrictEquals(codec.findNul(pointer, length), -1);
          memory[pointer + length] = 0xa5;
          assertStrictEquals(codec.findNul(pointer, SIZE - pointer), -1);
        }
      }
    });
  }

  Deno.test(`findNul() finds the first code unit of zero, utf-16 ${path.name}`, () => {
    const source = createSource(path.memory);
    const codec = createCodec("utf-16", source, path.options);
    const memory = source.bytes();
    for (const length of [0, ...lengths]) {
      const byteLength = length * 2;
      for (const pointer of [0, 1, 6, SIZE - byteLength - 2]) {
        memory.fill(0, pointer + byteLength, pointer + byteLength + 2);
        for (const limit of [byteLength + 2, SIZE - pointer]) {
          assertStrictEquals(codec.findNul(pointer, limit), byteLength);
        }
        for (const limit of [byteLength, byteLength + 1]) {
          assertStrictEquals(codec.findNul(pointer, limit), -1);
        }
        memory.fill(0xa5, pointer + byteLength, pointer + byteLength + 2);
        assertStrictEquals(codec.findNul(pointer, SIZE - pointer), -1);
      }
    }
  });

  Deno.test(`findNul() does not take halves of two code units for a NUL, utf-16 ${path.name}`, () => {
    const source = createSource(path.memory);
    const codec = createCodec("utf-16", source, path.options);
    for (let pair = 0; pair < 32; pair++) {
      // The zeros of U+0001 and U+0100 are adjacent.
      source.bytes().set([0x01, 0x00, 0x00, 0x01], 4 + pair * 4);
    }
    assertStrictEquals(codec.findNul(4, 32 * 4), -1);
    source.bytes().set([0, 0], 4 + 32 * 4);
    assertStrictEquals(codec.findNul(4, 32 * 4 + 2), 32 * 4);
  });
}

for (const path of paths.slice(0, 2)) {
  Deno.test(`findNul() finds a NUL above 2 GiB, ${path.name}`, () => {
    const memory = new WebAssembly.Memory({ initial: 65536 });
    const source = { memory, shared: false, bytes: () => new Uint8Array(memory.buffer) };
    for (const encoding of ["utf-8", "utf-16"] as const) {
      const codec = createCodec(encoding, source, path.options);
      for (const end of [0x8000_0000, 0x1_0000_0000]) {
        source.bytes().fill(0x41, end - 100, end - 2);
        assertStrictEquals(codec.findNul(end - 100, 0x1_0000_0000 - end + 100), 98);
      }
    }
  });
}
