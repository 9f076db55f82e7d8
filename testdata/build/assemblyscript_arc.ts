import { type Job, npmVersion, type Toolchain } from "./toolchain.ts";

const VERSION = "0.14.13";
const load = () => import("npm:assemblyscript@0.14.13/cli/asc.js");

/** AssemblyScript from npm when it still counted references: `__alloc`, `__retain`, `__release`. */
export const assemblyscriptArc: Toolchain = {
  name: "assemblyscript",
  directory: "assemblyscript_arc",
  extension: ".as",
  comment: "//",
  version: VERSION,
  findVersion: () => npmVersion(VERSION, load),
  async compile({ directory, source, output }: Job): Promise<void> {
    const { default: asc } = await load();
    await asc.ready;
    const text = await Deno.readTextFile(new URL(source, directory));
    const { binary, stderr } = asc.compileString(text, { optimize: true });
    if (binary === null) throw new Error(`Cannot build "${source}": ${stderr}`);
    await Deno.writeFile(output, binary);
  },
};
