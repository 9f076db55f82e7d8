import type { Job, Toolchain } from "./toolchain.ts";

/**
 * Reads which guests the sources of a toolchain build. The first lines of each source have one
 * `build <guest>.wasm: <flags>` comment for each guest.
 *
 * @param toolchain The toolchain.
 * @param testdata The folder `testdata/`.
 * @param output The folder that gets the guests, in the same order of folders as `testdata/`.
 * @returns The jobs in the order of the sources' names.
 * @throws {Error} If a source builds no guest, or two sources build the same one.
 */
export async function findJobs(
  toolchain: Pick<Toolchain, "directory" | "extension" | "comment">,
  testdata: URL,
  output: URL,
): Promise<Job[]> {
  const directory = new URL(`${toolchain.directory}/`, testdata);
  const sources: string[] = [];
  for await (const entry of Deno.readDir(directory)) {
    if (entry.isFile && entry.name.endsWith(toolchain.extension)) sources.push(entry.name);
  }
  const jobs = new Map<string, Job>();
  for (const source of sources.sort()) {
    const lines = (await Deno.readTextFile(new URL(source, directory))).split("\n");
    const plans = parsePlans(lines, toolchain.comment);
    if (plans.length === 0) {
      throw new Error(
        `Cannot build "${toolchain.directory}/${source}": its first line is "${lines[0] ?? ""}", ` +
          `expected "${toolchain.comment} build <guest>.wasm: <flags>"`,
      );
    }
    for (const { guest, flags } of plans) {
      const other = jobs.get(guest);
      if (other !== undefined) {
        throw new Error(
          `Cannot build "${toolchain.directory}/${guest}": both "${other.source}" and "${source}" ` +
            "make it, expected one source",
        );
      }
      const path = new URL(`${toolchain.directory}/${guest}`, output);
      jobs.set(guest, { directory, source, guest, flags, output: path });
    }
  }
  return [...jobs.values()];
}

function parsePlans(
  lines: readonly string[],
  comment: string,
): { guest: string; flags: string[] }[] {
  const plans: { guest: string; flags: string[] }[] = [];
  const start = `${comment} build `;
  for (const line of lines) {
    if (!line.startsWith(start)) break;
    const [, guest, flags] = /^(\w+\.wasm):?\s*(.*)$/.exec(line.slice(start.length)) ?? [];
    if (guest === undefined || flags === undefined) break;
    plans.push({ guest, flags: flags.split(/\s+/).filter((flag) => flag !== "") });
  }
  return plans;
}
