import { assertStrictEquals } from "@std/assert";
import { createCodec } from "../../../src/memory/text/create_codec.ts";
import { lengths } from "../../_strings.ts";
import { createSource, paths } from "./_source.ts";

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
