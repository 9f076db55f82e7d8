import { NO_FORK, type Segments } from "./segments.ts";

/**
 * Takes what the segments of each fork have in common before it.
 *
 * @param own A function: each of its segments comes after those that lead to it.
 */
export function hoist(segments: Segments, own: number): void {
  const { segmentStarts, costs, forks, firsts, seconds, earlier } = segments;
  for (let from = segmentStarts[own + 1]! - 1; from >= segmentStarts[own]!; from--) {
    for (let fork = forks[from]!; fork !== NO_FORK; fork = earlier[fork]!) {
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
 */
export function sink(segments: Segments, own: number): void {
  const { segmentStarts, costs, calling, forks, firsts, seconds, earlier } = segments;
  for (let from = segmentStarts[own]!; from < segmentStarts[own + 1]!; from++) {
    if (calling[from]! > 0) continue;
    for (let fork = forks[from]!; fork !== NO_FORK; fork = earlier[fork]!) {
      const first = firsts[fork]!, second = seconds[fork]!;
      if (costs[first] === costs[second]) continue;
      costs[first]! += costs[from]!;
      costs[second]! += costs[from]!;
      costs[from] = 0;
    }
  }
}
