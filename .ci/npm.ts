/**
 * Makes the package for runtimes that take their modules from npm.
 *
 *     deno task npm                        writes into .npm/: `npm pack ./.npm` makes the tarball
 *
 * It has the bundle in parts, with one entry for each export of `deno.json`, and declarations.
 */
import ts from "npm:typescript@5.9.3";
import { fileURLToPath } from "node:url";
import { runBundler } from "./bundle.ts";

const ROOT = new URL("../", import.meta.url);

/** The parts of `deno.json` that go into the package. */
interface Config {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
}

/**
 * Writes the package.
 *
 * @param folder Where it goes; what an earlier one left there is removed.
 * @throws {Error} if the bundler fails.
 */
export async function makePackage(folder: URL): Promise<void> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT))) as Config;
  const { name, version, license } = config;
  // The command line is a program of Deno.
  const { "./cli": _, ...exports } = config.exports;
  await Deno.remove(folder, { recursive: true }).catch(() => {}); // there may be none
  const entries = Object.values(exports);
  await runBundler(
    ["--code-splitting", "--outdir", fileURLToPath(new URL("dist/", folder))],
    entries,
  );
  await writeTypes(entries, new URL("types/", folder));
  for (const file of ["README.md", "LICENSE"]) {
    await Deno.copyFile(new URL(file, ROOT), new URL(file, folder));
  }
  const json = {
    name,
    version,
    description: "Loads a WebAssembly guest and passes data to it and back",
    license,
    type: "module",
    sideEffects: false,
    engines: { node: "^20.16.0 || >=22.3.0" },
    exports: Object.fromEntries(
      Object.entries(exports).map(([entry, path]) => {
        const stem = path.replace(/^\.\//, "").replace(/\.ts$/, "");
        return [entry, { types: `./types/${stem}.d.ts`, default: `./dist/${stem}.js` }];
      }),
    ),
  };
  await Deno.writeTextFile(new URL("package.json", folder), `${JSON.stringify(json, null, 2)}\n`);
}

/** Writes the declarations of some modules, and of all that they import. */
async function writeTypes(entries: readonly string[], folder: URL): Promise<void> {
  const paths = entries.map((entry) => fileURLToPath(new URL(entry, ROOT)));
  const root = fileURLToPath(ROOT);
  const written: [path: string, text: string][] = [];
  ts.createProgram(paths, {
    allowImportingTsExtensions: true,
    declaration: true,
    emitDeclarationOnly: true,
    // Deno checks the types.
    noCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    outDir: root,
    rootDir: root,
    strict: true,
    target: ts.ScriptTarget.ESNext,
    types: [],
  }).emit(undefined, (path, text) => written.push([path, text]));
  for (const [path, text] of written) {
    const file = new URL(path.slice(root.length), folder);
    await Deno.mkdir(new URL(".", file), { recursive: true });
    await Deno.writeTextFile(file, text.replaceAll(/(["']\.[^"'\n]*)\.ts(?=["'])/g, "$1.js"));
  }
}

if (import.meta.main) {
  await makePackage(new URL(".npm/", ROOT));
  console.log("npm pack ./.npm");
}
