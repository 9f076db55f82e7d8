import type { AddedPlace, FixedPlace, MemoryLayout } from "../abi/layout.ts";
import { expectedWord, isCount, isObject } from "../base/misnomers.ts";
import { hex, quote, show } from "../base/show.ts";
import { dictionary, object } from "./object_shape.ts";
import { choice, count, join, one, type Problems, type Shape, word } from "./shape.ts";
import { LayoutName } from "./value_shapes.ts";

// The option `layout`, and the parts that refer to its names.

const size = one("an integer, 1 or more", (value) => isCount(value) && value !== 0);

const fixed = object<FixedPlace>("{ at, capacity }", {
  at: count,
  capacity: size,
  owner: word(["guest"]),
}, { needs: ["at", "capacity"], foreign: { pointer: "at", byteLength: "capacity" } });

const added = object<AddedPlace>("{ reserve }", { reserve: size }, { needs: ["reserve"] });

const place: Shape = choice(
  "{ at, capacity } or { reserve }",
  (value) => isObject(value) ? "reserve" in value ? added : fixed : undefined,
);

const names = dictionary(place, "an object of ranges by name");

/** The option `layout`. */
export const layoutShape: Shape = {
  expected: names.expected,
  read(value, at, problems) {
    const before = problems.lines.length;
    const layout = names.read(value, at, problems) as MemoryLayout | undefined;
    if (layout === undefined || problems.lines.length > before) return layout;
    const ranges = Object.entries(layout).flatMap(([name, place]) =>
      "at" in place ? [{ name, start: place.at, end: place.at + place.capacity }] : []
    );
    for (const [index, { name, start, end }] of ranges.entries()) {
      for (const other of ranges.slice(0, index)) {
        if (start >= other.end || other.start >= end) continue;
        problems.add(
          join(at, name),
          `is ${rangeWords(start, end)}, expected a range that does not overlap ` +
            `${quote(other.name)}, ${rangeWords(other.start, other.end)}`,
        );
      }
    }
    return layout;
  },
};

/** Formats a range of addresses. */
export function rangeWords(start: number, end: number): string {
  return `${hex(start)} to ${hex(end)}`;
}

/** A part of a declaration or a convention that refers to a name, until its address is known. */
export interface NamedPart {
  /** The object that contains the part: a buffer, or anything else that takes an address. */
  readonly holder: Record<PropertyKey, unknown> | unknown[];
  readonly key: PropertyKey;
  readonly name: string;
}

/**
 * Finds the parts that refer to names, and reports unknown names and ranges that are too small.
 *
 * @param value Our own copy of an option.
 * @param note Reports a problem of the part at a path.
 */
export function findNamed(
  value: unknown,
  at: string,
  layout: MemoryLayout | undefined,
  note: Problems["add"],
): NamedPart[] {
  if (!isObject(value) && !Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const path = join(at, Array.isArray(value) ? Number(key) : key);
    if (!(part instanceof LayoutName)) return findNamed(part, path, layout, note);
    const named = { holder: value, key, name: part.layout };
    const problem = nameProblem(named, layout);
    if (problem === undefined) return [named];
    note(join(path, "layout"), problem);
    return [];
  });
}

/** Returns the buffer whose address a part is. */
export function bufferOf({ holder, key }: NamedPart): NamedBuffer | undefined {
  return key === "pointer" && isObject(holder) && holder.kind === "buffer" ? holder : undefined;
}

/** A buffer that refers to a name. */
interface NamedBuffer {
  offset?: number;
  capacity?: unknown;
}

function nameProblem(part: NamedPart, layout: MemoryLayout | undefined): string | undefined {
  const { name } = part;
  const { offset = 0, capacity } = bufferOf(part) ?? {};
  if (layout === undefined) {
    return `is ${quote(name)}, expected the option layout: { ${name}: … } beside it`;
  }
  const range = Object.hasOwn(layout, name) ? layout[name] : undefined;
  if (range === undefined) return `is ${show(name)}, ${expectedWord(name, Object.keys(layout))}`;
  const byteLength = "at" in range ? range.capacity : range.reserve;
  const needed = offset + (typeof capacity === "number" ? capacity : 1);
  // A range without a size is a problem of its own.
  return needed > byteLength
    ? `is ${quote(name)}, which has ${byteLength} bytes, expected at least ${needed}`
    : undefined;
}
