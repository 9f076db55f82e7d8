import { GuestError } from "../../../src/base/errors.ts";
import { createLatin1 } from "../../../src/memory/text/create_codec.ts";
import { isLatin1, strings } from "../../_strings.ts";
import { createSource, FILLER } from "./_source.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";

const memories = [{ shared: false }, { shared: true }, { address: "i64" }] as const;

Deno.test("latin1 carries each of its 256 code units as one byte of the same value", () => {
  const source = createSource();
  const codec = createLatin1(source);
  const bytes = Uint8Array.from({ length: 256 }, (_, unit) => unit);
  const text = String.fromCharCode(...bytes);
  assertStrictEquals(codec.write(text, 3, 256), 256);
  assertEquals(source.bytes().slice(3, 259), bytes);
  assertStrictEquals(codec.read(3, 256), text);
});

for (const options of memories) {
  Deno.test(`latin1 carries its code units, in memory ${JSON.stringify(options)}`, () => {
    const source = createSource(options);
    const codec = createLatin1(source);
    for (const { text } of strings.filter(isLatin1)) {
      const pointer = 65536 - text.length;
      assertStrictEquals(codec.byteLength(text), text.length);
      assertStrictEquals(codec.write(text, pointer, text.length), text.length);
      assertStrictEquals(codec.read(pointer, text.length), text);
      const memory = source.bytes();
      assertEquals([...memory.subarray(pointer)], [...text].map((unit) => unit.charCodeAt(0)));
      memory.fill(FILLER, pointer);
      assert(memory.every((byte) => byte === FILLER), "a byte was written outside the range");
      if (text.length > 0) assertStrictEquals(codec.write(text, 0, text.length - 1), -1);
      assert(memory.every((byte) => byte === FILLER), "a byte was written without room");
    }
  });

  Deno.test(`latin1 refuses text that it cannot carry, in memory ${JSON.stringify(options)}`, () => {
    const source = createSource(options);
    const codec = createLatin1(source);
    for (const row of strings) {
      if (isLatin1(row)) continue;
      const index = Array.from({ length: row.text.length }, (_, at) => row.text.charCodeAt(at))
        .findIndex((unit) => unit > 0xff);
      const message = "Cannot encode text as latin1: code unit " +
        `0x${row.text.charCodeAt(index).toString(16)} at index ${index}, expected at most 0xff`;
      const acts = [() => codec.byteLength(row.text), () => codec.write(row.text, 0, Infinity)];
      for (const act of acts) assertStrictEquals(assertThrows(act, TypeError).message, message);
    }
    assert(source.bytes().every((byte) => byte === FILLER), "a byte was written");
  });
}

Deno.test("latin1 refuses more bytes than a string can have", () => {
  const error = assertThrows(() => createLatin1(createSource()).read(0, 536_870_889), GuestError);
  assertStrictEquals(error.code, "result-too-large");
  assertStrictEquals(
    error.message,
    "Cannot decode 536870889 bytes at pointer 0x0 as latin1: " +
      "no string is that long, expected at most 536870888 bytes",
  );
});
