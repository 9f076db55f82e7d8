import type { BlockSource } from "../abi/block_source.ts";
import type { AddedPlace, FixedPlace, MemoryLayout } from "../abi/layout.ts";
import { expectedWord, isCount, isObject } from "../base/misnomers.ts";
import { hex, quote, show } from "../base/show.ts";
import { dictionary, object } from "./object_shape.ts";
import { join, type Problems, type Shape } from "./problems.ts";
import { choice, count, one, word } from "./shape.ts";

// The option `layout`, and the buffers that refer to its names.

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

/** A buffer in a declaration or a convention that refers to a name, until its address is known. */
export interface NamedBuffer {
  readonly place: BlockSource & { readonly kind: "buffer" };
  readonly name: string;
}

/**
 * Finds the buffers that refer to names, and notes names that the layout does not have, and ranges
 * that are too small.
 *
 * @param value A copy of an option, all of whose objects are ours.
 * @param note Notes a problem of the part at a path.
 */
export function findNamed(
  value: unknown,
  at: string,
  layout: MemoryLayout | undefined,
  note: Problems["add"],
): NamedBuffer[] {
  if (Array.isArray(value)) {
    return value.flatMap((part, index) => findNamed(part, join(at, index), layout, note));
  }
  if (!isObject(value)) return [];
  const { kind, pointer } = value;
  if (kind === "buffer" && isObject(pointer) && typeof pointer.layout === "string") {
    const named = { place: value, name: pointer.layout } as unknown as NamedBuffer;
    const problem = nameProblem(named, layout);
    if (problem === undefined) return [named];
    note(join(join(at, "pointer"), "layout"), problem);
    return [];
  }
  return Object.entries(value).flatMap(([key, part]) =>
    findNamed(part, join(at, key), layout, note)
  );
}

function nameProblem(
  { name, place: { offset = 0, capacity } }: NamedBuffer,
  layout: MemoryLayout | undefined,
): string | undefined {
  if (layout === undefined) {
    return `is ${quote(name)}, expected the option layout: { ${name}: … } beside it`;
  }
  const range = Object.hasOwn(layout, name) ? layout[name] : undefined;
  if (range === undefined) return `is ${show(name)}, ${expectedWord(name, Object.keys(layout))}`;
  const byteLength = "at" in range ? range.capacity : range.reserve;
  const needed = offset + (typeof capacity === "number" ? capacity : 1);
  return needed <= byteLength
    ? undefined
    : `is ${quote(name)}, which has ${byteLength} bytes, expected at least ${needed}`;
}
