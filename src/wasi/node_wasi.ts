import { LoadError, messageOf } from "../base/errors.ts";
import {
  type DirectoryFunctions,
  directoryFunctions,
  importBuiltin,
  standardStream,
} from "../base/runtime.ts";
import { isA, list, quote } from "../base/show.ts";
import { plainBytes, toBytes } from "../base/numeric_types.ts";
import type { WasiOptions, WasiSink } from "./wasi_options.ts";

/** The functions of `node:wasi`, by their WASI names. */
export type NodeWasi = Readonly<Record<string, (...args: (number | bigint)[]) => number>>;

/** `node:wasi` with some directories. */
export interface NodeWasiHost {
  /** The directories: the host's paths by the guest's. Their descriptors are 3 and up. */
  readonly directories: Readonly<Record<string, string>>;
  /** Makes its functions, which use `memory`. */
  readonly create: (memory: WebAssembly.Memory) => NodeWasi;
}

/**
 * Imports `node:wasi`, which alone costs more than the rest of a load.
 *
 * @param preopens The granted directories: the host's paths by the guest's.
 * @throws {LoadError} if one of them cannot be opened.
 */
export async function importNodeWasi(
  preopens: Readonly<Record<string, string | URL>>,
): Promise<NodeWasiHost> {
  const host = directoryFunctions();
  if (host === undefined) {
    const names = Object.keys(preopens);
    throw preopenError(list(names), "this runtime is not Deno, expected no directories");
  }
  const { WASI } = await importBuiltin<typeof import("node:wasi")>("wasi");
  const { default: process } = await importBuiltin<{ default: NodeProcess }>("process");
  const { fileURLToPath } = await importBuiltin<typeof import("node:url")>("url");
  const directories = Object.fromEntries(
    Object.entries(preopens).map(([name, path]) => [
      name,
      findDirectory(name, path instanceof URL ? fileURLToPath(path) : path, host),
    ]),
  );

  function create(memory: WebAssembly.Memory): NodeWasi {
    const wasi = withoutWarnings(process, () => {
      try {
        return new WASI({ version: "preview1", preopens: directories });
      } catch (cause) {
        throw preopenError(list(Object.keys(directories)), messageOf(cause), cause);
      }
    });
    wasi.initialize({ exports: { memory } });
    return wasi.wasiImport as NodeWasi;
  }
  return { directories, create };
}

/** `node:wasi` reports the same error for every fault of a directory, and accepts a file as one. */
function findDirectory(
  name: string,
  path: string,
  { realPathSync, statSync }: DirectoryFunctions,
): string {
  const what = `${quote(name)} at ${quote(path)}`;
  let real: string;
  let isDirectory: boolean;
  try {
    real = realPathSync(path); // or it would be another one after `Deno.chdir`
    ({ isDirectory } = statSync(real));
  } catch (cause) {
    const isMissing = isA(cause, Error) && cause.name === "NotFound";
    throw preopenError(what, isMissing ? "it does not exist" : messageOf(cause), cause);
  }
  if (!isDirectory) throw preopenError(what, "it is not a directory, expected a directory");
  return real;
}

function preopenError(what: string, why: string, cause?: unknown): LoadError {
  return new LoadError("wasi", `Cannot grant preopen ${what}: ${why}`, { cause });
}

/** The parts of `node:process` that are used. */
interface NodeProcess {
  emitWarning: unknown;
}

/**
 * Calls `make` without the warning that `node:wasi` is experimental, which appears on standard error
 * when it is first used. The user of a guest did not ask for that, and Passage knows it.
 */
function withoutWarnings<T>(process: NodeProcess, make: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return make();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Grants in the form that the functions need: checked and encoded. */
export interface Grants {
  /** The arguments as UTF-8, each with the NUL that ends it. */
  readonly args: readonly Uint8Array[];
  /** The variables as `NAME=value`, in the same form. */
  readonly environ: readonly Uint8Array[];
  readonly preopens: Readonly<Record<string, string | URL>>;
  readonly stdin: Uint8Array;
  readonly stdout: WasiSink;
  readonly stderr: WasiSink;
  /** The most bytes of output to hold. */
  readonly mostOutput: number;
}

/** This is enough for any useful output. A guest that writes for ever must not take all memory. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * Checks the values that the caller grants; their types are checked before.
 *
 * @param mostOutput The most bytes of output to hold: 64 MiB unless set.
 * @throws {TypeError} if WASI cannot carry a value.
 */
export function checkWasiOptions(
  options: WasiOptions = {},
  mostOutput: number = MOST_OUTPUT,
): Grants {
  const { args = [], env = {}, preopens = {}, stdin = "" } = options;
  const { stdout = "discard", stderr = "discard" } = options;
  for (const path of Object.keys(preopens)) encode(path, `preopen ${quote(path)}`);
  refuseAbsent("stdout", stdout);
  refuseAbsent("stderr", stderr);
  return {
    args: args.map((text, index) => encode(text, `argument ${index}`)),
    environ: Object.entries(env).map(([name, value]) => encodeVariable(name, value)),
    preopens,
    stdin: typeof stdin === "string"
      ? encodeWellFormed(stdin, "stdin")
      : new Uint8Array(plainBytes(toBytes(stdin, "grant stdin"), "grant stdin")),
    stdout,
    stderr,
    mostOutput,
  };
}

function encodeVariable(name: string, value: string): Uint8Array {
  const what = `environment variable ${quote(name)}`;
  if (name === "" || name.includes("=")) {
    throw new TypeError(
      `Cannot grant ${what}: its name ${name === "" ? "is empty" : 'holds "="'}, expected another`,
    );
  }
  return encode(`${name}=${value}`, what);
}

/** Encodes text as in C: UTF-8 with a NUL after it. */
function encode(text: string, what: string): Uint8Array {
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    throw new TypeError(`Cannot grant ${what}: it holds a NUL at index ${nul}, expected none`);
  }
  return encodeWellFormed(`${text}\0`, what);
}

function encodeWellFormed(text: string, what: string): Uint8Array {
  if (!text.isWellFormed()) {
    throw new TypeError(
      `Cannot grant ${what}: it holds a lone surrogate, expected well-formed text`,
    );
  }
  return new TextEncoder().encode(text);
}

/** A stream can only be inherited if the runtime has one. */
function refuseAbsent(stream: "stdout" | "stderr", sink: WasiSink): void {
  if (sink !== "inherit" || standardStream(stream) !== undefined) return;
  throw new TypeError(
    `Cannot use ${stream}: it is "inherit", and this runtime has no such stream, ` +
      'expected "discard", "capture" or a function',
  );
}
