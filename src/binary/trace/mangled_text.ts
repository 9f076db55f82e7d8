/**
 * The maximum length of a demangled name: references to earlier parts can grow it exponentially.
 */
export const MOST = 4096;

/** The deepest nesting of a name. */
const DEEPEST = 200;

class Malformed extends Error {}

/** Returns the result of `read`; `undefined` if the name is malformed or has an unknown part. */
export function unlessMalformed(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** A mangled name that is read from left to right. */
export class MangledText {
  protected readonly text: string;
  protected at = 0;
  #depth = 0;
  #size = 0;

  constructor(text: string) {
    this.text = text;
  }

  protected fail(): never {
    throw new Malformed();
  }

  protected next(): string {
    return this.text[this.at++] ?? this.fail();
  }

  protected peek(count = 1): string {
    return this.text.slice(this.at, this.at + count);
  }

  /** Consumes a word if it is next. */
  protected eat(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  /** Consumes and returns the match of a sticky pattern. */
  protected match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  /** Reads a part that can contain itself, within the limits of depth and size. */
  protected nested<T>(read: () => T, lengthOf: (found: T) => number): T {
    if (++this.#depth > DEEPEST) this.fail();
    const found = read();
    this.#depth--;
    const length = lengthOf(found);
    this.#size += length;
    if (length > MOST || this.#size > MOST * 64) this.fail();
    return found;
  }
}

/** Decodes punycode (RFC 3492), with `_` as its delimiter; `undefined` if it is malformed. */
export function decodePunycode(text: string): string | undefined {
  const split = text.lastIndexOf("_");
  const output = [...(split < 0 ? "" : text.slice(0, split))];
  let code = 128, bias = 72, index = 0;
  for (let at = split + 1; at < text.length;) {
    const before = index;
    for (let weight = 1, k = 36;; k += 36) {
      const letter = text[at++];
      const digit = "abcdefghijklmnopqrstuvwxyz0123456789".indexOf(letter ?? "?");
      if (digit < 0) return undefined;
      index += digit * weight;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const count = output.length + 1;
    let delta = Math.floor((index - before) / (before === 0 ? 700 : 2));
    delta += Math.floor(delta / count);
    let steps = 0;
    for (; delta > 455; steps += 36) delta = Math.floor(delta / 35);
    bias = steps + Math.floor(36 * delta / (delta + 38));
    code += Math.floor(index / count);
    index %= count;
    if (code > 0x10ffff) return undefined;
    output.splice(index++, 0, String.fromCodePoint(code));
  }
  return output.join("");
}
