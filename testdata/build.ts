/**
 * Builds the guests of the tests from the sources beside them.
 *
 * deno run -A testdata/build.ts                   builds all deno run -A testdata/build.ts c wat
 * builds those of two folders deno run -A testdata/build.ts --check           compares, byte by
 * byte, and writes nothing
 *
 * If the tool of a folder is missing, or its version differs from the recorded one, the folder is
 * reported and not changed.
 */
import { assemblyscript } from "./build/assemblyscript.ts";
import { assemblyscriptArc } from "./build/assemblyscript_arc.ts";
import { binaryenText } from "./build/binaryen.ts";
import { clang } from "./build/clang.ts";
import { componentText } from "./build/component.ts";
import { componentWasi } from "./build/component_wasi.ts";
import { componentWit } from "./build/component_wit.ts";
import { emscripten } from "./build/emscripten.ts";
import { emscriptenJs } from "./build/emscripten_js.ts";
import { findDifferences } from "./build/differences.ts";
import { findJobs } from "./build/jobs.ts";
import { rust } from "./build/rust.ts";
import type { Toolchain } from "./build/toolchain.ts";
import { wasi } from "./build/wasi.ts";
import { buildHelper, checkHelper } from "./helper.ts";

const TOOLCHAINS: readonly Toolchain[] = [
  clang,
  binaryenText,
  assemblyscriptArc, // first: it does not start after the newer one has run
  assemblyscript,
  rust,
  emscripten,
  emscriptenJs,
  wasi,
  componentText,
  componentWasi,
  componentWit,
];
const TESTDATA = new URL("./", import.meta.url);

async function build(toolchain: Toolchain, output: URL): Promise<number> {
  const jobs = await findJobs(toolchain, TESTDATA, output);
  await Deno.mkdir(new URL(`${toolchain.directory}/`, output), { recursive: true });
  for (const job of jobs) {
    await toolchain.compile(job);
    await Deno.chmod(job.output, 0o644); // linkers mark a guest as executable
  }
  return jobs.length;
}

async function check(toolchain: Toolchain): Promise<string[]> {
  const directory = await Deno.makeTempDir({ prefix: "passage-testdata-" });
  const rebuilt = new URL(`file://${directory}/`);
  try {
    const count = await build(toolchain, rebuilt);
    console.log(`${toolchain.directory}: ${count} guests by ${toolchain.name}, rebuilt`);
    const folder = `${toolchain.directory}/`;
    return await findDifferences(new URL(folder, TESTDATA), new URL(folder, rebuilt));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function main(args: readonly string[]): Promise<number> {
  const checking = args.includes("--check");
  const directories = args.filter((arg) => arg !== "--check");
  const unknown = directories.filter((name) => !TOOLCHAINS.some((it) => it.directory === name));
  if (unknown.length > 0) {
    const known = TOOLCHAINS.map((it) => it.directory).join(", ");
    console.error(`Cannot build "${unknown.join('", "')}": no such folder, expected ${known}`);
    return 2;
  }
  const differences: string[] = [];
  for (const toolchain of TOOLCHAINS) {
    const { name, directory, version } = toolchain;
    if (directories.length > 0 && !directories.includes(directory)) continue;
    const found = await toolchain.findVersion();
    if (found !== version) {
      const reason = found === undefined ? "it was not found" : `${found} was found`;
      console.log(
        `${directory}: not ${checking ? "checked" : "built"}: ` +
          `needs ${name} ${version}, ${reason}`,
      );
    } else if (checking) {
      differences.push(...await check(toolchain));
      if (toolchain === binaryenText) differences.push(...await checkHelper());
    } else {
      console.log(`${directory}: ${await build(toolchain, TESTDATA)} guests by ${name} ${version}`);
      if (toolchain === binaryenText) await buildHelper();
    }
  }
  for (const difference of differences) console.error(difference);
  return differences.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  // Errors are caught here, because a tool from npm installs a handler that makes uncaught ones
  // hard to read.
  Deno.exit(
    await main(Deno.args).catch((error) => {
      console.error(error instanceof Error ? error.message : error);
      return 1;
    }),
  );
}
