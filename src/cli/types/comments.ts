import { literal } from "../../base/show.ts";
import { wrap } from "../style.ts";

/** The width of a line. */
export const WIDTH = 100;

/** Writes a doc comment that foreign names cannot end. */
export function comment(indent: number, paragraphs: readonly string[]): string[] {
  const margin = " ".repeat(indent);
  const lines = paragraphs.flatMap((text) => broken(text, WIDTH - indent - 3));
  const safe = lines.map((line) => line.replaceAll("*/", "*\\/"));
  const [only] = safe;
  if (safe.length === 1 && only!.length + indent + 7 <= WIDTH) return [`${margin}/** ${only} */`];
  return [`${margin}/**`, ...safe.map((line) => `${margin} * ${line}`), `${margin} */`];
}

export function lineComment(text: string): string[] {
  return broken(text, WIDTH - 3).map((line) => `// ${line}`);
}

/** Wraps a text. */
function broken(text: string, width: number): string[] {
  return wrap(text, "", width).split("\n");
}

/** Formats a foreign name for a comment: on one line, with unprintable characters escaped. */
export function printable(text: string): string {
  return literal(text).slice(1, -1);
}
