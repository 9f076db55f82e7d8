// How messages show values: on one line, without characters that affect the display, and shortened
// so that a value never hides the message.

const MOST_OF_NAME = 200;

/**
 * The maximum number of code units of a sentence in a message, such as an error from a guest or the
 * engine.
 */
const MOST_OF_SENTENCE = 1000;

/**
 * The maximum number of code units of a whole message, which may contain lines for the user to
 * copy.
 */
const MOST_OF_MESSAGE = 16_384;

const MOST_LINES = 10;

/**
 * Characters that are invisible or affect others: controls, formats, separators, lone surrogates.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The unprintable characters that JavaScript has a short escape for. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

export function hex(value: number | bigint): string {
  return value < 0 ? `-0x${cut((-value).toString(16))}` : `0x${cut(value.toString(16))}`;
}

/** Formats a name: quoted, escaped, and with its middle omitted if it is long. */
export function quote(name: string): string {
  return literal(cut(name));
}

/** Formats an address for errors; a long `data:` URL is shortened to its beginning. */
export function quoteAddress(address: string | URL): string {
  const text = String(address);
  return quote(text.length > MOST_OF_NAME ? `${text.slice(0, 60)}\u2026` : text);
}

/** Formats a string as JavaScript source: complete, quoted and escaped. */
export function literal(text: string): string {
  return escapeUnprintable(JSON.stringify(text));
}

/** Formats a foreign sentence as part of a message: on one line, and shortened if it is long. */
export function printable(text: string): string {
  return escapeUnprintable(cut(text, MOST_OF_SENTENCE));
}

export function bounded(message: string): string {
  return cut(message, MOST_OF_MESSAGE);
}

/** Formats a count with its noun: `2 words`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Formats `names` as a list: quoted unless `format` is given, at most `most` of them. */
export function list(names: Iterable<string>, most = 20, format = quote): string {
  const all = [...names];
  if (all.length === 0) return "none";
  const shown = all.slice(0, most).map(format).join(", ");
  return all.length > most ? `${shown} and ${all.length - most} more` : shown;
}

/** Formats the first few `problems` for the lines after the first line of an error. */
export function listLines(problems: readonly string[]): string {
  const shown = problems.slice(0, MOST_LINES);
  const left = problems.length - shown.length;
  return [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join("\n");
}

/** Formats any value. No value can make this throw. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > 40 ? `a string of ${value.length} code units` : literal(value);
    case "bigint":
      return `${cut(String(value))}n`;
    case "symbol":
      return escapeUnprintable(cut(String(value)));
    case "function":
      return "a function";
    case "object":
      return value === null ? "null" : showObject(value);
    default:
      return String(value);
  }
}

function showObject(value: object): string {
  const name = className(value);
  // A proxy of an array, or an object with its prototype, has no bytes.
  const isClaimed = TYPED_ARRAY.test(name) && !ArrayBuffer.isView(value);
  return `an object ${isClaimed ? "that only claims to be " : ""}of class ${name}`;
}

const TYPED_ARRAY = /^(?:Big)?(?:Ui|I)nt(?:8|16|32|64)(?:Clamped)?Array$|^Float(?:16|32|64)Array$/;

function className(value: object): string {
  try {
    const name: unknown = value.constructor?.name ?? "null prototype";
    if (typeof name === "string" && name !== "") return escapeUnprintable(cut(name));
  } catch {
    // A proxy or a getter that throws has no class to show.
  }
  return "unknown";
}

type Class<T> = abstract new (...args: never[]) => T;

/**
 * Returns whether `value` is an instance of `Class`, which a runtime may lack; false for a proxy
 * that throws.
 */
export function isA<T>(value: unknown, Class: Class<T> | undefined): value is T {
  try {
    return Class !== undefined && value instanceof Class;
  } catch {
    return false;
  }
}

/** Returns whether `value` is an array; false for a revoked proxy. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** Returns whether `value` is an object with a property `key`; false for a proxy that throws. */
export function hasProperty<K extends PropertyKey>(
  value: unknown,
  name: K,
): value is { readonly [P in K]: unknown } {
  try {
    return typeof value === "object" && value !== null && name in value;
  } catch {
    return false;
  }
}

/** Returns the message of a thrown value on one line, or its description if it has no message. */
export function wordsOf(cause: unknown): string {
  if (typeof cause === "string" && cause !== "") return printable(cause);
  if (typeof cause !== "object" || cause === null) return show(cause);
  try {
    const { message } = cause as { readonly message?: unknown };
    if (typeof message === "string" && message !== "") return printable(message);
  } catch {
    // A value that throws has no message.
  }
  return show(cause);
}

function escapeUnprintable(text: string): string {
  // V8 takes 0.2 ms to compile the classes of Unicode.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return ESCAPES[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
  });
}

/** Omits the middle of `text` if it is longer than `most` code units. */
function cut(text: string, most = MOST_OF_NAME): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 4);
  return `${text.slice(0, most - end)}\u2026${text.slice(-end)}`;
}

/** Returns the name that errors use for a lifted value: `subject`, or the result of a symbol. */
export function subjectOf(
  { part = "", subject, symbol }: {
    readonly part?: string;
    readonly subject?: string | undefined;
    readonly symbol: string;
  },
): string {
  return part + (subject ?? `the result of ${quote(symbol)}`);
}

/** Adds the article before the name of a class: `an Int8Array`, `a Uint8Array`. */
export function withArticle(name: string): string {
  return `${name.startsWith("I") ? "an" : "a"} ${name}`;
}

/** Returns whether the result of a host function is a promise. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return typeof (value as { readonly then?: unknown }).then === "function";
  } catch {
    return false; // the caller then describes the value
  }
}

/** Prevents the rejection of a promise that nobody awaits from ending the program. */
export function silence(promise: PromiseLike<unknown>): void {
  Promise.resolve(promise).catch(() => {});
}
