/**
 * Bundles Passage for pages and for runtimes that load no TypeScript.
 *
 *     deno task bundle                     writes into .bundle/ and prints what it has written
 *
 * `passage.js` is everything in one file. `split/mod.js` is the same in parts: it loads what a plain
 * pass needs, and the rest when a guest calls for it.
 */
import { fileURLToPath } from "node:url";

const ROOT = new URL("../", import.meta.url);

/** How long one bundle may take: the bundler is downloaded when it first runs. */
const TIMEOUT = 120_000;

/** Bytes of one or several files. */
export interface Size {
  readonly files: number;
  readonly byteLength: number;
  /** The sum of the files, each compressed with gzip. */
  readonly gzipped: number;
}

/** What {@linkcode bundle} has written. */
export interface Bundles {
  /** All of Passage in one file. */
  readonly whole: Size;
  /** The entry of the split bundle, with the parts that it imports statically. */
  readonly entry: Size;
  /** All parts of the split bundle. */
  readonly parts: Size;
}

/**
 * Writes both bundles.
 *
 * @param folder Where they go; what an earlier bundle left there is removed.
 * @returns Their sizes.
 * @throws {Error} if the bundler fails.
 */
export async function bundle(folder: URL): Promise<Bundles> {
  const whole = new URL("passage.js", folder);
  const split = new URL("split/", folder);
  await Deno.remove(folder, { recursive: true }).catch(() => {}); // there may be none
  await Deno.mkdir(split, { recursive: true });
  await run(["--output", fileURLToPath(whole)]);
  await run(["--code-splitting", "--outdir", fileURLToPath(split)]);
  const parts = await Array.fromAsync(Deno.readDir(split), ({ name }) => new URL(name, split).href);
  return {
    whole: await measure([whole.href]),
    entry: await measure(await importedBy(new URL("mod.js", split))),
    parts: await measure(parts),
  };
}

async function run(flags: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", "--minify", ...flags, "mod.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(TIMEOUT),
  }).output();
  if (!success) throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr)}`);
}

/** The files that importing one of them loads, itself included. */
async function importedBy(file: URL, found: Set<string> = new Set()): Promise<Set<string>> {
  if (found.has(file.href)) return found;
  found.add(file.href);
  // A dynamic import has a parenthesis before its name.
  for (const [, path] of (await Deno.readTextFile(file)).matchAll(/(?:from|import)"(\.[^"]+)"/g)) {
    await importedBy(new URL(path!, file), found);
  }
  return found;
}

async function measure(files: Iterable<string>): Promise<Size> {
  const size = { files: 0, byteLength: 0, gzipped: 0 };
  for (const file of files) {
    const bytes = await Deno.readFile(new URL(file));
    const gzipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
    size.files++;
    size.byteLength += bytes.byteLength;
    size.gzipped += (await new Response(gzipped).bytes()).byteLength;
  }
  return size;
}

function print(what: string, { files, byteLength, gzipped }: Size): void {
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`.padStart(9);
  const count = files === 1 ? "in 1 file" : `in ${files} files`;
  console.log(`${what.padEnd(28)}${kilobytes(byteLength)}${kilobytes(gzipped)} gzipped, ${count}`);
}

if (import.meta.main) {
  const { whole, entry, parts } = await bundle(new URL(".bundle/", ROOT));
  print(".bundle/passage.js", whole);
  print(".bundle/split/mod.js imports", entry);
  print(".bundle/split/", parts);
}
