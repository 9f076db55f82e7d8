import { counted, hex, quote } from "../../base/show.ts";
import type { Style } from "../style.ts";
import type { MemoryLayout, MemoryRange } from "./inspection.ts";

/** The number of characters in a line, and the maximum number of lines. */
const COLUMNS = 64, MOST_LINES = 8;

/** The smallest number of bytes that a character stands for. */
const LEAST_BYTES = 16;

const LETTERS: Readonly<Record<MemoryRange["kind"], string>> = {
  data: "D",
  buffer: "B",
  stack: "S",
  heap: "H",
};

/** Describes a memory: a heading, drawings of all of it and of its used part, and its ranges. */
export function describeMemory(layout: MemoryLayout, style: Style): string[] {
  const { byteLength, ranges, marks } = layout;
  const scaleOf = (size: number) => `a character is ${counted(scaleFor(size), "byte")}`;
  const lines = [
    `Memory to scale: ${counted(byteLength, "byte")} at first, ${scaleOf(byteLength)}`,
    ...drawMemory(layout, style),
    "",
  ];
  const used = usedPart(layout);
  if (used !== undefined) {
    lines.push(`The first ${counted(used, "byte")} of it, ${scaleOf(used)}`);
    lines.push(...drawMemory({ byteLength: used, ranges }, style), "");
  }
  for (const range of ranges) {
    const { address, byteLength, what } = range;
    const place = `${hex(address)} to ${hex(address + byteLength)}`;
    lines.push(`${letterOf(range, style)} ${place}, ${counted(byteLength, "byte")}: ${what}`);
  }
  for (const { name, address } of marks) lines.push(`  ${hex(address)}: ${quote(name)}`);
  return [...lines, ". is free, or not known before the guest runs"];
}

/**
 * Draws a memory to scale: each character stands for the same number of bytes, and shows the
 * smallest range in them. Of consecutive equal lines, only the first is shown.
 */
export function drawMemory(
  { byteLength, ranges }: Pick<MemoryLayout, "byteLength" | "ranges">,
  style: Style,
): string[] {
  const scale = scaleFor(byteLength);
  const small = ranges.toSorted((a, b) => a.byteLength - b.byteLength);
  const digits = hex(byteLength).length;
  const lines: string[] = [];
  let before = "", left = 0;
  for (let start = 0; start < byteLength; start += COLUMNS * scale) {
    let line = "";
    for (let column = 0; column < COLUMNS; column++) {
      const from = start + column * scale;
      if (from >= byteLength) break;
      const found = small.find(({ address, byteLength }) =>
        address < from + scale && address + byteLength > from
      );
      line += found === undefined ? "." : LETTERS[found.kind];
    }
    if (line === before) {
      left++;
      continue;
    }
    if (left > 0) lines.push(" ".repeat(digits) + `  the same ${left} times more`);
    left = 0;
    before = line;
    lines.push(`${hex(start).padStart(digits)}  ${paint(line, style)}`);
  }
  if (left > 0) lines.push(" ".repeat(digits) + `  the same ${left} times more`);
  return lines;
}

/**
 * Returns the size of the used part at the start of memory, if it is too small to be seen in a
 * picture of the whole.
 */
export function usedPart({ byteLength, ranges }: MemoryLayout): number | undefined {
  const ends = ranges.filter(({ kind }) => kind !== "heap")
    .map(({ address, byteLength }) => address + byteLength);
  const used = Math.max(0, ...ends);
  return used > 0 && used <= byteLength / LITTLE ? used : undefined;
}

/** A part that is smaller than one in eight lines shows little. */
const LITTLE = 8;

/** Returns how many bytes a character stands for: a power of two. */
export function scaleFor(byteLength: number): number {
  let scale = LEAST_BYTES;
  while (byteLength / scale > COLUMNS * MOST_LINES) scale *= 2;
  return scale;
}

/** Returns the letter of a range in the picture. */
export function letterOf({ kind }: MemoryRange, style: Style): string {
  return paint(LETTERS[kind], style);
}

function paint(line: string, { blue, green, yellow, dim }: Style): string {
  return line.replace(/D+/g, blue).replace(/B+/g, green).replace(/S+/g, yellow)
    .replace(/\.+/g, dim);
}
