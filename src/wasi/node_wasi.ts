import { LoadError, messageOf, quote } from "../errors.ts";

/** The functions of `node:wasi`, by their WASI names. */
export type NodeWasi = Readonly<Record<string, (...args: (number | bigint)[]) => number>>;

/** Makes the functions of `node:wasi` for some directories; they use `memory`. */
export type NodeWasiFactory = (memory: WebAssembly.Memory) => NodeWasi;

/**
 * Imports `node:wasi`, which alone costs more than everything else that a load does.
 *
 * @param preopens The host's paths by the guest's; their descriptors are 3 and up, in that order.
 * @throws {LoadError} if one of them can't be opened.
 */
export async function importNodeWasi(
  preopens: Readonly<Record<string, string | URL>>,
): Promise<NodeWasiFactory> {
  const { WASI } = await import("node:wasi");
  const { default: process } = await import("node:process");
  const { fileURLToPath } = await import("node:url");
  const directories = Object.fromEntries(
    Object.entries(preopens).map(([name, path]) => [
      name,
      path instanceof URL ? fileURLToPath(path) : path,
    ]),
  );
  for (const [name, path] of Object.entries(directories)) checkDirectory(name, path);

  return (memory) => {
    const wasi = withoutWarnings(process, () => {
      try {
        return new WASI({ version: "preview1", preopens: directories });
      } catch (cause) {
        throw preopenError(Object.keys(directories).map(quote).join(", "), messageOf(cause), cause);
      }
    });
    wasi.initialize({ exports: { memory } });
    return wasi.wasiImport as NodeWasi;
  };
}

/** `node:wasi` has one answer for all that can be wrong with a directory, and takes a file for one. */
function checkDirectory(name: string, path: string): void {
  let isDirectory: boolean;
  try {
    isDirectory = Deno.statSync(path).isDirectory;
  } catch (cause) {
    throw preopenError(`${quote(name)} at ${quote(path)}`, whyNot(cause), cause);
  }
  if (!isDirectory) {
    throw preopenError(`${quote(name)} at ${quote(path)}`, "it is no directory, expected one");
  }
}

function whyNot(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "it does not exist";
  return messageOf(cause);
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
