/** A range that differs. */
interface Changed {
  readonly at: number;
  readonly byteLength: number;
}

/** The number of equal bytes that separate two ranges: more than a line of a dump. */
const GAP = 16;

/**
 * Finds the ranges in which two states of one memory differ.
 *
 * @param most The maximum number of ranges to return; the others are counted.
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

/** The size of the blocks that are compared, because most of memory is equal. */
const BLOCK = 4096;

function isSame(before: Uint8Array, after: Uint8Array, at: number): boolean {
  for (let byte = at; byte < at + BLOCK && byte < before.length; byte++) {
    if (before[byte] !== after[byte]) return false;
  }
  return true;
}
