import type { Fork, Segments } from "./segments.ts";

/**
 * Takes what the segments of a fork have in common before it. Segments come after those that lead
 * to them, so the last forks are the first.
 */
export function hoist({ costs, forks }: Segments): void {
  for (const fork of forks.toSorted((a, b) => b.from - a.from)) {
    move(costs, fork, -Math.min(costs[fork.first]!, costs[fork.second]!));
  }
}

/**
 * Takes the cost of a segment on both ways after it, if there is something to be taken anyway: so
 * it is done once on each way.
 */
export function sink({ costs, forks, calls }: Segments): void {
  // An exception in a call would leave the cost out.
  const calling = new Set(calls.map(({ segment }) => segment));
  for (const fork of forks.toSorted((a, b) => a.from - b.from)) {
    const { from, first, second } = fork;
    if (calling.has(from) || costs[first] === costs[second]) continue;
    move(costs, fork, costs[from]!);
  }
}

/** Moves units from before a fork to both of its ways. */
function move(costs: number[], { from, first, second }: Fork, units: number): void {
  costs[from]! -= units;
  costs[first]! += units;
  costs[second]! += units;
}
