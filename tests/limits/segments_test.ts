import { assertEquals } from "@std/assert";
import { DEAD, NONE, Segments } from "../../src/limits/segments.ts";

Deno.test("a segment has a list of its forks, the last one first", () => {
  const segments = new Segments();
  const [from, first, second, third, fourth] = Array.from({ length: 5 }, () => segments.add(false));
  segments.addFork(from!, first!, second!);
  segments.addFork(first!, third!, fourth!);
  segments.addFork(from!, third!, fourth!);
  const found: number[][] = [];
  for (let fork = segments.forks[from!]!; fork !== NONE; fork = segments.earlier[fork]!) {
    found.push([segments.firsts[fork]!, segments.seconds[fork]!]);
  }
  assertEquals(found, [[third, fourth], [first, second]]);
});

Deno.test("a loop has the calls since it was entered, and its segments call", () => {
  const segments = new Segments(), segment = segments.add(true);
  segments.addCall(DEAD, 7);
  const start = segments.lengths.calls;
  segments.addCall(segment, 8);
  segments.addLoop(start);
  assertEquals([segments.loopStarts, segments.loopEnds], [[1], [2]]);
  assertEquals([segments.looks, segments.calling], [[0, 1], [1, 1]]);
});
