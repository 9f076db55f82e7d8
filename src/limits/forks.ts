import { NONE, type Range, type Segments } from "./segments.ts";

/**
 * Takes what the segments of each fork have in common before it.
 *
 * @param range The segments of a function: each comes after those that lead to it.
 */
export function hoist(segments: Segments, { start, end }: Range): void {
  const { costs, forks, firsts, seconds, earlier } = segments;
  for (let from = end - 1; from >= start; from--) {
    for (let fork = forks[from]!; fork !== NONE; fork = earlier[fork]!) {
      const first = firsts[fork]!, second = seconds[fork]!;
      const common = Math.min(costs[first]!, costs[second]!);
      costs[first]! -= common;
      costs[second]! -= common;
      costs[from]! += common;
    }
  }
}

/**
 * Takes the cost of a segment on both ways after it, if there is something to be taken anyway: so
 * it is done once on each way. An exception in a call would leave the cost out, so a segment that
 * calls functions takes it itself.
 *
 * @param range The segments of a function.
 */
export function sink(segments: Segments, { start, end }: Range): void {
  const { costs, calling, forks, firsts, seconds, earlier } = segments;
  for (let from = start; from < end; from++) {
    if (calling[from] === 1) continue;
    for (let fork = forks[from]!; fork !== NONE; fork = earlier[fork]!) {
      const first = firsts[fork]!, second = seconds[fork]!;
      if (costs[first] === costs[second]) continue;
      costs[first]! += costs[from]!;
      costs[second]! += costs[from]!;
      costs[from] = 0;
    }
  }
}
