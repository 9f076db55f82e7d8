import { type Job, run, type Toolchain, versionOf } from "./toolchain.ts";

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
    await run([
      "clang-14",
      "--target=wasm32",
      "-std=c11",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-Os",
      "-ffreestanding",
      "-nostdlib",
      "-Wl,--no-entry,--strip-debug",
      ...flags,
      source,
      "-o",
      decodeURIComponent(output.pathname),
    ], directory);
  },
};
