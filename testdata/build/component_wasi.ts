import { componentText } from "./component.ts";
import { withDefinitions } from "./component_wit.ts";
import type { Job, Toolchain } from "./toolchain.ts";
import { wasi } from "./wasi.ts";

/**
 * C with WASI's library, which jco's adapter of preview 1 turns into components. A source with a
 * world of its name is a reactor, any other one a command.
 */
export const componentWasi: Toolchain = {
  ...wasi,
  name: `${wasi.name} and jco`,
  directory: "component_wasi",
  version: `${wasi.version}, jco ${componentText.version}`,
  async findVersion(): Promise<string | undefined> {
    const [library, jco] = [await wasi.findVersion(), await componentText.findVersion()];
    return library === undefined || jco === undefined ? undefined : `${library}, jco ${jco}`;
  },
  async compile(job: Job): Promise<void> {
    const jco = await import("npm:@bytecodealliance/jco@1.35.0");
    await wasi.compile(job);
    const module = await Deno.readFile(job.output);
    const world = await readWorld(job);
    const command = jco.preview1AdapterCommandPath();
    const [embedded, path] = world === undefined ? [module, command] : [
      await jco.componentEmbed({
        binary: module,
        witSource: await withDefinitions(world, command),
      }),
      jco.preview1AdapterReactorPath(),
    ];
    const adapter = await Deno.readFile(path);
    const component = await jco.componentNew(embedded, [["wasi_snapshot_preview1", adapter]]);
    await Deno.writeFile(job.output, component);
  },
};

/** Returns the text of the world beside a source, if there is one. */
async function readWorld({ directory, source }: Job): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(new URL(source.replace(/c$/, "wit"), directory));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
