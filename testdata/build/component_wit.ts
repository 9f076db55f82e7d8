import { componentText } from "./component.ts";
import type { Job, Toolchain } from "./toolchain.ts";

/** The packages of WASI 0.2 that jco has the definitions of. */
const PACKAGES = ["cli", "clocks", "filesystem", "http", "io", "random", "sockets"];

/** Components that only have imports, made from their worlds and the definitions of WASI in jco. */
export const componentWit: Toolchain = {
  ...componentText,
  directory: "component_wit",
  extension: ".wit",
  comment: "//",
  async compile({ directory, source, output }: Job): Promise<void> {
    const { componentEmbed, componentNew, preview1AdapterCommandPath } = await import(
      "npm:@bytecodealliance/jco@1.35.0"
    );
    const world = await Deno.readTextFile(new URL(source, directory));
    const witSource = await withDefinitions(world, preview1AdapterCommandPath());
    const module = await componentEmbed({ dummy: true, witSource });
    await Deno.writeFile(output, await componentNew(module, []));
  },
};

/**
 * Appends the definitions of WASI to a world.
 *
 * @param jco The path of a file of jco, next to the definitions.
 */
export async function withDefinitions(world: string, jco: string | URL): Promise<string> {
  const definitions = await Promise.all(PACKAGES.map(async (name) => {
    const path = `wit/builtin/0.2.12/wasi-${name}/package.wit`;
    const text = await Deno.readTextFile(new URL(path, jco));
    return `${text.replace(";", " {")}\n}\n`;
  }));
  return [world, ...definitions].join("\n");
}
