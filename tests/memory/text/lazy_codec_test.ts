import type { Codec } from "../../../src/memory/text/codec.ts";
import { createLazyCodec } from "../../../src/memory/text/common.ts";
import { createUtf8 } from "../../../src/memory/text/utf8.ts";
import { createSource } from "./_source.ts";
import { assertStrictEquals } from "@std/assert";

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

Deno.test("a codec is chosen when many texts have passed, and once, whichever way they pass", () => {
  for (const [name, use, result] of USES) {
    const { codec, chosen, made } = createCounted();
    assertStrictEquals(codec.encoding, "utf-8");
    for (let times = 0; times < 64; times++) assertStrictEquals(use(codec), result);
    assertStrictEquals(made(), 0);
    for (let times = 0; times < 2; times++) assertStrictEquals(use(codec), result);
    assertStrictEquals(made(), 1);
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
