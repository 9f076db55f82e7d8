import type { ByteSource } from "./codec.ts";

/**
 * Where the first NUL is in the `limit` bytes at `pointer`, without reading beyond them.
 *
 * @param source The memory that is searched.
 * @param pointer Where the search begins: an unsigned offset that the caller has checked.
 * @param limit How many bytes may be looked at.
 * @param unit How many bytes a NUL has: 1, or 2 in UTF-16.
 * @returns Its offset from `pointer` in bytes, or -1 where there is none.
 */
export function findNul(source: ByteSource, pointer: number, limit: number, unit: 1 | 2): number {
  const bytes = source.bytes().subarray(pointer, pointer + limit);
  if (unit === 1) return bytes.indexOf(0);
  // Maglev, a compiler of V8 15, takes the length of a view above 2 GiB for a negative one here.
  const { length } = bytes;
  for (let offset = 0; offset + 1 < length; offset += 2) {
    if (bytes[offset] === 0 && bytes[offset + 1] === 0) return offset;
  }
  return -1;
}
