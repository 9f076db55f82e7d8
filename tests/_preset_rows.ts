import type { Preset } from "../src/presets/preset.ts";
import { tableRows } from "./_docs.ts";

// The rows of the guides' tables that the doc comments of presets contain: a list of cells each.

/** The tables, by their headers, with the names of the cells in doc comments. */
const TABLES = [
  { header: "Convention", cells: ["Recognised by", "Option", "Text"] },
  { header: "Toolchain", cells: ["Toolchain", "Exports", "Load"] },
] as const;

/** The rows of one preset, by the header of their table. */
export type PresetRows = Readonly<Record<typeof TABLES[number]["header"], string[][]>>;

/** The rows of a preset, from the source that defines its public function. */
export function presetRows({ name, make }: Preset, source: string): PresetRows {
  const end = source.indexOf(`\nexport function ${make.name}(`);
  const comment = source.slice(source.lastIndexOf("\n/**", end), source.lastIndexOf("\n */", end));
  const doc = comment.replaceAll(/^ \* ?/gm, "");
  const items = doc.split(/\n(?=- )|\n\n/).map((item) => item.replaceAll(/\s*\n\s*/g, " "));
  const cellsOf = (cell: string) =>
    items.filter((item) => item.startsWith(`- ${cell}: `)).map((item) =>
      item.slice(`- ${cell}: `.length)
    );
  const [conventions, toolchains] = TABLES.map(({ cells: [first, ...others] }) =>
    cellsOf(first).map((
      cell,
      index,
    ) => [cell, ...others.map((other) => cellsOf(other)[index] ?? "")])
  );
  return {
    Convention: conventions!.map((cells) => [name, ...cells]),
    Toolchain: toolchains!,
  };
}

/** Returns the changes that would make the guides' tables match the presets, one line each. */
export function tableProblems(rows: readonly PresetRows[]): string[] {
  return [
    // The conventions are in the order of their detection, the toolchains in any order.
    ...compare("Convention", rows.flatMap(({ Convention }) => Convention), true),
    ...compare("Toolchain", rows.flatMap(({ Toolchain }) => Toolchain), false),
  ];
}

function compare(header: string, expected: readonly string[][], isOrdered: boolean): string[] {
  const found = tableRows(header).map(rowOf);
  const wanted = expected.map(rowOf);
  const table = `the table of "${header}"`;
  const problems = [
    ...wanted.filter((row) => !found.includes(row)).map((row) => `add to ${table}: ${row}`),
    ...found.filter((row) => !wanted.includes(row)).map((row) => `remove from ${table}: ${row}`),
  ];
  const isMixed = isOrdered && problems.length === 0 && found.join() !== wanted.join();
  return isMixed ? [`put the rows of ${table} into the order of src/presets/list.ts`] : problems;
}

/** Formats a row as in a guide, without the padding of its cells. */
function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** The sources of all presets, which are read once. */
const SOURCES = await Promise.all(
  Array.from(
    Deno.readDirSync(new URL("../src/presets/", import.meta.url)),
    ({ name }) => Deno.readTextFile(new URL(`../src/presets/${name}`, import.meta.url)),
  ),
);

/** The source that defines the public function of a preset of `src/`. */
export function sourceOf({ make }: Preset): string {
  const found = SOURCES.find((source) => source.includes(`\nexport function ${make.name}(`));
  if (found === undefined) throw new Error(`No file of src/presets/ has ${make.name}`);
  return found;
}
