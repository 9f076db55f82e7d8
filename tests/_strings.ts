// The strings with which every encoding and every convention is tested.

/** A string, and the reason that it is in the table. */
export interface StringRow {
  name: string;
  text: string;
}

/** Strings at the edges of encodings. */
const edges: StringRow[] = [
  { name: "nothing", text: "" },
  { name: "the mission's words", text: "Hello there, " },
  { name: "one NUL", text: "\0" },
  { name: "NUL at the start", text: "\0ab" },
  { name: "NUL in the middle", text: "a\0b" },
  { name: "NUL at the end", text: "ab\0" },
  { name: "two NULs at the end", text: "ab\0\0" },
  { name: "one BOM", text: "\ufeff" },
  { name: "BOM at the start", text: "\ufeffab" },
  { name: "two BOMs at the start", text: "\ufeff\ufeffab" },
  { name: "BOM in the middle", text: "a\ufeffb" },
  { name: "a BOM with its bytes swapped", text: "\ufffeab" },
  { name: "the last code unit of one byte", text: "\x7f" },
  { name: "the first code unit of two bytes", text: "\x80" },
  { name: "the C1 controls that windows-1252 takes for letters", text: "\x80\x85\x91\x9f" },
  { name: "the last code unit of latin1", text: "\xff" },
  { name: "the first code unit beyond latin1", text: "\u0100" },
  { name: "the last code unit of two bytes", text: "\u07ff" },
  { name: "the first code unit of three bytes", text: "\u0800" },
  { name: "the last code unit before the surrogates", text: "\ud7ff" },
  { name: "the first code unit after the surrogates", text: "\ue000" },
  { name: "the replacement character", text: "a\ufffdb" },
  { name: "the last code unit of three bytes", text: "\uffff" },
  { name: "the first code point of four bytes", text: "\u{10000}" },
  { name: "the last code point", text: "\u{10ffff}" },
  { name: "a family of emoji", text: "👩‍👩‍👧‍👦" },
  { name: "a combining accent", text: "e\u0301" },
  { name: "right to left", text: "שלום \u202eعالم" },
  { name: "lines", text: "a\r\nb\tc\u2028d" },
  { name: "a bit of everything", text: "a\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff\u{10000}z" },
  { name: "a lone high surrogate", text: "\ud800" },
  { name: "a lone low surrogate", text: "\udc00" },
  { name: "a high surrogate at the start", text: "\udbffab" },
  { name: "a high surrogate at the end", text: "ab\ud83d" },
  { name: "a low surrogate at the start", text: "\udfffab" },
  { name: "a low surrogate at the end", text: "ab\ude80" },
  { name: "surrogates the wrong way round", text: "a\ude80\ud83db" },
  { name: "a high surrogate before a pair", text: "\ud83d🚀" },
  { name: "a low surrogate after a pair", text: "🚀\ude80" },
  { name: "a high surrogate before a wide code unit", text: "\ud800\u0800" },
  { name: "a high surrogate before the last of its kind", text: "\ud800\udbff" },
  { name: "a high surrogate before the first unit after them", text: "\udbff\ue000" },
];

/** One repeated pattern for each way in which text can be encoded. */
const patterns: StringRow[] = [
  { name: "ASCII", text: "Hello there, " },
  { name: "latin1", text: "äé\x80ÿ" },
  { name: "Cyrillic", text: "слово" },
  { name: "CJK", text: "漢字語" },
  { name: "emoji", text: "🚀😀" },
  { name: "mixed", text: "Grüße, naïve café 🚀 слово 漢字 plain words " },
];

/**
 * Lengths in code units: the edges of vectors and of the codecs' thresholds, and one on either
 * side.
 */
export const lengths: readonly number[] = [
  ...[2, 4, 8, 12, 16, 24, 32, 48, 64, 112, 128, 192, 256, 1024, 4096].flatMap(
    (length) => [length - 1, length, length + 1],
  ),
].filter((length, index, all) => all.indexOf(length) === index);

/** Repeats `pattern` up to `length` code units, without half of a pair at the end. */
export function repeated(pattern: string, length: number): string {
  const text = pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);
  return text.isWellFormed() ? text : text.slice(0, -1) + "x";
}

/** Every string of the table. Most are short; the longest has 4,097 code units. */
export const strings: readonly StringRow[] = [
  ...edges,
  ...patterns.flatMap(({ name, text }) =>
    lengths.map((length) => ({ name: `${name}, ${length} units`, text: repeated(text, length) }))
  ),
  ...lengths.flatMap((length) => [
    { name: `ASCII with a late accent, ${length} units`, text: "a".repeat(length - 1) + "é" },
    { name: `ASCII with a late wide unit, ${length} units`, text: "a".repeat(length - 1) + "漢" },
    { name: `a late lone surrogate, ${length} units`, text: "a".repeat(length - 1) + "\ud800" },
    { name: `a late NUL, ${length} units`, text: "a".repeat(length - 1) + "\0" },
    { name: `a pair across ${length} units`, text: "a".repeat(length - 1) + "🚀漢" },
  ]),
  ...["Hello ", "thére ", "漢字 ", "🚀"].map((part) => ({
    name: `a rope of "${part}"`,
    text: rope(part),
  })),
];

/** Makes a string that V8 keeps as a tree of its parts until it is read. */
function rope(part: string): string {
  let text = part;
  for (let times = 0; times < 40; times++) text += part + times;
  return text;
}

/** Returns whether UTF-8 can carry the text: it has no lone surrogate. */
export function isWellFormed({ text }: StringRow): boolean {
  return text.isWellFormed();
}

/** Returns whether the text would end early for a guest that looks for a NUL. */
export function holdsNul({ text }: StringRow): boolean {
  return text.includes("\0");
}

/** Returns whether a guest that counts the NUL after the text would lose a part of it. */
export function endsInNul({ text }: StringRow): boolean {
  return text.endsWith("\0");
}

/** Returns whether every code unit fits in a byte. */
export function isLatin1({ text }: StringRow): boolean {
  return !/[^\0-\xff]/.test(text);
}

/** Returns whether every code unit is below 0x80. */
export function isAscii({ text }: StringRow): boolean {
  return !/[^\0-\x7f]/.test(text);
}

/** Returns the strings that UTF-8 can carry in at most `most` bytes. */
export function utf8Strings(most = Infinity): StringRow[] {
  const encoder = new TextEncoder();
  return strings.filter((row) => isWellFormed(row) && encoder.encode(row.text).length <= most);
}
