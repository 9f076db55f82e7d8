import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { WasmFormatError } from "../../src/base/errors.ts";
import { build, EXPORT, MEMORY, section } from "./_build.ts";
import { readModule } from "./_read.ts";

const NAME = "a name that is too long for the fast path of names, é";
const BYTES = build(
  section(MEMORY, 1, [0x01, 1, 2]),
  section(EXPORT, 1, [NAME, 0x02, 0]),
  section(0, "producers", [1, ["language", 1, ["C11", ""]]]),
);

Deno.test("readModule() reads a view that is a part of its buffer, with offsets of the view", () => {
  const buffer = new Uint8Array(BYTES.length + 20).fill(0xff);
  buffer.set(BYTES, 7);
  const view = buffer.subarray(7, 7 + BYTES.length);
  assertEquals(readModule(view), readModule(BYTES));
  const cut = assertThrows(() => readModule(view.subarray(0, -1)), WasmFormatError);
  assertStrictEquals(cut.offset, 8 + 6 + (3 + 1 + NAME.length + 1 + 2) + 1);
});

Deno.test("readModule() reads bytes in a shared buffer, and in a growable one", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(BYTES.length));
  shared.set(BYTES);
  assertEquals(readModule(shared), readModule(BYTES));
  const growable = new SharedArrayBuffer(BYTES.length, { maxByteLength: 4096 });
  new Uint8Array(growable).set(BYTES);
  assertEquals(readModule(new Uint8Array(growable)), readModule(BYTES));
});

Deno.test("readModule() passes no shared bytes to the decoder, which a race could crash", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(BYTES.length));
  shared.set(BYTES);
  const { decode } = TextDecoder.prototype;
  const decoded: (ArrayBufferView | ArrayBufferLike)[] = [];
  TextDecoder.prototype.decode = function (input, options) {
    if (input !== undefined) decoded.push(input);
    return decode.call(this, input, options);
  };
  try {
    readModule(shared);
  } finally {
    TextDecoder.prototype.decode = decode;
  }
  const buffers = decoded.map((input) => ArrayBuffer.isView(input) ? input.buffer : input);
  assertEquals(buffers.map((buffer) => buffer instanceof ArrayBuffer), [true]);
});

Deno.test("readModule() reads bytes in a resizable buffer", () => {
  const resizable = new Uint8Array(new ArrayBuffer(BYTES.length, { maxByteLength: 4096 }));
  resizable.set(BYTES);
  assertEquals(readModule(resizable), readModule(BYTES));
});

Deno.test("readModule() leaves the bytes as they are, and its result does not refer to them", () => {
  const bytes = BYTES.slice();
  const info = readModule(bytes);
  assertEquals(bytes, BYTES);
  bytes.fill(0);
  assertEquals(info, readModule(BYTES));
});

Deno.test("a WasmFormatError is a CompileError with the code and the offset", () => {
  const error = assertThrows(() => readModule(BYTES.subarray(0, 9)), WebAssembly.CompileError);
  assertStrictEquals(error.name, "WasmFormatError");
  assertEquals((error as WasmFormatError).code, "format");
  assertEquals((error as WasmFormatError).offset, 9);
});
