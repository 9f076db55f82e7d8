import { type Job, run, type Toolchain, versionOf } from "./toolchain.ts";

// Linking is a separate command without `-O`, because with it clang runs any installed `wasm-opt`.
const COMPILE = [
  "-c",
  "--target=wasm32",
  "-std=c11",
  "-Os",
  "-ffreestanding",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-Wno-unused-command-line-argument",
];
const LINK = ["--target=wasm32", "-nostdlib", "-Wl,--no-entry"];

/** C without a library, by clang and lld. */
export const clang: Toolchain = {
  name: "clang with lld",
  directory: "c",
  extension: ".c",
  comment: "//",
  version: "14.0.6",
  async findVersion(): Promise<string | undefined> {
    const compiler = await versionOf(["clang-14", "--version"], /clang version (\S+)/);
    const linker = await versionOf(["wasm-ld-14", "--version"], /LLD (\S+)/);
    if (compiler === undefined || linker === undefined) return undefined;
    return compiler === linker ? compiler : `${compiler} with lld ${linker}`;
  },
  async compile({ directory, source, flags, output }: Job): Promise<void> {
    const guest = decodeURIComponent(output.pathname);
    const object = `${guest}.o`;
    await run(["clang-14", ...COMPILE, ...flags, source, "-o", object], directory);
    try {
      // Only a guest for tests of debug information keeps it.
      const strip = flags.some((flag) => flag.startsWith("-g")) ? [] : ["-Wl,--strip-debug"];
      await run(["clang-14", ...LINK, ...strip, ...flags, object, "-o", guest], directory);
    } finally {
      await Deno.remove(object);
    }
  },
};
