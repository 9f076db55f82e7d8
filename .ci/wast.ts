// Reads the text format of the component model's tests: directives, and the values in them.

/** A part of a text: an atom, or a list of parts. */
export interface Part {
  /** A word or a quoted text, as it is written. */
  readonly atom?: string;
  readonly list?: readonly Part[];
  /** Where it begins and ends. */
  readonly start: number;
  readonly end: number;
}

const SPACE = /(?:\s+|;;[^\n]*)+/y, ATOM = /"(?:[^"\\]|\\.)*"|[^\s()";]+/y;

/** Returns the parts of a text. */
export function readParts(text: string): Part[] {
  let at = 0;
  const skip = () => {
    for (let before = -1; before !== at;) {
      before = at;
      SPACE.lastIndex = at;
      if (SPACE.test(text)) at = SPACE.lastIndex;
      if (text.startsWith("(;", at)) at = endOfComment(text, at);
    }
  };
  const read = (): Part => {
    const start = at;
    if (text[at] !== "(") {
      ATOM.lastIndex = at;
      const [atom] = ATOM.exec(text) ?? [];
      if (atom === undefined) throw new SyntaxError(`Cannot read the text at ${at}`);
      at += atom.length;
      return { atom, start, end: at };
    }
    at++;
    const list: Part[] = [];
    for (skip(); text[at] !== ")"; skip()) list.push(read());
    at++;
    return { list, start, end: at };
  };
  const parts: Part[] = [];
  for (skip(); at < text.length; skip()) parts.push(read());
  return parts;
}

/** Comments can be in each other. */
function endOfComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start;; at += 2) {
    if (text.startsWith("(;", at)) depth++;
    else if (text.startsWith(";)", at)) depth--;
    else at--;
    if (depth === 0) return at + 2;
  }
}

/** Returns the first word of a list. */
export function wordOf({ list }: Part): string {
  return list?.[0]?.atom ?? "";
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  '"': 34,
  "'": 39,
  "\\": 92,
};

/** Returns a quoted text, whose escapes can be single bytes of UTF-8. */
export function unquote(atom: string): string {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  const pattern = /\\u\{([0-9a-f]+)\}|\\([0-9a-f]{2})|\\(.)|([^\\]+)/gi;
  for (const [, code, byte, escape, plain] of atom.slice(1, -1).matchAll(pattern)) {
    if (code !== undefined) bytes.push(...encoder.encode(String.fromCodePoint(parseInt(code, 16))));
    else if (byte !== undefined) bytes.push(parseInt(byte, 16));
    else if (escape !== undefined) bytes.push(ESCAPES[escape]!);
    else bytes.push(...encoder.encode(plain));
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

/** Returns a value as the functions of a guest take it. */
export function readValue({ list = [] }: Part): unknown {
  const [word, first] = list;
  const parts = list.slice(1);
  const atom = first?.atom ?? "";
  switch (word!.atom) {
    case "bool.const":
      return atom === "true";
    case "u64.const":
    case "s64.const":
      return atom.startsWith("-") ? -BigInt(atom.slice(1)) : BigInt(atom.replaceAll("_", ""));
    case "f32.const":
      return Math.fround(readFloat(atom));
    case "f64.const":
      return readFloat(atom);
    case "char.const":
    case "str.const":
    case "enum.const":
      return unquote(atom);
    case "list.const":
    case "tuple.const":
      return parts.map(readValue);
    case "record.const":
      return Object.fromEntries(parts.map(readField));
    case "flags.const":
      return Object.fromEntries(parts.map((flag) => [camelCase(unquote(flag.atom!)), true]));
    case "variant.const":
      return parts.length === 1
        ? { tag: unquote(atom) }
        : { tag: unquote(atom), val: readValue(parts[1]!) };
    case "option.none":
      return undefined;
    case "option.some":
      return readValue(first!);
    case "result.ok":
    case "result.err": {
      const tag = word!.atom!.slice("result.".length);
      return { tag, val: first === undefined ? undefined : readValue(first) };
    }
  }
  return Number(atom.replaceAll("_", ""));
}

function readField({ list = [] }: Part): [string, unknown] {
  const [, name, value] = list;
  // The value is not in parentheses of its own in some tests.
  const part = value!.list === undefined ? { list: list.slice(2), start: 0, end: 0 } : value!;
  return [camelCase(unquote(name!.atom!)), readValue(part)];
}

function readFloat(atom: string): number {
  const [, sign, digits] = /^([-+]?)(.*)$/.exec(atom.replaceAll("_", ""))!;
  const factor = sign === "-" ? -1 : 1;
  if (digits!.startsWith("nan")) return NaN;
  if (digits === "inf") return factor * Infinity;
  const hexadecimal = /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([-+]?\d+))?$/i.exec(digits!);
  if (hexadecimal === null) return factor * Number(digits);
  const [, whole, fraction, exponent] = hexadecimal;
  const value = parseInt(`0${whole}${fraction}`, 16) / 16 ** fraction!.length;
  return factor * value * 2 ** Number(exponent ?? 0);
}

/** Returns a label as the name that JavaScript has for it. */
export function camelCase(label: string): string {
  return label.toLowerCase().replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
