import type { ContentKind } from "../../src/abi/number.ts";
import { assertEquals } from "@std/assert";
import { UTF16_TAG } from "../../src/memory/text/common.ts";
import { compileGuard, compileRead, trimNuls } from "../../src/call/text_read.ts";
import { guestErrorOf } from "../_errors.ts";
import { contextOf, frameOf, instanceOf, planOf } from "./_unit.ts";

/** "abc" and a NUL, then "a€" in UTF-16. */
const instance = await instanceOf(`
  (data (i32.const 64) "abc\\00")
  (data (i32.const 80) "a\\00\\ac\\20")`);

const context = contextOf(instance);

Deno.test("a tag in the length shows whether the text is UTF-16 or latin1", () => {
  const read = compileRead(instance.memory, "string", { encoding: "latin1+utf16" }, context);
  assertEquals([read(80, 4, UTF16_TAG + 2), read(80, 1, 1)], ["a€", "a"]);
});

Deno.test("text, bytes and arrays are copies of the data in memory", () => {
  const read = (content: ContentKind, byteLength: number) =>
    compileRead(instance.memory, content, { encoding: "utf-8" }, context)(
      64,
      byteLength,
      byteLength,
    );
  assertEquals(read("string", 3), "abc");
  const bytes = read("bytes", 3) as Uint8Array;
  assertEquals([...bytes], [0x61, 0x62, 0x63]);
  assertEquals([bytes.byteOffset, bytes.buffer.byteLength], [0, 3]);
  assertEquals(read({ element: "u16" }, 4), Uint16Array.of(0x6261, 0x63));
  assertEquals(guestErrorOf(() => read({ element: "u16" }, 3)), [
    "overrun",
    'Cannot lift the result of "f": it has 3 bytes, expected a multiple of 2 for u16',
  ]);
});

Deno.test("NULs are trimmed only at the end", () => {
  assertEquals(["a\0b\0\0", "\0", "", "ab"].map(trimNuls), ["a\0b", "", "", "ab"]);
});

/** The check that a result lies within 4 bytes of the block at an index. */
function guardOf(index: number) {
  const source = { put() {}, take() {}, capacityAt: () => 4 };
  const holding = contextOf(instance, planOf(), { holder: () => ({ source, index }) });
  const guard = compileGuard("output", holding)!;
  return (byteLength: number) => guard(frameOf(), 64, byteLength);
}

Deno.test("a result larger than its block is refused: the guest overran its buffer, or ours is too small", () => {
  assertEquals(compileGuard("result", context), undefined);
  const output = guardOf(context.layout.output);
  output(4);
  assertEquals(guestErrorOf(() => output(5)), [
    "result-too-large",
    'Cannot lift the result of "f": it takes 5 bytes, the output buffer holds 4',
  ]);
  assertEquals(instance.callable, true);
  const own = guardOf(0);
  own(4);
  assertEquals(guestErrorOf(() => own(5)), [
    "overrun",
    'Cannot lift the result of "f": the guest returned 5 bytes, its buffer holds 4',
  ]);
  assertEquals(instance.callable, false);
});
