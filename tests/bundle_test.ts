import { assert, assertEquals } from "@std/assert";
import { bundle, type Bundles } from "../.ci/bundle.ts";
import { runDeno } from "./_deno.ts";

/** Makes the bundles once; the tests of this file inspect them. */
const { folder, sizes } = await makeBundles();

async function makeBundles(): Promise<{ folder: URL; sizes: Bundles }> {
  const folder = new URL(`file://${await Deno.makeTempDir({ prefix: "passage-bundle-" })}/`);
  return { folder, sizes: await bundle(new URL("bundle/", folder)) };
}

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** Runs a program that imports a bundle, with the given permissions to read. */
async function runWith(file: string, program: string): Promise<string> {
  const bundle = new URL(`bundle/${file}`, folder);
  const text = `const before = Object.keys(globalThis).join();
    const passage = await import(${JSON.stringify(bundle.href)});
    if (Object.keys(globalThis).join() !== before) throw new Error("the import sets globals");
    ${program}`;
  const read = `--allow-read=testdata,${folder.pathname}`;
  const { code, stdout, stderr } = await runDeno(["run", "--no-config", read, "-"], text);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return stdout;
}

const PROGRAM = `
  using guest = await passage.load("testdata/c/passing_data.wasm");
  const texts = Array.from({ length: 120 }, () => guest.passString("Hello there, "));
  console.log(new Set(texts));
  try {
    guest.passString("0".repeat(70000));
  } catch (error) {
    console.log(String(error).slice(0, 32));
  }
  const options = { convention: passage.staticBuffer({ pointer: "nowhere" }) };
  using other = await passage.load("testdata/c/passing_data.wasm", options);
  try {
    other.passString("");
  } catch (error) {
    console.log(error instanceof passage.GuestError, error.name, error.code);
  }
  using command = await passage.load("testdata/wasi/hello.wasm", { wasi: { stdout: "capture" } });
  console.log(command.run(), command.wasi.stdout.length > 0);`;

const PRINTED = `Set(1) { "Hello there, WASM is cool!" }
RangeError: Cannot pass 70000 by
true GuestError missing-export
0 true
`;

for (const file of ["passage.js", "split/mod.js"]) {
  Deno.test(`the bundle ${file} passes text, throws errors by their names and runs a command`, async () => {
    assertEquals(await runWith(file, PROGRAM), PRINTED);
  });
}

Deno.test("the bundles have every public name", async () => {
  const names = Object.keys(await import("../mod.ts")).sort().join();
  for (const file of ["passage.js", "split/mod.js"]) {
    assertEquals(
      await runWith(file, "console.log(Object.keys(passage).sort().join());"),
      `${names}\n`,
    );
  }
});

Deno.test("the split bundle loads only a part for a plain pass", () => {
  const { whole, entry, parts } = sizes;
  assertEquals(whole.files, 1);
  assertEquals(entry.files, 2);
  assert(entry.files < parts.files);
  assert(entry.gzipped < 0.32 * whole.gzipped, `${entry.gzipped} of ${whole.gzipped} bytes`);
});
