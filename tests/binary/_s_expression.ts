/** A string of the text format, as bytes: names and data are such. */
export interface Text {
  readonly bytes: Uint8Array;
}

/** An atom, a string or a list of the text format. */
export type Expression = string | Text | readonly Expression[];

const TOKEN = /\(;.*?;\)|;;[^\n]*|\s+|([()])|"((?:[^"\\]|\\.)*)"|([^\s()";]+)/gsy;

/** Parses one expression; comments are dropped. */
export function parseExpression(source: string): Expression {
  const top: Expression[] = [];
  const open: Expression[][] = [top];
  for (const [, parenthesis, string, atom] of source.matchAll(TOKEN)) {
    const list = open.at(-1)!;
    if (parenthesis === "(") {
      const inner: Expression[] = [];
      list.push(inner);
      open.push(inner);
    } else if (parenthesis === ")") open.pop();
    else if (string !== undefined) list.push({ bytes: unescape(string) });
    else if (atom !== undefined) list.push(atom);
  }
  return top[0]!;
}

/** Returns the name in a string. */
export function nameOf(expression: Expression | undefined): string {
  const { bytes } = expression as Text;
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

const NAMED: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r" };

function unescape(source: string): Uint8Array {
  const bytes: number[] = [];
  for (const [match, hex, other] of source.matchAll(/\\([0-9a-f]{2})|\\(.)|[^\\]+/gis)) {
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else {bytes.push(
        ...new TextEncoder().encode(other === undefined ? match : NAMED[other] ?? other),
      );}
  }
  return Uint8Array.from(bytes);
}
