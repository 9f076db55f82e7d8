import { assertEquals } from "@std/assert";
import { hoist, sink } from "../../src/limits/forks.ts";
import { type Fork, type Segments, UNKNOWN } from "../../src/limits/segments.ts";

/** Segments with these costs after that of dead code; the fork of each is between two others. */
const segments = (costs: number[], forks: Fork[], calling: number[] = []): Segments => ({
  positions: [],
  places: [],
  values: [],
  costs: [0, ...costs],
  looks: [],
  forks,
  calls: calling.map((segment) => ({ segment, callee: UNKNOWN })),
  loops: [],
  handles: false,
});

/** The second segment of the outer fork has one of its own. */
const FORKS: Fork[] = [{ from: 1, first: 2, second: 3 }, { from: 3, first: 4, second: 5 }];

const ROWS: [
  name: string,
  change: (segments: Segments) => void,
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
    for (const forks of [FORKS, FORKS.toReversed()]) {
      const found = segments(before, forks, calling);
      change(found);
      assertEquals(found.costs, [0, ...after]);
    }
  });
}
