import { assertEquals } from "@std/assert";
import { Held } from "../../src/wasi/held.ts";

/** Makes bytes that count up from `first`. */
function count(byteLength: number, first = 0): Uint8Array {
  return Uint8Array.from({ length: byteLength }, (_, index) => first + index);
}

Deno.test("held bytes are in one piece, in order", () => {
  const held = new Held();
  const all = count(250);
  for (let at = 0; at < 250; at += 7) held.push(all.subarray(at, at + 7), Infinity);
  assertEquals([held.byteLength, held.view()], [250, all]);
});

Deno.test("an empty push holds nothing", () => {
  const held = new Held();
  held.push(new Uint8Array(), 0);
  assertEquals([held.byteLength, held.view().buffer.byteLength], [0, 0]);
});

Deno.test("the room is no larger than the limit", () => {
  const held = new Held();
  held.push(count(100), 120);
  held.push(count(20), 120);
  assertEquals([held.byteLength, held.view().buffer.byteLength], [120, 120]);
});

Deno.test("bytes dropped at the front make room for more", () => {
  const held = new Held();
  for (let round = 0; round < 100; round++) {
    held.push(count(100, round), Infinity);
    if (round > 0) held.drop(100);
    assertEquals(held.view(), count(100, round));
  }
  assertEquals(held.view().buffer.byteLength, 512);
});

Deno.test("bytes that are cut off at the end are discarded", () => {
  const held = new Held();
  held.push(count(10), Infinity);
  held.drop(2);
  held.truncate(3);
  held.push(count(1, 9), Infinity);
  assertEquals(held.view(), Uint8Array.of(2, 3, 4, 9));
});
