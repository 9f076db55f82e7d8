import { assert, assertEquals } from "@std/assert";
import { readModule } from "./_read.ts";
import { assertAgrees } from "./_oracle.ts";
import { npmSamples, ownSamples, type Sample } from "./_samples.ts";

/** Checks every module that the engine accepts, and returns the number of modules. */
function checkAll(samples: readonly Sample[]): number {
  let taken = 0;
  for (const { name, bytes } of samples) {
    if (!WebAssembly.validate(bytes)) continue;
    taken++;
    const info = readModule(bytes);
    const module = new WebAssembly.Module(bytes);
    assertAgrees(info, module, name);
    assertEquals(info.unsupported, [], name);
    for (const custom of new Set(info.customSections.map((section) => section.name))) {
      const contents = info.customSections
        .filter((section) => section.name === custom)
        .map(({ offset, byteLength }) => bytes.slice(offset, offset + byteLength).buffer);
      assertEquals(contents, WebAssembly.Module.customSections(module, custom), name);
    }
  }
  return taken;
}

Deno.test("names, kinds and order agree with the engine in all of our guests", async () => {
  assert(checkAll(await ownSamples()) > 50);
});

Deno.test("names, kinds and order agree with the engine in modules of npm packages", async () => {
  assert(checkAll(await npmSamples()) >= 45);
});
