/** The pages for users: the README first, then the guides and the list of examples. */
export const PAGES: ReadonlyMap<string, string> = new Map(
  await Promise.all(
    ["README.md", "examples/README.md", ...await guides()].map(async (path) =>
      [path, await readRoot(path)] as const
    ),
  ),
);

/** The paths of the guides, in their alphabetical order. */
async function guides(): Promise<string[]> {
  const folder = new URL("../examples/guides/", import.meta.url);
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  return names.sort().map((name) => `examples/guides/${name}`);
}

/** Reads a file, by its path from the repository's root. */
export function readRoot(path: string): Promise<string> {
  return Deno.readTextFile(new URL(`../${path}`, import.meta.url));
}

/** Returns the code blocks of a language in a page, in order. */
export function codeBlocks(language: string, page = "README.md"): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms");
  return [...PAGES.get(page)!.matchAll(pattern)].map((match) => match[1]!);
}

/**
 * Returns the rows of a table, each as its cells.
 *
 * @param header The header of the table's first column.
 * @param text The text that has the table: all pages for users unless set.
 * @throws {Error} if no table has this header.
 */
export function tableRows(header: string, text = [...PAGES.values()].join("\n")): string[][] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => cellsOf(line)[0] === header);
  if (start < 0) throw new Error(`Cannot find a table: "${header}" heads none`);
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  return rest.slice(0, end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  if (!line.startsWith("|")) return [];
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

/** Returns the text in backquotes in a cell. */
export function codeSpans(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
}
