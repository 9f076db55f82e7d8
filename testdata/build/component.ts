import { type Job, npmVersion, type Toolchain } from "./toolchain.ts";

const VERSION = "1.35.0";
const load = () => import("npm:@bytecodealliance/jco@1.35.0");

/** The text format of components, by jco from npm. */
export const componentText: Toolchain = {
  name: "jco",
  directory: "component",
  extension: ".wat",
  comment: ";;",
  version: VERSION,
  findVersion: () => npmVersion(VERSION, load),
  async compile({ directory, source, output }: Job): Promise<void> {
    const { parse } = await load();
    const text = await Deno.readTextFile(new URL(source, directory));
    await Deno.writeFile(output, await parse(text));
  },
};
