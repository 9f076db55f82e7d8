import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  byteLengthOf,
  changedError,
  classOf,
  indexOfByte,
  isBytes,
  plainBytes,
  plainView,
  refuseStale,
  type View,
} from "../../src/base/typed_arrays.ts";

/** Bytes whose own properties lie about them. */
function lying(): Uint8Array {
  const bytes = Uint8Array.of(1, 2, 3, 4).subarray(1);
  for (const name of ["byteLength", "length", "byteOffset", "buffer", Symbol.toStringTag]) {
    Object.defineProperty(bytes, name, { value: 99 });
  }
  bytes.indexOf = () => 77;
  return bytes;
}

Deno.test("the class of a typed array is that of its elements, also of a subclass", () => {
  class Own extends Uint8Array {}
  assertEquals([classOf(new Own(1)), classOf(new Float64Array(1)), classOf(lying())], [
    "Uint8Array",
    "Float64Array",
    "Uint8Array",
  ]);
  assertEquals([classOf({ [Symbol.toStringTag]: "Uint8Array" }), classOf(5)], [
    undefined,
    undefined,
  ]);
  assertEquals([
    isBytes(new Own(1)),
    isBytes(new Int8Array(1)),
    isBytes(new DataView(new ArrayBuffer(1))),
  ], [
    true,
    false,
    false,
  ]);
});

Deno.test("a typed array is taken as it is, whatever its own properties say", () => {
  const bytes = lying();
  assertEquals([byteLengthOf(bytes), indexOfByte(bytes, 3), indexOfByte(bytes, 9)], [3, 1, -1]);
  const plain = plainBytes(bytes, "pass bytes");
  assertEquals([plain, plain.byteOffset], [Uint8Array.of(2, 3, 4), 1]);
});

Deno.test("plainBytes() shows the bytes of any class, and plainView() the same elements", () => {
  class Own extends Float32Array {}
  const floats = new Own([0.5, 2]);
  assertEquals(plainBytes(floats, "pass").byteLength, 8);
  const view = plainView(floats.subarray(1) as View);
  assertStrictEquals(Object.getPrototypeOf(view), Float32Array.prototype);
  assertStrictEquals(view.buffer, floats.buffer);
  assertEquals(view as unknown, Float32Array.of(2));
});

Deno.test("a stale array is refused with the reason, an empty one is not stale", () => {
  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const message = (view: Uint8Array) =>
    assertThrows(() => refuseStale(view, "pass bytes"), TypeError).message;
  assertEquals(
    message(detached),
    "Cannot pass bytes: their buffer is detached, expected a live one",
  );
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  const beyond = new Uint8Array(buffer, 4, 4);
  buffer.resize(2);
  assertEquals(
    message(beyond),
    "Cannot pass bytes: their buffer was resized and ends before them, expected a live one",
  );
  assertThrows(
    () => plainBytes(detached, "pass"),
    TypeError,
    "Cannot pass: their buffer is detached",
  );
  refuseStale(new Uint8Array(), "pass bytes");
});

Deno.test("the error for a length that changed shows the first length and the destination of the bytes", () => {
  assertEquals(
    changedError(5, 'to "greet"').message,
    'Cannot pass 5 bytes to "greet": their length changed during the call, expected it to stay',
  );
});
