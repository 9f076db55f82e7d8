// The cost of passing text, counted: views that are made, and bytes that the engine's coders
// process.
import { assert, assertEquals } from "@std/assert";
import { createCodec } from "../../../src/memory/text/create_codec.ts";
import { repeated } from "../../_strings.ts";
import { createSource, loadHelpers, paths } from "./_source.ts";

await loadHelpers();

/** Runs `act`, and returns how many bytes the engine's coders wrote and read meanwhile. */
function touched(act: () => void): number {
  const { encodeInto } = TextEncoder.prototype;
  const { decode } = TextDecoder.prototype;
  let bytes = 0;
  TextEncoder.prototype.encodeInto = function (text, target) {
    const result = encodeInto.call(this, text, target);
    bytes += result.written;
    return result;
  };
  TextDecoder.prototype.decode = function (input, options) {
    bytes += (input as Uint8Array).byteLength;
    return decode.call(this, input, options);
  };
  try {
    act();
  } finally {
    TextEncoder.prototype.encodeInto = encodeInto;
    TextDecoder.prototype.decode = decode;
  }
  return bytes;
}

for (const path of paths) {
  for (const encoding of ["utf-8", "utf-16", "latin1"] as const) {
    Deno.test(`a pass touches each byte a fixed number of times, ${encoding} ${path.name}`, () => {
      const source = createSource({ ...path.memory, pages: 64 });
      const codec = createCodec(encoding, source, path.options);
      for (const unit of encoding === "latin1" ? ["Hello ", "é"] : ["Hello ", "é", "漢", "a🚀"]) {
        for (const length of [50, 500, 5000, 500_000]) {
          const text = repeated(unit, length);
          const byteLength = codec.byteLength(text);
          const askedBefore = source.asked;
          const bytes = touched(() => {
            codec.byteLength(text);
            codec.write(text, 0, byteLength);
            codec.write(text, 0, 3_000_000);
            codec.read(0, byteLength);
            codec.findNul(0, byteLength);
          });
          assert(bytes <= 4 * byteLength, `${bytes} bytes touched for ${byteLength}`);
          const asked = source.asked - askedBefore;
          assert(asked <= 4, `${asked} views fetched for ${byteLength} bytes`);
        }
      }
    });
  }
}

Deno.test("short text passes without a view", () => {
  for (const encoding of ["utf-8", "utf-16"] as const) {
    const source = createSource();
    const codec = createCodec(encoding, source, { helper: true });
    codec.read(0, codec.write("The first finds its helper", 0, 1000));
    const askedBefore = source.asked;
    const bytes = touched(() => {
      for (const text of ["", "Hello there, ", "Grüße", "漢字", "🚀".repeat(25)]) {
        codec.read(0, codec.write(text, 0, 1000));
        codec.write(text, 0, codec.byteLength(text));
      }
    });
    assertEquals([source.asked - askedBefore, bytes], [0, 0]);
  }
});
