import type { Layout } from "./layouts.ts";

/** How many words of return area a call needs: none where it passes the address of none. */
export function countWords({ slots, form }: Layout, parts: readonly unknown[]): number {
  const passed = slots.map((slot) =>
    typeof slot === "object" && "area" in slot ? slot.area + 1 : 0
  );
  const most = Math.max(0, ...passed);
  return most === 0 ? 0 : Math.max(most, ...[form, ...parts].map(deepestWord));
}

/** The highest word of the return area that a part reads, plus 1. */
function deepestWord(part: unknown): number {
  if (typeof part !== "object" || part === null) return 0;
  const nested = Math.max(0, ...Object.values(part).map(deepestWord));
  if ("at" in part) return nested;
  if ("word" in part) return Math.max(nested, (part.word as number) + 1);
  if (!("load" in part)) return nested;
  // The widest number is 8 bytes, which are two words of 4.
  const { offset = 0 } = part as { offset?: number };
  return Math.max(nested, Math.floor(offset / 4) + 2);
}
