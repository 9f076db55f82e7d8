/** Counts the objects, properties, items and characters of a value; a shared one counts once. */
export function weigh(value: unknown, seen: Set<unknown> = new Set()): number {
  if (value === null || (typeof value !== "string" && typeof value !== "object")) return 1;
  if (seen.has(value)) return 1;
  seen.add(value);
  if (typeof value === "string") return 1 + value.length;
  let weight = 1;
  for (const part of Object.values(value)) weight += weigh(part, seen);
  return weight;
}

/** The maximum weight of a module of that many bytes after it was read. */
export function mostWeight(byteLength: number): number {
  return 150 + 6 * byteLength;
}
