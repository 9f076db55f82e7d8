/** A range that differs. */
interface Changed {
  readonly at: number;
  readonly byteLength: number;
}

/** Equal bytes between two changes that make them two ranges: more than a line of a dump. */
const GAP = 16;

/**
 * Finds the ranges in which two states of one memory differ.
 *
 * @param most How many ranges are returned; the others are counted.
 */
export function changedRanges(
  before: Uint8Array,
  after: Uint8Array,
  most: number,
): { readonly ranges: readonly Changed[]; readonly left: number } {
  const ranges: { at: number; byteLength: number }[] = [];
  let left = 0;
  let end = -Infinity; // of the last range
  for (let at = next(before, after, 0); at >= 0; at = next(before, after, at + 1)) {
    const last = ranges.at(-1);
    if (at - end <= GAP) {
      if (last !== undefined && left === 0) last.byteLength = at + 1 - last.at;
    } else if (ranges.length < most) ranges.push({ at, byteLength: 1 });
    else left++;
    end = at + 1;
  }
  return { ranges, left };
}

/** Finds the next byte that differs, a block at a time; -1 if there is none. */
function next(before: Uint8Array, after: Uint8Array, from: number): number {
  let at = from;
  while (at < before.length) {
    if (at % BLOCK === 0 && isSame(before, after, at)) at += BLOCK;
    else if (before[at] !== after[at]) return at;
    else at++;
  }
  return -1;
}

/** Pages that are equal are skipped, as most are. */
const BLOCK = 4096;

function isSame(before: Uint8Array, after: Uint8Array, at: number): boolean {
  for (let byte = at; byte < at + BLOCK && byte < before.length; byte++) {
    if (before[byte] !== after[byte]) return false;
  }
  return true;
}
