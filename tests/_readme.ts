/** The README's text. */
export const README: string = await Deno.readTextFile(new URL("../README.md", import.meta.url));

/** The code blocks of a language, in their order. */
export function codeBlocks(language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms");
  return [...README.matchAll(pattern)].map((match) => match[1]!);
}

/**
 * The rows of a table, each by its cells.
 *
 * @throws {Error} if there is no table whose first column has this header.
 */
export function tableRows(header: string): string[][] {
  const lines = README.split("\n");
  const start = lines.findIndex((line) => cellsOf(line)[0] === header);
  if (start < 0) throw new Error(`Cannot find a table of the README: "${header}" heads none`);
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  return rest.slice(0, end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  if (!line.startsWith("|")) return [];
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

/** What stands in backquotes in a cell. */
export function codeSpans(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
}
