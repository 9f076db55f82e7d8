import type { Length, Place, ResultForm, Slot, Value } from "./convention.ts";

/** Where a guest finds the text that a host function returned. */
export type Target =
  /** In the buffer that it passed, by the arguments that have its address and its size. */
  | { readonly kind: "output"; readonly pointer: number; readonly capacity: number }
  /** One i64, with the pointer in this half and the length in the other. */
  | { readonly kind: "packed"; readonly pointer: "high" | "low" }
  /**
   * The result is the pointer; a NUL ends the text, its length is right before it, or it is in what
   * the guest's own allocator made.
   */
  | { readonly kind: "pointer"; readonly length: "nul" | "u8" | "u16" | "u32" | "u64" | "managed" }
  /** Two results, of which this one is the pointer. */
  | { readonly kind: "results"; readonly pointer: 0 | 1 }
  /** Two words of memory whose addresses it passed. */
  | { readonly kind: "area"; readonly pointer: Word; readonly length: Word }
  /** The JavaScript value itself is the result. */
  | { readonly kind: "reference" };

/** A word of memory: so many words behind the address that is a core argument. */
export interface Word {
  readonly argument: number;
  readonly words: number;
}

/** Where a result of a form goes that lies in `place`; nothing where a host can not put it there. */
export function resolveTarget(
  { name, text: { pointer, length } }: ResultForm,
  slots: readonly Slot[],
  { kind }: Place,
): Target | undefined {
  if (name === "reference") return { kind: "reference" };
  // The object of an array tells where its elements are, and how many.
  if (kind === "managedArray") return { kind: "pointer", length: "managed" };
  if (kind !== "allocator") return undefined;
  if (pointer === "result") return resolvePointer(length);
  if (typeof pointer !== "object" || typeof length !== "object") return undefined;
  if ("high" in pointer && "low" in length) return { kind: "packed", pointer: "high" };
  if ("low" in pointer && "high" in length) return { kind: "packed", pointer: "low" };
  if ("result" in pointer && "result" in length) {
    const { result } = pointer;
    return (result === 0 || result === 1) && length.result === 1 - result
      ? { kind: "results", pointer: result }
      : undefined;
  }
  const first = findWord(pointer, slots), second = findWord(length, slots);
  return first && second && { kind: "area", pointer: first, length: second };
}

function resolvePointer(length: Length): Target | undefined {
  if (length === "nul") return { kind: "pointer", length };
  if (typeof length !== "object" || !("prefix" in length)) return undefined;
  const { prefix, offset = 0 } = length;
  // A length further ahead is in the header that the guest's allocator writes itself.
  return { kind: "pointer", length: offset === 0 ? prefix : "managed" };
}

/** The argument that a word of the return area is reached by: its own, or the area's first. */
function findWord(value: Value | Length, slots: readonly Slot[]): Word | undefined {
  if (typeof value !== "object" || !("word" in value) || value.at !== undefined) return undefined;
  const { word } = value;
  const areas = slots.flatMap((slot, argument) =>
    typeof slot === "object" && "area" in slot ? [{ argument, words: word - slot.area }] : []
  );
  return areas.find(({ words }) => words === 0) ?? areas.find(({ words }) => words > 0);
}
