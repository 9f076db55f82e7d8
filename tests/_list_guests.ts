import type { Value } from "../mod.ts";

/** The guests of one source, which split texts: with 32-bit and with 64-bit memory. */
export const LIST_GUESTS = ["c/lists", "c/lists_64"];

/** A text whose address and length are the words of an item of a list in memory. */
export const itemText = {
  type: "string",
  pointer: { word: 0, at: "result" },
  length: { word: 1, at: "result" },
} as const;

/** The same text, which the host frees. */
export const ownedText = { ...itemText, freedBy: "host" } as const;

/** A list in memory whose address and length one of the guests writes to a return area. */
export function listOf<const I>(guestName: string, item: I) {
  return {
    type: "list",
    pointer: { word: 0 },
    count: { word: 1 },
    stride: guestName.endsWith("64") ? 16 : 8,
    item,
    freedBy: "host",
  } as const;
}

/** The export that writes it. */
export const split = {
  name: "split",
  parameters: ["string"],
  arguments: [{ text: 0, as: "pointer" }, { text: 0, as: "byteLength" }, { area: 0 }],
} as const;

/** The export that returns how many blocks are allocated. */
export const live = { name: "live_allocations", parameters: [], result: "pointer" } as const;

/** The export that finds the words of a text, one after the other. */
export const words = {
  name: "words",
  parameters: [{ type: "string", encoding: "latin1" }],
} as const;

/** Declares the list of these words; `item` is read from each of them. */
export function listOfWords<const I>(item: I) {
  return { ...words, result: { type: "list", next: { export: "next_word" }, item } } as const;
}

/** A slice of that text, which begins with the current word. */
export function sliceTo<const V extends Value>(to: V) {
  return { type: "slice", of: 0, from: { export: "word_start" }, to } as const;
}

/** The current word. */
export const word = sliceTo({ export: "word_end" });
