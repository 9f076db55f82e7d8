import { LoadError, messageOf, quote } from "../errors.ts";

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
 * Imports `node:wasi`, which alone costs more than everything else that a load does.
 *
 * @param preopens What is granted: the host's paths by the guest's.
 * @throws {LoadError} if one of them can't be opened.
 */
export async function importNodeWasi(
  preopens: Readonly<Record<string, string | URL>>,
): Promise<NodeWasiHost> {
  const { WASI } = await import("node:wasi");
  const { default: process } = await import("node:process");
  const { fileURLToPath } = await import("node:url");
  const directories = Object.fromEntries(
    Object.entries(preopens).map(([name, path]) => [
      name,
      findDirectory(name, path instanceof URL ? fileURLToPath(path) : path),
    ]),
  );

  function create(memory: WebAssembly.Memory): NodeWasi {
    const wasi = withoutWarnings(process, () => {
      try {
        return new WASI({ version: "preview1", preopens: directories });
      } catch (cause) {
        throw preopenError(Object.keys(directories).map(quote).join(", "), messageOf(cause), cause);
      }
    });
    wasi.initialize({ exports: { memory } });
    return wasi.wasiImport as NodeWasi;
  }
  return { directories, create };
}

/** `node:wasi` has one answer for all that can be wrong with a directory, and takes a file for one. */
function findDirectory(name: string, path: string): string {
  const what = `${quote(name)} at ${quote(path)}`;
  let real: string;
  let isDirectory: boolean;
  try {
    real = Deno.realPathSync(path); // or it would be another one after `Deno.chdir`
    ({ isDirectory } = Deno.statSync(real));
  } catch (cause) {
    const isMissing = cause instanceof Deno.errors.NotFound;
    throw preopenError(what, isMissing ? "it does not exist" : messageOf(cause), cause);
  }
  if (!isDirectory) throw preopenError(what, "it is no directory, expected one");
  return real;
}

function preopenError(what: string, why: string, cause?: unknown): LoadError {
  return new LoadError("wasi", `Cannot grant preopen ${what}: ${why}`, { cause });
}

/**
 * `node:wasi` tells on standard error that it is experimental, once, when the first one is made. That
 * is ours to know and not what the user of a guest has asked for.
 */
function withoutWarnings<T>(process: { emitWarning: unknown }, make: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return make();
  } finally {
    process.emitWarning = emitWarning;
  }
}
