import { assertEquals } from "@std/assert";
import { hoist, sink } from "../../src/limits/forks.ts";
import { NONE, Segments } from "../../src/limits/segments.ts";

/** Makes segments with these costs: of the second way after the first one, there are two again. */
function segmentsOf(costs: readonly number[], calling: readonly number[]): Segments {
  const segments = new Segments(1);
  segments.begin(0);
  for (const cost of costs) segments.costs[segments.add(false)] = cost;
  segments.addFork(1, 2, 3);
  segments.addFork(3, 4, 5);
  for (const segment of calling) segments.addCall(segment, NONE);
  segments.end(0, false);
  return segments;
}

const ROWS: [
  name: string,
  change: (segments: Segments, own: number) => void,
  before: number[],
  calling: number[],
  after: number[],
][] = [
  ["what both ways cost is taken before", hoist, [4, 3, 1, 5, 7], [], [7, 0, 3, 0, 2]],
  ["a cost is taken on each way", sink, [7, 0, 3, 0, 2], [], [0, 7, 0, 10, 12]],
  ["a cost stays where nothing is taken later", sink, [7, 3, 3, 0, 0], [], [7, 3, 3, 0, 0]],
  ["a cost stays before a call", sink, [7, 0, 3, 0, 2], [1], [7, 0, 0, 3, 5]],
];

for (const [name, change, before, calling, after] of ROWS) {
  Deno.test(`${change.name}(): ${name}`, () => {
    const segments = segmentsOf(before, calling);
    change(segments, 0);
    assertEquals([...segments.costs.slice(0, 6)], [0, ...after]);
  });
}
