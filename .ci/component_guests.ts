/**
 * Loads the components of copies of bytecodealliance/jco and of pavelsavara/jsco, which are
 * elsewhere.
 *
 *     git clone https://github.com/bytecodealliance/jco
 *     git clone https://github.com/pavelsavara/jsco
 *     deno task loads jco jsco       fails if fewer start than below, or another fails
 *     deno task loads --list jco     lists what became of each component
 *
 * Nothing is granted. What a component imports beyond WASI traps if it is called, and is listed.
 */
import { load, LoadError } from "../mod.ts";
import { identifyFile } from "../src/binary/header.ts";
import { shortNames } from "../src/component/names.ts";

/**
 * How many components start, by the names of the folders: those of commits 2103f72 of jco and
 * e2330f3 of jsco, in a copy that lacks 2 of jco's and 29 of jsco's. No other may fail than those
 * that are asynchronous or use what is not released.
 */
const STARTED: Readonly<Record<string, number>> = { jco: 53, jsco: 34 };

/** Components that are not valid: `jco wit` refuses them as well. */
const INVALID: readonly string[] = ["integration-tests/hello-http-p3-wat/hello-http-p3.wasm"];

/** The outcome for a component: started with these interfaces missing, or why it was not. */
type Outcome = { readonly missing: readonly string[] } | { readonly problem: string };

async function start(bytes: Uint8Array<ArrayBuffer>): Promise<Outcome> {
  try {
    using _guest = await load(bytes);
    return { missing: [] };
  } catch (error) {
    if (!(error instanceof LoadError && error.code === "imports")) return { problem: `${error}` };
    try {
      using _guest = await load(bytes, { missing: "trap" });
    } catch (other) {
      return { problem: `${other}` };
    }
    const names = error.problems.map((line) => /^import "(.*?)"/.exec(line)?.[1] ?? line);
    return { missing: [...new Set(shortNames(new Set(names)).values())] };
  }
}

/** Returns the paths of the components in a folder. */
async function* findComponents(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory && name !== ".git") yield* findComponents(path);
    else if (name.endsWith(".wasm")) yield path;
  }
}

const isListed = Deno.args.includes("--list");
let isAsExpected = true;
for (const folder of Deno.args.filter((arg) => arg !== "--list")) {
  let started = 0, skipped = 0, failed = 0;
  const missing = new Map<string, number>();
  for (const path of (await Array.fromAsync(findComponents(folder))).sort()) {
    const bytes = await Deno.readFile(path);
    const shown = path.slice(folder.length + 1);
    if (identifyFile(bytes)?.kind !== "component" || INVALID.includes(shown)) continue;
    const outcome = await start(bytes);
    if ("missing" in outcome) {
      started++;
      for (const name of outcome.missing) missing.set(name, (missing.get(name) ?? 0) + 1);
      if (isListed) console.log(`${shown}: starts, and misses ${outcome.missing.join(", ")}`);
    } else if (/: it uses .*, expected a (?:component without|synchronous)/.test(outcome.problem)) {
      skipped++;
    } else {
      failed++;
      console.log(`${shown}: ${outcome.problem}`);
    }
  }
  const name = folder.replace(/\/+$/, "").replace(/^.*\//, "");
  console.log(`${name}: ${started} start, ${skipped} are asynchronous, ${failed} fail`);
  const rows = [...missing].toSorted(([, a], [, b]) => b - a);
  for (const [name, count] of rows) {
    console.log(`  ${count} miss ${name || "functions of the world"}`);
  }
  const least = STARTED[name] ?? Infinity;
  if (started >= least && failed === 0) continue;
  console.log(`  expected at least ${least} to start, and none to fail`);
  isAsExpected = false;
}
Deno.exit(isAsExpected ? 0 : 1);
