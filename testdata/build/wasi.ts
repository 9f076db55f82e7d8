import { type Job, run, type Toolchain, versionOf } from "./toolchain.ts";

// Linking is a separate command without `-O`, because with it clang runs any installed `wasm-opt`.
const COMPILE = ["-c", "-std=gnu11", "-Os", "-Wall", "-Wextra", "-Werror"];
const TARGET = ["--target=wasm32-wasi", "--sysroot=/usr", "-Wno-unused-command-line-argument"];
const LINK = ["-Wl,--strip-debug"];

/**
 * C with WASI's library, by clang and lld with Debian's `wasi-libc` and
 * `libclang-rt-14-dev-wasm32`.
 */
export const wasi: Toolchain = {
  name: "clang with Debian's wasi-libc",
  directory: "wasi",
  extension: ".c",
  comment: "//",
  version: "14.0.6 with wasi-libc 0.0~git20220510.9886d3d-2",
  async findVersion(): Promise<string | undefined> {
    const compiler = await versionOf(["clang-14", "--version"], /clang version (\S+)/);
    const linker = await versionOf(["wasm-ld-14", "--version"], /LLD (\S+)/);
    const library = await findLibrary();
    if (compiler === undefined || compiler !== linker || library === undefined) return undefined;
    return `${compiler} with wasi-libc ${library}`;
  },
  async compile({ directory, source, flags, output }: Job): Promise<void> {
    const guest = decodeURIComponent(output.pathname);
    const object = `${guest}.o`;
    await run(["clang-14", ...TARGET, ...COMPILE, ...flags, source, "-o", object], directory);
    try {
      await run(["clang-14", ...TARGET, ...LINK, ...flags, object, "-o", guest], directory);
    } finally {
      await Deno.remove(object);
    }
  },
};

/** The library has no version of its own, only its package has. */
async function findLibrary(): Promise<string | undefined> {
  const runtime = await findPackage("libclang-rt-14-dev-wasm32");
  return runtime && await findPackage("wasi-libc");
}

/** Returns the version of a package, if it is installed. */
async function findPackage(name: string): Promise<string | undefined> {
  try {
    return await versionOf(["dpkg-query", "--show", "--showformat=${Version}", name], /(.+)/);
  } catch {
    return undefined;
  }
}
