// Bundles programs with the bundlers that are common for pages, in a project without any
// configuration.
import { fromFileUrl } from "@std/path";
import type { Folders } from "./_pages.ts";

/** The timeout of a bundler in milliseconds, including its download. */
const TIMEOUT = 120_000;

/** The bundlers, with their arguments in the folder of the program. */
export const BUNDLERS: Readonly<Record<string, readonly string[]>> = {
  esbuild: ["npm:esbuild@0.28.2", "main.js", "--bundle", "--outfile=dist/main.js"],
  Vite: ["npm:vite@8.3.8", "build"],
};

/** How a program imports Passage. */
export const SPECIFIERS: Readonly<Record<string, string>> = {
  "the package": "@passage/wasm",
  "the sources": fromFileUrl(new URL("../../mod.ts", import.meta.url)),
};

/**
 * Bundles a program that leaves the result of a call in a page's `result`.
 *
 * @param bundler The arguments of the bundler.
 * @param specifier How the program imports Passage.
 * @param folders The output folder, and the folder with the bundle in parts, which is in the
 * package.
 * @returns The folder of the page.
 */
export async function bundleProgram(
  bundler: readonly string[],
  specifier: string,
  { folder, parts }: Folders,
): Promise<URL> {
  const dist = new URL("dist/", folder);
  const installed = new URL("node_modules/@passage/wasm/", folder);
  await Deno.mkdir(installed, { recursive: true });
  await Deno.mkdir(dist);
  for await (const { name } of Deno.readDir(parts)) {
    await Deno.copyFile(new URL(name, parts), new URL(name, installed));
  }
  const page =
    '<!doctype html><title>bundled</title><script type="module" src="./main.js"></script>';
  const program = `import { load } from ${JSON.stringify(specifier)};
globalThis.result = load("/testdata/c/passing_data.wasm").then((guest) =>
  guest.passString("Hello there, ")
);`;
  const files = {
    "package.json": '{ "type": "module" }',
    "node_modules/@passage/wasm/package.json":
      '{ "name": "@passage/wasm", "type": "module", "exports": "./mod.js" }',
    "index.html": page,
    "dist/index.html": page, // which Vite replaces
    "main.js": program,
  };
  for (const [name, content] of Object.entries(files)) {
    await Deno.writeTextFile(new URL(name, folder), content);
  }
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", ...bundler],
    cwd: folder,
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(TIMEOUT),
  }).output();
  if (!success) throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr)}`);
  return dist;
}
