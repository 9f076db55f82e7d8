/**
 * Builds the codecs' own modules from the WebAssembly text beside them. They go into one generated
 * file in base64, so that they load from a URL and without permissions.
 *
 *     deno run -A testdata/helper.ts              builds
 *     deno run -A testdata/helper.ts --check      compares, byte by byte, and writes nothing
 */
import { binaryenText } from "./build/binaryen.ts";

const SOURCES = new URL("../src/memory/text/", import.meta.url);
const GENERATED = new URL("helper_modules.ts", SOURCES);
const NAMES = ["utf8_encode", "utf8_decode", "utf16"] as const;

/** Builds the modules and writes them into `src/memory/text/helper_modules.ts`. */
export async function buildHelper(): Promise<void> {
  await Deno.writeTextFile(GENERATED, await generate());
}

/**
 * Builds the modules and compares them with the stored ones.
 *
 * @returns one line for each difference; none if all are up to date.
 */
export async function checkHelper(): Promise<string[]> {
  const stored = await Deno.readTextFile(GENERATED);
  if (stored === await generate()) return [];
  return [
    "src/memory/text/helper_modules.ts: is not what its sources make, run testdata/helper.ts",
  ];
}

async function generate(): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "passage-helper-" });
  try {
    let text =
      "// Generated from the .wat files beside it by testdata/helper.ts: do not edit.\n\n" +
      "// deno-fmt-ignore-file\n";
    for (const name of NAMES) {
      const output = new URL(`file://${directory}/${name}.wasm`);
      const source = `${name}.wat`;
      await binaryenText.compile({
        directory: SOURCES,
        source,
        guest: `${name}.wasm`,
        flags: [],
        output,
      });
      const base64 = (await Deno.readFile(output)).toBase64();
      text += `\n/** The module in \`${source}\`. */\n` +
        `export const ${name.toUpperCase()}_MODULE: string =\n` +
        `${lines(base64)};\n`;
    }
    return text;
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
