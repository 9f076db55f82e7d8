/**
 * Runs the programs of WebAssembly/wasi-testsuite for preview 1, which are in a folder elsewhere,
 * or those of wasmtime for WASI 0.2, which pavelsavara/jsco has as components.
 *
 *     git clone --branch prod/testsuite-base https://github.com/WebAssembly/wasi-testsuite
 *     deno task wasi wasi-testsuite              all programs
 *     deno task wasi wasi-testsuite fd_readdir   those whose name has this in it
 *     deno task wasi wasi-testsuite --memory     all of them on folders in memory
 *     deno task wasi wasi-testsuite --adapted    all of them as components of WASI 0.2
 *     git clone https://github.com/pavelsavara/jsco
 *     deno task wasi jsco                        the programs of wasmtime
 *
 * `doc/specification.md` of the suite says what the file beside a program means. Only builtins of Node
 * are used, so that other runtimes can run a bundle of this file, but for `--adapted`.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { load, type LoadOptions, type WasiFolder } from "../mod.ts";

/** What a program gets, and what it must do. */
interface Specification {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** The folder beside the program that it gets as its root. */
  readonly root?: string;
  /** Whether it may only read there. */
  readonly readOnly?: boolean;
  /** Interfaces in place of those of Passage. */
  readonly imports?: LoadOptions["imports"];
  /** Absent if it must trap. */
  readonly exit_code?: number | undefined;
  readonly stdout?: string;
  readonly stderr?: string;
}

const FILES = { root: "fixtures" };

let ticks = -42n;

/**
 * What the programs of wasmtime get, in crates/test-programs/src/bin: they check the rest
 * themselves.
 */
const OF_WASMTIME: Readonly<Record<string, Specification>> = {
  p2_api_read_only: { ...FILES, readOnly: true },
  p2_api_time: {
    imports: {
      "wasi:clocks/wall-clock": {
        now: () => ({ seconds: 1_431_648_000n, nanoseconds: 100 }),
        resolution: () => ({ seconds: 0n, nanoseconds: 1 }),
      },
      "wasi:clocks/monotonic-clock": {
        now: () => (ticks += 42n) * 1_000_000_000n,
        resolution: () => 1n,
        subscribeInstant() {},
        subscribeDuration() {},
      },
    },
  },
  p2_cli_args: { args: ["hello", "this", "", "is an argument", "with \u{1f6a9} emoji"] },
  p2_cli_argv0: { args: ["p2_cli_argv0.component.wasm"] },
  p2_cli_default_clocks: {},
  p2_cli_directory_list: FILES,
  p2_cli_env: { env: { frabjous: "day", callooh: "callay" } },
  p2_cli_exit_default: {},
  p2_cli_exit_failure: { exit_code: 1 },
  p2_cli_exit_panic: { exit_code: undefined },
  p2_cli_exit_success: {},
  p2_cli_export_cabi_realloc: { stdout: "hello, world\n" },
  p2_cli_file_append: FILES,
  p2_cli_file_dir_sync: FILES,
  p2_cli_file_read: FILES,
  p2_cli_hello_stdout: { stdout: "hello, world\n", stderr: "hello, world\n" },
  p2_cli_large_env: { env: { LARGE: "x".repeat(20_000) } },
  p2_cli_much_stdout: { args: ["abc", "100000"], stdout: "abc".repeat(100_000) },
  p2_cli_sleep: {},
  p2_cli_stdin: { stdin: "So rested he by the Tumtum tree" },
  p2_cli_stdin_empty: {},
  p2_cli_stdio_write_flushes: { stdout: "> " },
};

/** Programs that fail with the adapter of jco: it passes other exit codes and loses its state. */
const NOT_ADAPTED = [
  "args_get-multiple-arguments",
  "environ_get-multiple-variables",
  "fd_write-to-invalid-fd",
  "proc_exit-failure",
];

/** A program, its contents, and its specification. */
interface Program extends Specification {
  readonly path: string;
}

/** Runs a program; returns why it failed, or undefined. */
async function run(program: Program): Promise<string | undefined> {
  const { path, args = [], env = {}, stdin, root, readOnly, imports } = program;
  const expected = "exit_code" in program ? program.exit_code : 0;
  const scratch = mkdtempSync(join(tmpdir(), "passage-suite-"));
  let close = () => {};
  try {
    if (root !== undefined) cpSync(join(path, "..", root), scratch, { recursive: true });
    const granted = inMemory ? readFolder(scratch) : { path: scratch, readOnly };
    const guest = await load(await adapt(new Uint8Array(readFileSync(path))), {
      imports,
      wasi: {
        args: [basename(path), ...args],
        env,
        stdin,
        ...(root !== undefined && { preopens: { "/": granted } }),
        stdout: "capture",
        stderr: "capture",
      },
    });
    close = () => guest.close(); // Node 20 has no `using`
    try {
      const code = guest.run();
      if (code !== expected) return `exit code ${code}, expected ${expected ?? "a trap"}`;
    } catch (error) {
      if (expected !== undefined) return `${error}\n${guest.wasi?.stderr}`;
    }
    for (const stream of ["stdout", "stderr"] as const) {
      const expected = program[stream];
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

/** Makes a component of a module, if that is asked for. */
async function adapt(bytes: Uint8Array): Promise<Uint8Array> {
  if (!isAdapted) return bytes;
  const jco = await import("npm:@bytecodealliance/jco@1.35.0");
  const adapter = new Uint8Array(readFileSync(jco.preview1AdapterCommandPath()));
  return await jco.componentNew(bytes, [["wasi_snapshot_preview1", adapter]]);
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

/** Finds the programs of a copy of jsco, or of the suite. */
function findPrograms(folder: string): Program[] {
  const components = join(folder, "integration-tests", "wasmtime");
  if (existsSync(components)) {
    return Object.entries(OF_WASMTIME).map(([name, given]) => {
      return { ...given, path: join(components, `${name}.component.wasm`) };
    });
  }
  return ["assemblyscript", "c", "rust"].flatMap((language) => {
    const path = join(folder, "tests", language, "testsuite", "wasm32-wasip1");
    return readdirSync(path).filter((name) => name.endsWith(".wasm")).map((name) => {
      const file = join(path, name.replace(/wasm$/, "json"));
      const given = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
      return { ...given as Specification, path: join(path, name) };
    });
  });
}

const inMemory = process.argv.includes("--memory");
const isAdapted = process.argv.includes("--adapted");
const [folder, part = ""] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
if (folder === undefined) throw new Error("Cannot run the suite: no folder is given");
const programs = findPrograms(folder).filter(({ path, readOnly = false }) => {
  const name = basename(path, ".wasm");
  return name.includes(part) && !(isAdapted && NOT_ADAPTED.includes(name)) &&
    !(inMemory && readOnly);
});
let passed = 0;
for (const program of programs) {
  const failure = await run(program).catch(String);
  if (failure === undefined) passed++;
  else console.log(`${basename(program.path)}: ${failure.trimEnd().replaceAll("\n", "\n    ")}`);
}
console.log(`${passed} of ${programs.length} pass`);
process.exitCode = passed === programs.length ? 0 : 1;
