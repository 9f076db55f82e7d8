// The cost of a program before its first text has passed: V8 loads and compiles each module and
// each function that is counted here. The budgets are the values that were reached, plus 2%.
import { assert, assertEquals } from "@std/assert";
import { bundleParts } from "../.ci/bundle.ts";
import { runDeno } from "./_deno.ts";
import { codeBlocks } from "./_docs.ts";

/** The most modules that importing `mod.ts` loads. */
const MODULES = 77;

/**
 * The most files that Deno reads before a program begins: those that importing `mod.ts` loads, and
 * all that these name in a dynamic import, with theirs. Reading one takes 50 to 80 µs.
 */
const FILES = 361;

/** The most bytes of the modules, without comments, types and spaces. */
const BYTES = 195_100;

/** The most functions, modules included, that run until README's first program has ended. */
const FUNCTIONS = 573;

const ROOT = new URL("../", import.meta.url);

/** V8's coverage of one module. */
interface ModuleCoverage {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
}

/** Runs `act` with a folder that is removed afterwards. */
async function withFolder<T>(act: (folder: URL) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempDir({ prefix: "passage-start-" });
  try {
    return await act(new URL(`file://${path}/`));
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/** Returns the modules of Passage that a program loads, and how many of their functions run. */
function runCounting(program: string): Promise<{ modules: string[]; functions: number }> {
  return withFolder(async (folder) => {
    const flags = ["run", "--no-check", "--allow-read=testdata", `--coverage=${folder.pathname}`];
    const { code, stderr } = await runDeno([...flags, "-"], program);
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const modules: string[] = [];
    let functions = 0;
    for await (const { name } of Deno.readDir(folder)) {
      const text = await Deno.readTextFile(new URL(name, folder));
      const seen: ModuleCoverage = JSON.parse(text);
      if (!seen.url.startsWith(`${ROOT}src/`) && seen.url !== `${ROOT}mod.ts`) continue;
      modules.push(seen.url);
      functions += seen.functions.filter(({ ranges }) => ranges[0]!.count > 0).length;
    }
    return { modules, functions };
  });
}

/** The modules of `deno info --json`. */
interface Graph {
  readonly roots: readonly string[];
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly { readonly code?: { readonly specifier?: string } }[];
  }[];
}

/** Returns the files that a module leads to, but for those of types alone. */
async function filesOf(module: string): Promise<ReadonlySet<string>> {
  const { code, stdout } = await runDeno(["info", "--json", module]);
  assertEquals(code, 0);
  const { roots, modules }: Graph = JSON.parse(stdout);
  const byName = new Map(modules.map((one) => [one.specifier, one]));
  const files = new Set(roots);
  // A set also visits what is added meanwhile.
  for (const file of files) {
    for (const { code } of byName.get(file)?.dependencies ?? []) {
      if (code?.specifier !== undefined) files.add(code.specifier);
    }
  }
  return files;
}

function assertAtMost(
  found: number,
  most: number,
  what: string,
  cure = "load what few guests need when a guest needs it",
): void {
  assert(found > 0, `no ${what} were counted`);
  assert(
    found <= most,
    `${found} ${what}, expected at most ${most}: ${cure}`,
  );
}

Deno.test("importing Passage loads no more modules than its budget", async () => {
  const { modules } = await runCounting('import "./mod.ts";');
  assertAtMost(modules.length, MODULES, "modules");
});

Deno.test("Deno reads no more files of Passage than their budget", async () => {
  assertAtMost((await filesOf("mod.ts")).size, FILES, "files", "join those of one subject");
});

Deno.test("importing Passage loads no more code than its budget", async () => {
  const { entry } = await withFolder((folder) => bundleParts(folder));
  assertAtMost(entry.byteLength, BYTES, "bytes");
});

Deno.test("README's first program runs no more functions than its budget", async () => {
  const { functions } = await runCounting(codeBlocks("ts")[0]!);
  assertAtMost(functions, FUNCTIONS, "functions");
});

Deno.test("modules that every program loads have only characters of Latin-1", async () => {
  const { modules } = await runCounting('import "./mod.ts";');
  // V8 stores a module in two bytes per character if a single character is outside Latin-1.
  const wide: string[] = [];
  for (const module of modules) {
    const text = await Deno.readTextFile(new URL(module));
    if (/[^\0-\u00ff]/.test(text)) wide.push(module);
  }
  assertEquals(wide, [], 'write "\\u2026" for an ellipsis');
});
