import { assertEquals } from "@std/assert";
import { changedRanges } from "../../../src/cli/call/changed_ranges.ts";

/** Changes bytes of 20,000 zeros. */
function change(...places: number[]): { before: Uint8Array; after: Uint8Array } {
  const before = new Uint8Array(20_000), after = before.slice();
  for (const at of places) after[at] = 1;
  return { before, after };
}

const ROWS: readonly (readonly [places: number[], ranges: [number, number][]])[] = [
  [[], []],
  [[0], [[0, 1]]],
  [[19_999], [[19_999, 1]]],
  [[4095, 4096], [[4095, 2]]],
  [[100, 117], [[100, 18]]], // 16 equal bytes between them
  [[100, 118], [[100, 1], [118, 1]]], // 17
  [[8191, 12_288], [[8191, 1], [12_288, 1]]],
];

for (const [places, expected] of ROWS) {
  Deno.test(`changes at ${places.join(", ") || "no place"} are found`, () => {
    const { before, after } = change(...places);
    const { ranges, left } = changedRanges(before, after, 8);
    assertEquals([ranges.map(({ at, byteLength }) => [at, byteLength]), left], [expected, 0]);
  });
}

Deno.test("ranges beyond the maximum are counted", () => {
  const { before, after } = change(0, 100, 200, 210, 300);
  const { ranges, left } = changedRanges(before, after, 2);
  assertEquals([ranges, left], [[{ at: 0, byteLength: 1 }, { at: 100, byteLength: 1 }], 2]);
});
