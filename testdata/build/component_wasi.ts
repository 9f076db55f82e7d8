import { componentText } from "./component.ts";
import type { Job, Toolchain } from "./toolchain.ts";
import { wasi } from "./wasi.ts";

/** Commands of C with WASI's library, which jco's adapter of preview 1 turns into components. */
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
    const { componentNew, preview1AdapterCommandPath } = await import(
      "npm:@bytecodealliance/jco@1.35.0"
    );
    await wasi.compile(job);
    const adapter = await Deno.readFile(preview1AdapterCommandPath());
    const module = await Deno.readFile(job.output);
    const component = await componentNew(module, [["wasi_snapshot_preview1", adapter]]);
    await Deno.writeFile(job.output, component);
  },
};
