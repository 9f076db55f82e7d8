/**
 * Runs the programs of WebAssembly/wasi-testsuite for preview 1, which are in a folder elsewhere.
 *
 *     git clone --branch prod/testsuite-base https://github.com/WebAssembly/wasi-testsuite
 *     deno task wasi wasi-testsuite              all programs
 *     deno task wasi wasi-testsuite fd_readdir   those whose name has this in it
 *     deno task wasi wasi-testsuite --memory     all of them on folders in memory
 *
 * `doc/specification.md` of that repository says what the file beside a program means. Only builtins
 * of Node are used, so that other runtimes can run a bundle of this file.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { load, type WasiFolder } from "../mod.ts";

/** What a program gets, and what it must do. */
interface Specification {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The folder beside the program that it gets as its root. */
  readonly root?: string;
  readonly exit_code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Runs a program; returns why it failed, or undefined. */
async function run(program: string): Promise<string | undefined> {
  const file = program.replace(/\.wasm$/, ".json");
  const given: Specification = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const { args = [], env = {}, root, exit_code = 0 } = given;
  const scratch = mkdtempSync(join(tmpdir(), "passage-suite-"));
  let close = () => {};
  try {
    if (root !== undefined) cpSync(join(program, "..", root), scratch, { recursive: true });
    const guest = await load(new Uint8Array(readFileSync(program)), {
      wasi: {
        args: [basename(program), ...args],
        env,
        ...(root !== undefined && { preopens: { "/": inMemory ? readFolder(scratch) : scratch } }),
        stdout: "capture",
        stderr: "capture",
      },
    });
    close = () => guest.close(); // Node 20 has no `using`
    try {
      const code = guest.run();
      if (code !== exit_code) return `exit code ${code}, expected ${exit_code}`;
    } catch (error) {
      return `${error}\n${guest.wasi?.stderr}`;
    }
    for (const stream of ["stdout", "stderr"] as const) {
      const expected = given[stream];
      const found = guest.wasi?.[stream];
      if (expected !== undefined && found !== expected) {
        return `${stream} ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`;
      }
    }
    return undefined;
  } finally {
    close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Reads a folder into memory. */
function readFolder(path: string): WasiFolder {
  return Object.fromEntries(
    readdirSync(path, { withFileTypes: true }).map((entry) => {
      const at = join(path, entry.name);
      return [entry.name, entry.isDirectory() ? readFolder(at) : new Uint8Array(readFileSync(at))];
    }),
  );
}

const inMemory = process.argv.includes("--memory");
const [folder, part = ""] = process.argv.slice(2).filter((argument) => argument !== "--memory");
if (folder === undefined) throw new Error("Cannot run the suite: no folder is given");
const programs = ["assemblyscript", "c", "rust"].flatMap((language) => {
  const path = join(folder, "tests", language, "testsuite", "wasm32-wasip1");
  return readdirSync(path).filter((name) => name.endsWith(".wasm") && name.includes(part))
    .map((name) => join(path, name));
});
let passed = 0;
for (const program of programs) {
  const failure = await run(program).catch(String);
  if (failure === undefined) passed++;
  else console.log(`${basename(program)}: ${failure.trimEnd().replaceAll("\n", "\n    ")}`);
}
console.log(`${passed} of ${programs.length} pass`);
process.exitCode = passed === programs.length ? 0 : 1;
