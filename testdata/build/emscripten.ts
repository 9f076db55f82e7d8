import { type Job, run, type Toolchain, versionOf } from "./toolchain.ts";

/** C with Emscripten's library, without its JavaScript. */
export const emscripten: Toolchain = {
  name: "emcc with wasm-opt",
  directory: "emscripten",
  extension: ".c",
  comment: "//",
  version: "3.1.6 with wasm-opt 108",
  async findVersion(): Promise<string | undefined> {
    const compiler = await versionOf(["emcc", "--version"], /emcc .* (\d+\.\d+\.\d+)/);
    const optimizer = await versionOf(["wasm-opt", "--version"], /version (\d+)/);
    if (compiler === undefined || optimizer === undefined) return undefined;
    return `${compiler} with wasm-opt ${optimizer}`;
  },
  async compile({ directory, source, flags, output }: Job): Promise<void> {
    await run([
      "emcc",
      "-Os",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-sSTANDALONE_WASM",
      "--no-entry",
      "-sEXPORTED_FUNCTIONS=_malloc,_free",
      ...flags,
      source,
      "-o",
      decodeURIComponent(output.pathname),
    ], directory);
  },
};
