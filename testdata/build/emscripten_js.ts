import { emscripten } from "./emscripten.ts";
import { type Job, run, type Toolchain } from "./toolchain.ts";

/** C++ with Emscripten's library, linked for its JavaScript, which is thrown away. */
export const emscriptenJs: Toolchain = {
  ...emscripten,
  name: "em++ with wasm-opt",
  directory: "emscripten_js",
  extension: ".cpp",
  async compile({ directory, source, flags, output }: Job): Promise<void> {
    const folder = await Deno.makeTempDir({ prefix: "passage-emscripten-" });
    try {
      await run([
        "em++",
        "-O1", // more would shorten the names of imports and exports
        "-Wall",
        "-Wextra",
        "-Werror",
        "--no-entry",
        "-sEXPORTED_FUNCTIONS=_malloc,_free",
        "-sERROR_ON_UNDEFINED_SYMBOLS=0",
        "-sWARN_ON_UNDEFINED_SYMBOLS=0",
        ...flags,
        source,
        "-o",
        `${folder}/guest.js`,
      ], directory);
      await Deno.copyFile(`${folder}/guest.wasm`, output);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};
