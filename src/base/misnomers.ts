import { listLines, quote, show } from "./show.ts";

// How errors describe unknown words: with the word that was probably meant, or with all known
// words.

export const PARAMETER_NAMES: readonly string[] =
  "i8 u8 i16 u16 i32 u32 i64 u64 f32 f64 bool pointer string bytes externref".split(" ");

export const RESULT_NAMES: readonly string[] = [...PARAMETER_NAMES, "void"];

/** The words that presets and declarations accept, by the names of the options. */
export const WORDS = {
  encoding: ["utf-8", "utf-16", "latin1", "latin1+utf16", "wtf-8"],
  onInvalid: ["refuse", "replace"],
  freedBy: ["host", "guest"],
  nullIs: ["empty", "error"],
  trailingNul: ["keep", "trim"],
} as const;

/** The names of our types in `Deno.dlopen`, TypeScript, C and Rust, in lower case. */
const FOREIGN_TYPES: readonly (readonly [here: string, elsewhere: string])[] = [
  ["bytes", "buffer uint8array arraybuffer byte[] blob binary data"],
  ["pointer u32", "usize isize size_t size ptr address"],
  ["pointer", "function callback"],
  ["u32", "uint uint32 uint32_t unsigned"],
  ["i32", "int integer int32 int32_t s32 signed"],
  ["f64 i32", "number"],
  ["f64", "double float64"],
  ["f32", "float float32 single"],
  ["i64", "bigint int64 int64_t s64 long"],
  ["u64", "uint64 uint64_t"],
  ["u8", "uint8 uint8_t byte"],
  ["i8", "int8 int8_t s8 char"],
  ["u16", "uint16 uint16_t"],
  ["i16", "int16 int16_t s16 short"],
  ["bool", "boolean"],
  ["string", "str text cstring utf8 char*"],
  ["void", "undefined null none unit nothing ()"],
  ["record pointer", "struct object"],
  ["externref", "any anyref unknown"],
  ["list strings", "string[] strings"],
];

/** Names that other systems use for the keys of a declaration or of a convention. */
export const FOREIGN_KEYS: Readonly<Record<string, string>> = {
  params: "parameters",
  args: "parameters",
  returns: "result",
  return: "result",
  results: "result",
  malloc: "allocate",
  alloc: "allocate",
  dealloc: "free",
  deallocate: "free",
  pieces: "chunked",
  chunks: "chunked",
};

/** Formats words as alternatives for errors: `"a", "b" or "c"`. */
export function anyOf(words: readonly string[]): string {
  const quoted = words.map(quote);
  const last = quoted.pop();
  return quoted.length === 0 ? `${last}` : `${quoted.join(", ")} or ${last}`;
}

/** Makes the end of an error for an unknown word; `also` is accepted in addition to the words. */
export function expectedWord(
  found: string,
  known: readonly string[],
  foreign: Readonly<Record<string, string>> = {},
  also = "",
): string {
  const other = Object.hasOwn(foreign, found) ? foreign[found]! : "";
  if (known.includes(other)) return `did you mean ${quote(other)}?`;
  // Every two-letter name is near every other one, so swapped letters count as nearer.
  const swapped = known.find((word) => lettersOf(word) === lettersOf(found));
  const near = swapped ?? (found.length > 2 ? nearest(found, known) : undefined);
  return near === undefined ? `expected ${anyOf(known)}${also}` : `did you mean ${quote(near)}?`;
}

function lettersOf(word: string): string {
  return [...word.toLowerCase()].sort().join("");
}

export function expectedType(found: string, known: readonly string[]): string {
  const word = found.toLowerCase();
  const [here = ""] = FOREIGN_TYPES.find(([, words]) => words.split(" ").includes(word)) ?? [];
  const meant = here.split(" ").filter((type) => known.includes(type));
  return meant.length > 0 ? `did you mean ${anyOf(meant)}?` : expectedWord(found, known);
}

/**
 * Makes an error for a mistake of the caller. It shows one problem after the colon, several on
 * separate lines.
 */
export function problemsError(what: string, problems: readonly string[]): TypeError {
  return new TypeError(`${what}:${problems.length === 1 ? " " : "\n"}${listLines(problems)}`);
}

/** Returns the name nearest to `name`, if at most a third of its letters differ. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase(), least);
    // Names that have no character in common are not near, however short they are.
    if (edits < Math.min(least, Math.max(name.length, candidate.length))) {
      [best, least] = [candidate, edits];
    }
  }
  return best;
}

/** Returns the Levenshtein distance, or gives up at `most`. */
function distance(a: string, b: string, most: number): number {
  // The table is quadratic, and a name from an untrusted binary can be long.
  if (Math.abs(a.length - b.length) >= most || a.length > 200 || b.length > 200) return most;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function stateOf(value: unknown): string {
  return value === undefined ? "is missing" : `is ${show(value)}`;
}

/** Returns a problem for each unknown key, with the prefix `name`. */
export function unknownKeys(read: object, known: readonly string[], name: string): string[] {
  return Object.keys(read).filter((key) => !known.includes(key)).map((key) =>
    `${name}${key} is unknown, ${expectedWord(key, known, FOREIGN_KEYS)}`
  );
}
