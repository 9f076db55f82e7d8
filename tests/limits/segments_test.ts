import { assertEquals } from "@std/assert";
import { DEAD, hoist, NO_FORK, NONE, Place, Segments, sink } from "../../src/limits/segments.ts";

Deno.test("a segment has a list of its forks, the last one first", () => {
  const segments = new Segments(1);
  const [from, first, second, third, fourth] = Array.from(
    { length: 5 },
    () => segments.add(0, false),
  );
  segments.addFork(from!, first!, second!);
  segments.addFork(first!, third!, fourth!);
  segments.addFork(from!, third!, fourth!);
  const found: number[][] = [];
  for (let fork = segments.forks[from!]!; fork !== NO_FORK; fork = segments.earlier[fork]!) {
    found.push([segments.firsts[fork]!, segments.seconds[fork]!]);
  }
  assertEquals(found, [[third, fourth], [first, second]]);
});

Deno.test("a loop has the calls since it was entered, and its segments call", () => {
  const segments = new Segments(1), segment = segments.add(0, true);
  segments.addCall(DEAD, 7, NONE);
  const start = segments.calls;
  segments.addCall(segment, 8, 20);
  segments.addLoop(start);
  assertEquals([segments.firstCalls[0], segments.lastCalls[0]], [1, 2]);
  assertEquals([...segments.looks.slice(0, 2)], [0, 1]);
  assertEquals([...segments.calling.slice(0, 2)], [1, 1]);
});

Deno.test("a function is left once at an operator, and each one has its own places", () => {
  const segments = new Segments(3);
  for (const own of [0, 1, 2]) {
    segments.begin(own);
    segments.addPlace(10 * own, Place.length, 7);
    segments.addLeave(10 * own + 5);
    segments.addLeave(10 * own + 5);
    segments.end(own, false);
  }
  assertEquals([...segments.placeStarts], [0, 2, 4, 6]);
  assertEquals([...segments.placePositions.slice(0, 6)], [0, 5, 10, 15, 20, 25]);
  const pair = [Place.length, Place.leave];
  assertEquals([...segments.places.slice(0, 6)], [...pair, ...pair, ...pair]);
});

Deno.test("lists keep what they have when they grow", () => {
  const segments = new Segments(1), count = 5000;
  segments.begin(0);
  for (let index = 0; index < count; index++) {
    const added = segments.add(2 * index, index % 2 === 1);
    segments.costs[added] = index;
    segments.addPlace(4 * index, index % 5, index);
    segments.addCall(index, 3 * index, 6 * index);
    segments.addFork(1, index, 5 * index);
    segments.addLoop(index);
  }
  segments.end(0, true);
  for (const index of [0, 1023, 1024, count - 1]) {
    const at = index + 1; // the first segment and the first fork are none
    const { positions, costs, looks } = segments;
    assertEquals([positions[at], costs[at], looks[at]], [2 * index, index, index % 2]);
    const { placePositions, places, values } = segments;
    assertEquals(
      [placePositions[index], places[index], values[index]],
      [4 * index, index % 5, index],
    );
    const { callers, callees, callPositions } = segments;
    assertEquals(
      [callers[index], callees[index], callPositions[index]],
      [index, 3 * index, 6 * index],
    );
    const { firsts, seconds, earlier } = segments;
    assertEquals([firsts[at], seconds[at], earlier[at]], [index, 5 * index, index]);
    assertEquals([segments.firstCalls[index], segments.lastCalls[index]], [index, at]);
  }
  assertEquals([segments.segmentStarts[1], segments.placeStarts[1]], [count + 1, count]);
});

/** Makes segments with these costs: of the second way after the first one, there are two again. */
function segmentsOf(costs: readonly number[], calling: readonly number[]): Segments {
  const segments = new Segments(1);
  segments.begin(0);
  for (const cost of costs) segments.costs[segments.add(0, false)] = cost;
  segments.addFork(1, 2, 3);
  segments.addFork(3, 4, 5);
  for (const segment of calling) segments.addCall(segment, NONE, NONE);
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
  ["units that both branches cost are taken before", hoist, [4, 3, 1, 5, 7], [], [7, 0, 3, 0, 2]],
  ["a cost is taken on each way", sink, [7, 0, 3, 0, 2], [], [0, 7, 0, 10, 12]],
  ["a cost stays where nothing is taken later", sink, [7, 3, 3, 0, 0], [], [7, 3, 3, 0, 0]],
  ["a cost stays before a call", sink, [7, 0, 3, 0, 2], [1], [7, 0, 0, 3, 5]],
  ["a cost is taken on a way with a call", sink, [7, 0, 3, 0, 2], [3], [0, 7, 10, 0, 2]],
];

for (const [name, change, before, calling, after] of ROWS) {
  Deno.test(`${change.name}(): ${name}`, () => {
    const segments = segmentsOf(before, calling);
    change(segments, 0);
    assertEquals([...segments.costs.slice(0, 6)], [0, ...after]);
  });
}
