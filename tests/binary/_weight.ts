/** How many objects, properties, items and characters a value has; what is shared counts once. */
export function weigh(value: unknown, seen: Set<unknown> = new Set()): number {
  if (value === null || (typeof value !== "string" && typeof value !== "object")) return 1;
  if (seen.has(value)) return 1;
  seen.add(value);
  if (typeof value === "string") return 1 + value.length;
  let weight = 1;
  for (const part of Object.values(value)) weight += weigh(part, seen);
  return weight;
}

/** What a module of so many bytes may weigh once it is read. */
export function mostWeight(byteLength: number): number {
  return 150 + 6 * byteLength;
}
