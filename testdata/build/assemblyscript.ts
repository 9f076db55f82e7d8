import { type Job, npmVersion, type Toolchain } from "./toolchain.ts";

const VERSION = "0.28.20";
const load = () => import("npm:assemblyscript@0.28.20/asc");

/** AssemblyScript from npm. Its sources end in `.as`, so that no tool takes them for TypeScript. */
export const assemblyscript: Toolchain = {
  name: "assemblyscript",
  directory: "assemblyscript",
  extension: ".as",
  comment: "//",
  version: VERSION,
  findVersion: () => npmVersion(VERSION, load),
  async compile({ directory, source, guest, flags, output }: Job): Promise<void> {
    const { default: asc } = await load();
    const entry = source.replace(/\.as$/, ".ts");
    const { error, stderr } = await asc.main([entry, "--outFile", guest, "--optimize", ...flags], {
      readFile: (name) => readSource(new URL(name.replace(/\.ts$/, ".as"), directory)),
      writeFile: (_name, contents) =>
        typeof contents === "string" ? Promise.resolve() : Deno.writeFile(output, contents),
      listFiles: () => null,
    });
    if (error !== null) {
      throw new Error(`Cannot build "${source}": ${error.message}\n${stderr.toString()}`);
    }
  },
};

async function readSource(file: URL): Promise<string | null> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
