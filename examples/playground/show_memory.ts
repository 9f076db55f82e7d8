/// <reference lib="dom" />
import { hex } from "../../src/base/show.ts";
import { changedRanges } from "../../src/cli/call/changed_ranges.ts";
import type { Range } from "../../src/cli/call/trace.ts";
import { make } from "./dom.ts";
import type { MemoryChange } from "./playground_guest.ts";

/** The bytes of a row. */
const ROW = 16;

/** Ranges that are further apart than this are shown separately. */
const GAP = 4 * ROW;

/** The maximum number of rows of a range, and of ranges. */
const MOST_ROWS = 24, MOST_RANGES = 8;

/** The classes of marks, and what they mean. Their looks differ by more than their colours. */
const MARKS = [
  ["wrote", "written by the host"],
  ["read", "read by the host"],
  ["changed", "changed by the call"],
] as const;

/** Shows the ranges of memory that a call used, before and after it. */
export function showMemory(change: MemoryChange): Node[] {
  const { before, after, accesses } = change;
  const { ranges: changed, left } = changedRanges(before, after, MOST_RANGES);
  const ranges = toRows([...accesses, ...changed]);
  if (ranges.length === 0) {
    return [make("p.quiet", "The host wrote and read nothing, and the guest changed nothing.")];
  }
  const shown: Node[] = [makeLegend()];
  for (const range of ranges.slice(0, MOST_RANGES)) {
    const pair = make("div.range");
    for (const title of ["Before", "After"] as const) {
      const dump = make("pre.dump", ...dumpRows(range, title === "After", change));
      pair.append(make("h4", title), dump);
    }
    shown.push(pair);
  }
  const more = left + Math.max(0, ranges.length - MOST_RANGES);
  if (more > 0) shown.push(make("p.quiet", `More ranges that are not shown: ${more}`));
  return shown;
}

function makeLegend(): HTMLElement {
  return make("p", ...MARKS.flatMap(([mark, meaning]) => [make(`mark.${mark}`, meaning), " "]));
}

/** Rounds ranges to whole rows, in the order of addresses, and joins those near each other. */
function toRows(ranges: readonly Range[]): Range[] {
  const rows: Range[] = [];
  for (const { at, byteLength } of ranges.toSorted((a, b) => a.at - b.at)) {
    const start = at - at % ROW;
    const end = Math.ceil((at + byteLength) / ROW) * ROW;
    const last = rows.at(-1);
    const lastEnd = last === undefined ? -Infinity : last.at + last.byteLength;
    if (start > lastEnd + GAP) rows.push({ at: start, byteLength: end - start });
    else rows.push({ at: rows.pop()!.at, byteLength: Math.max(end, lastEnd) - last!.at });
  }
  return rows.filter(({ byteLength }) => byteLength > 0);
}

function dumpRows({ at, byteLength }: Range, isAfter: boolean, change: MemoryChange): Node[] {
  const bytes = isAfter ? change.after : change.before;
  const nodes: Node[] = [];
  const end = Math.min(at + byteLength, at + MOST_ROWS * ROW);
  for (let row = at; row < end; row += ROW) {
    if (row >= bytes.length) {
      nodes.push(make("span.quiet", "not there yet\n"));
      break;
    }
    const values: Node[] = [];
    const characters: Node[] = [];
    for (let index = row; index < row + ROW; index++) {
      const byte = bytes[index]!;
      const marks = marksOf(index, change);
      const space = index === row + ROW - 1 ? "" : index === row + ROW / 2 - 1 ? "  " : " ";
      values.push(mark(byte.toString(16).padStart(2, "0"), marks), text(space));
      characters.push(mark(printable(byte), marks));
    }
    nodes.push(
      make("span.quiet", `${hex(row)}  `),
      ...values,
      text("  "),
      ...characters,
      text("\n"),
    );
  }
  const more = at + byteLength - end;
  if (more > 0) nodes.push(make("span.quiet", `and ${more} bytes more`));
  return nodes;
}

function marksOf(index: number, { before, after, accesses }: MemoryChange): string[] {
  const found = accesses.filter(({ at, byteLength }) => index >= at && index < at + byteLength);
  const kinds: string[] = found.map(({ kind }) => kind);
  return (before[index] ?? 0) === after[index] ? kinds : [...kinds, "changed"];
}

function mark(content: string, marks: readonly string[]): Node {
  return marks.length === 0 ? text(content) : make(["mark", ...marks].join("."), content);
}

function text(content: string): Node {
  return document.createTextNode(content);
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
}
