// Features that some tests need and that the oldest supported Deno lacks. Each feature is probed,
// so that every other runtime runs all tests.
import { getBuiltinModule } from "node:process";
import { assemble } from "./_wat.ts";

/** Runs a program in a process of its own, and returns whether it ends well. */
function succeeds(...args: readonly string[]): boolean {
  const output = { stdout: "null", stderr: "null" } as const;
  return new Deno.Command(Deno.execPath(), { args: [...args], ...output }).outputSync().success;
}

/** Returns the error with which the export `f` of a module traps. */
function trapOf(text: string): Error {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(text)));
  try {
    (exports.f as () => void)();
  } catch (error) {
    return error as Error;
  }
  throw new Error("The guest did not trap");
}

/** Returns whether the engine accepts a module with one section if a flag is set. */
function accepts(flag: string, ...section: readonly number[]): boolean {
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section];
  const program = `if (!WebAssembly.validate(Uint8Array.of(${bytes}))) Deno.exit(1)`;
  return succeeds("eval", `--v8-flags=--experimental-wasm-${flag}`, program);
}

/** The features, each with the probe for it. */
const PROBES = {
  /** Imports of one module are written as a group. */
  "compact imports": () => accepts("compact-imports", 2, 10, 1, 1, 0x61, 0, 0x7f, 1, 0, 3, 0x7f, 0),
  /** The type of an imported function is exact: the kind of such an import is 0x20. */
  "exact imports": () =>
    accepts("custom-descriptors", 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0x20, 0),
  /** A call of an empty table entry traps with another message than a call of a wrong type. */
  "own trap of an empty entry": () =>
    !trapOf(`(module (table 1 funcref) (func (export "f") (call_indirect (i32.const 0))))`)
      .message.includes("signature"),
  /** The frames of a stack trace contain the functions' indices. */
  "numbered frames": () =>
    trapOf(`(module (func (export "f") unreachable))`).stack!.includes("wasm-function[0]"),
  "node:wasi": () => getBuiltinModule("node:wasi").WASI.name === "WASI",
  /** Deno resolves the path of a granted folder in which one folder is denied. */
  "denial within a granted folder": () =>
    succeeds(
      "run",
      "--allow-read=/",
      "--deny-read=/none",
      'data:text/javascript,Deno.realPathSync("/")',
    ),
  "Zstandard in node:zlib": () => {
    try {
      return getBuiltinModule("node:zlib").zstdCompressSync(new Uint8Array(1)).length > 0;
    } catch {
      return false;
    }
  },
} as const satisfies Record<string, () => boolean>;

/** A feature that is probed. */
export type Feature = keyof typeof PROBES;

/** The features, in the order of the table. */
export const FEATURES = Object.keys(PROBES) as readonly Feature[];

/** Returns whether this runtime has a feature. */
export function has(feature: Feature): boolean {
  return PROBES[feature]();
}

/** Returns the option of a test that is left out if the runtime lacks one of these features. */
export function needs(...features: readonly Feature[]): { readonly ignore: boolean } {
  return { ignore: !features.every(has) };
}
