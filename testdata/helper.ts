/**
 * Builds the codecs' own modules from the WebAssembly text beside them. They go into the codecs'
 * files in base64, so that they load from a URL and without permissions.
 *
 *     deno run -A testdata/helper.ts              builds
 *     deno run -A testdata/helper.ts --check      compares, byte by byte, and writes nothing
 */
import { binaryenText } from "./build/binaryen.ts";

const SOURCES = new URL("../src/memory/text/", import.meta.url);

/** The files that contain modules, and the modules of each. */
const FILES = {
  "helper.ts": ["utf8_encode", "utf8_decode"],
  "fast_utf16.ts": ["utf16"],
} as const;

/** Builds the modules and writes them into their files in `src/memory/text/`. */
export async function buildHelper(): Promise<void> {
  for (const [file, text] of await generate()) {
    await Deno.writeTextFile(new URL(file, SOURCES), text);
  }
}

/**
 * Builds the modules and compares them with the stored ones.
 *
 * @returns one line for each difference; none if all are up to date.
 */
export async function checkHelper(): Promise<string[]> {
  const differences: string[] = [];
  for (const [file, text] of await generate()) {
    if (await Deno.readTextFile(new URL(file, SOURCES)) === text) continue;
    differences.push(
      `src/memory/text/${file}: is not what its sources make, run testdata/helper.ts`,
    );
  }
  return differences;
}

/** Returns the text of each file with the modules as their sources make them. */
async function generate(): Promise<[file: string, text: string][]> {
  const directory = await Deno.makeTempDir({ prefix: "passage-helper-" });
  try {
    const files: [string, string][] = [];
    for (const [file, names] of Object.entries(FILES)) {
      let text = await Deno.readTextFile(new URL(file, SOURCES));
      for (const name of names) {
        const output = new URL(`file://${directory}/${name}.wasm`);
        await binaryenText.compile({
          directory: SOURCES,
          source: `${name}.wat`,
          guest: `${name}.wasm`,
          flags: [],
          output,
        });
        const base64 = lines((await Deno.readFile(output)).toBase64());
        const constant = `const ${name.toUpperCase()}_MODULE: string =\n`;
        const [before, after] = text.split(constant) as [string, string];
        text = before + constant + after.replace(/^[^;]*/, () => base64);
      }
      files.push([file, text]);
    }
    return files;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function lines(base64: string): string {
  return base64.match(/.{1,88}/g)!.map((line) => `  "${line}"`).join(" +\n");
}

if (import.meta.main) {
  if (Deno.args.includes("--check")) {
    const differences = await checkHelper();
    for (const difference of differences) console.error(difference);
    Deno.exit(differences.length === 0 ? 0 : 1);
  }
  await buildHelper();
}
