import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../src/base/errors.ts";
import { createUtf16 } from "../../../src/memory/text/create_codec.ts";
import { repeated, strings } from "../../_strings.ts";
import { createSource, FILLER, loadHelpers, paths, type TestSource } from "./_source.ts";

await loadHelpers();

const SIZE = 65536;

/** Encodes the code units with DataView. */
function encode(text: string): Uint8Array {
  const data = new DataView(new ArrayBuffer(text.length * 2));
  for (let index = 0; index < text.length; index++) {
    data.setUint16(index * 2, text.charCodeAt(index), true);
  }
  return new Uint8Array(data.buffer);
}

/** Asserts that memory holds `bytes` at `pointer` and only the filler elsewhere; clears it. */
function assertWritten(source: TestSource, pointer: number, bytes: Uint8Array): void {
  const memory = new Uint8Array(source.memory.buffer);
  assertEquals(memory.slice(pointer, pointer + bytes.length), bytes);
  memory.fill(FILLER, pointer, pointer + bytes.length);
  assert(memory.every((byte) => byte === FILLER), "a byte was written outside the range");
}

for (const path of paths) {
  Deno.test(`UTF-16 carries every string exactly, lone surrogates included, ${path.name}`, () => {
    const source = createSource(path.memory);
    const codec = createUtf16(source, path.options);
    for (const [index, { text }] of strings.entries()) {
      const bytes = encode(text);
      const pointer = index % 2 === 0 ? index % 16 : SIZE - bytes.length - index % 4 + 1;
      if (pointer + bytes.length > SIZE) continue;
      assertStrictEquals(codec.byteLength(text), bytes.length);
      assertStrictEquals(codec.write(text, pointer, bytes.length), bytes.length);
      assertStrictEquals(codec.read(pointer, bytes.length), text);
      assertWritten(source, pointer, bytes);
      if (bytes.length > 0) assertStrictEquals(codec.write(text, pointer, bytes.length - 1), -1);
      assertWritten(source, pointer, new Uint8Array());
    }
  });

  Deno.test(`UTF-16 that takes many parts is carried exactly, ${path.name}`, () => {
    const source = createSource({ ...path.memory, pages: 4 });
    const codec = createUtf16(source, path.options);
    for (const length of [8191, 8192, 8193, 100_001]) {
      for (const unit of ["Hello there, ", "漢字", "a🚀", "\ud800"]) {
        const text = repeated(unit, length - 1) + "\udc00";
        assertStrictEquals(codec.write(text, 5, length * 2), length * 2);
        assert(codec.read(5, length * 2) === text, `${length} units were changed`);
        assertWritten(source, 5, encode(text));
      }
    }
  });

  Deno.test(`UTF-16 carries ASCII with any character at any place in it, ${path.name}`, () => {
    const source = createSource({ ...path.memory, pages: 4 });
    const codec = createUtf16(source, path.options);
    for (const length of [193, 200, 4096, 4097, 8192, 8210]) {
      for (const at of [0, 31, 32, 33, 191, 192, 4095, 4096, 4097, 8191, length - 1]) {
        if (at >= length) continue;
        for (const unit of ["a", "\x7f", "\x80", "\xff", "\u0100", "漢", "\ud800", "\0"]) {
          const text = repeated("Hello there, ", length).split("").with(at, unit).join("");
          const pointer = at % 3;
          assertStrictEquals(codec.write(text, pointer, length * 2), length * 2);
          assert(codec.read(pointer, length * 2) === text, `${length} units, ${unit} at ${at}`);
          assertWritten(source, pointer, encode(text));
        }
      }
    }
  });

  Deno.test(`UTF-16 refuses half a code unit, ${path.name}`, () => {
    const codec = createUtf16(createSource(path.memory), path.options);
    const error = assertThrows(() => codec.read(16, 7), GuestError);
    assertStrictEquals(error.code, "invalid-text");
    assertStrictEquals(error.offset, 6);
    assertStrictEquals(
      error.message,
      "Cannot decode 7 bytes at pointer 0x10 as UTF-16: " +
        "the length is odd, expected 2 bytes for each code unit",
    );
  });

  Deno.test(`UTF-16 refuses more bytes than a string can have, ${path.name}`, () => {
    const codec = createUtf16(createSource(path.memory), path.options);
    for (const byteLength of [1_073_741_778, 2 ** 31, 2 ** 32 - 2]) {
      const error = assertThrows(() => codec.read(0, byteLength), GuestError);
      assertStrictEquals(
        error.message,
        `Cannot decode ${byteLength} bytes at pointer 0x0 as UTF-16: ` +
          "no string is that long, expected at most 1073741776 bytes",
      );
    }
  });
}

for (const path of paths.slice(0, 2)) {
  Deno.test(`UTF-16 works above 2 GiB as anywhere else, ${path.name}`, () => {
    const memory = new WebAssembly.Memory({ initial: 65536 });
    const source = { memory, shared: false, bytes: () => new Uint8Array(memory.buffer) };
    const codec = createUtf16(source, path.options);
    for (const end of [0x8000_0001, 0x1_0000_0000]) {
      for (const text of ["Hello", "漢🚀\ud800".repeat(50)]) {
        const pointer = end - text.length * 2;
        assertStrictEquals(codec.write(text, pointer, text.length * 2), text.length * 2);
        assertEquals(source.bytes().slice(pointer, end), encode(text));
        assertStrictEquals(codec.read(pointer, text.length * 2), text);
      }
    }
  });
}
