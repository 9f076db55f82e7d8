import { type Codec, createLazyCodec } from "../../../src/memory/text/codec.ts";
import { createUtf8 } from "../../../src/memory/text/utf8.ts";
import { createSource } from "./_source.ts";
import { assertEquals, assertStrictEquals } from "@std/assert";

Deno.test("a codec is chosen when the first text passes, and once, whichever way it passes", () => {
  const uses: [keyof Codec, (codec: Codec) => unknown, unknown][] = [
    ["byteLength", (codec) => codec.byteLength("abc"), 3],
    ["write", (codec) => codec.write("abc", 0, 10), 3],
    ["read", (codec) => codec.read(0, 0), ""],
    ["findNul", (codec) => codec.findNul(0, 10), -1],
    ["short", (codec) => codec.short(), undefined],
  ];
  for (const [name, use, result] of uses) {
    const chosen = createUtf8(createSource(), { helper: false });
    let times = 0;
    const codec = createLazyCodec("utf-8", () => {
      times++;
      return chosen;
    });
    assertEquals([codec.encoding, times], ["utf-8", 0]);
    assertEquals([use(codec), use(codec), times], [result, result, 1]);
    assertStrictEquals(codec[name], chosen[name]);
  }
});
