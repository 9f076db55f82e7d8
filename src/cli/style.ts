/** Marks up text for a terminal. Without colours every function returns the text unchanged. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly blue: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const ESC = "\x1b[";

function paint(start: number, end: number): (text: string) => string {
  return (text) => text === "" ? "" : `${ESC}${start}m${text}${ESC}${end}m`;
}

const COLORS: Style = {
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
  blue: paint(34, 39),
  cyan: paint(36, 39),
};

const same = (text: string) => text;

/** A style without markup. */
export const PLAIN: Style = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  blue: same,
  cyan: same,
};

/**
 * Returns the style for a stream: colours only on a terminal, and never if the user forbids them.
 */
export function styleFor(
  { isTerminal }: { readonly isTerminal: boolean },
  { allowsColors }: { readonly allowsColors: boolean },
): Style {
  return isTerminal && allowsColors ? COLORS : PLAIN;
}

/**
 * Wraps a paragraph at the width of a terminal.
 *
 * @param indent Comes before each line.
 * @param columns The width; `Infinity` for output that is not a terminal.
 * @param hanging Comes before each line except the first.
 */
export function wrap(text: string, indent: string, columns: number, hanging = indent): string {
  const lines: string[] = [];
  let line = indent, isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = hanging;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}
