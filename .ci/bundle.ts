/**
 * Bundles Passage for pages and for runtimes that load no TypeScript.
 *
 *     deno task bundle                     writes into .bundle/ and prints what it has written
 *
 * `passage.js` is everything in one file. `split/mod.js` is the same in parts: it loads what a plain
 * pass needs, and the rest when a guest calls for it.
 */
import { fileURLToPath } from "node:url";
import { joinParts } from "./join_parts.ts";

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

/** A bundle in parts. */
export interface Parts {
  /** The entry, with the parts that it imports statically. */
  readonly entry: Size;
  /** All parts. */
  readonly parts: Size;
}

/** What {@linkcode bundle} has written. */
export interface Bundles extends Parts {
  /** All of Passage in one file. */
  readonly whole: Size;
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
  await Deno.remove(folder, { recursive: true }).catch(() => {}); // there may be none
  await runBundler(["--minify", "--output", fileURLToPath(whole)]);
  const parts = await bundleParts(new URL("split/", folder));
  return { whole: await measure([whole]), ...parts };
}

/**
 * Writes the bundle in parts.
 *
 * @param folder Where the parts go.
 * @returns Their sizes.
 * @throws {Error} if the bundler fails.
 */
export async function bundleParts(folder: URL): Promise<Parts> {
  await runBundler(["--minify", "--code-splitting", "--outdir", fileURLToPath(folder)]);
  const entry = await joinParts(folder, (from, to, others) => {
    const outside = others.flatMap((file) => ["--external", `./${file}`]);
    return runBundler(["--minify", ...outside, "--output", fileURLToPath(to)], [from.href]);
  });
  const parts = await Array.fromAsync(Deno.readDir(folder), ({ name }) => new URL(name, folder));
  return { entry: await measure(entry), parts: await measure(parts) };
}

/**
 * Runs the bundler.
 *
 * @param flags Its flags.
 * @param entries The modules that programs import.
 * @throws {Error} if it fails.
 */
export async function runBundler(
  flags: readonly string[],
  entries: readonly string[] = ["mod.ts"],
): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", ...flags, ...entries],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(TIMEOUT),
  }).output();
  if (!success) throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr)}`);
}

async function measure(files: readonly URL[]): Promise<Size> {
  const size = { files: 0, byteLength: 0, gzipped: 0 };
  for (const file of files) {
    const bytes = await Deno.readFile(file);
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
