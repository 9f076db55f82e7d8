// Source map format, version 3 (ECMA-426). For WebAssembly, the generated text is one line, and a
// column is an offset in bytes from the start of the binary.

import type { SourcePlace } from "./line_table.ts";

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Finds the positions of offsets in a source map.
 *
 * @param text The source map, as JSON.
 * @returns The positions in the order of the offsets; `undefined` if the map has none.
 */
export function findMappedPlaces(
  text: string,
  offsets: readonly number[],
): (SourcePlace | undefined)[] {
  const found: (SourcePlace | undefined)[] = offsets.map(() => undefined);
  let map: { sources?: unknown; sourceRoot?: unknown; mappings?: unknown };
  try {
    map = JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, ""));
  } catch {
    return found;
  }
  if (typeof map !== "object" || map === null) return found;
  const { sources, sourceRoot, mappings } = map;
  if (!Array.isArray(sources) || typeof mappings !== "string") return found;
  const root = typeof sourceRoot === "string" && sourceRoot !== "" ? `${sourceRoot}/` : "";
  const columns = offsets.map(() => -1);
  let column = 0, source = 0, line = 0, original = 0;
  for (const segment of mappings.split(";", 1)[0]!.split(",")) {
    const fields = decode(segment);
    if (fields === undefined) break;
    column += fields[0] ?? 0;
    source += fields[1] ?? 0;
    line += fields[2] ?? 0;
    original += fields[3] ?? 0;
    for (const [index, offset] of offsets.entries()) {
      if (column > offset || column < columns[index]!) continue;
      columns[index] = column;
      const file: unknown = sources[source];
      found[index] = fields.length >= 4 && typeof file === "string"
        ? { file: `${root}${file}`, line: line + 1, column: original + 1 }
        : undefined;
    }
  }
  return found;
}

/** Decodes the numbers of one segment; `undefined` if it is malformed. */
function decode(segment: string): number[] | undefined {
  const fields: number[] = [];
  let value = 0, scale = 1;
  for (const letter of segment) {
    const digit = DIGITS.indexOf(letter);
    if (digit < 0) return undefined;
    value += (digit & 31) * scale;
    scale *= 32;
    if (digit >= 32) continue;
    fields.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    value = 0;
    scale = 1;
  }
  return fields;
}
