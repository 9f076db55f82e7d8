import { assertEquals } from "@std/assert";
import { type Feature, needs } from "../_engine.ts";
import { readModule } from "./_read.ts";
import { bodies, build, EXPORT, FUNCTION, IMPORT, section, TYPE, VOID_TYPE } from "./_build.ts";

/** Modules that the engine accepts only with a flag. */
const modules: [flag: string, bytes: Uint8Array, ...needed: Feature[]][] = [
  [
    "compact-imports",
    build(
      VOID_TYPE,
      section(
        IMPORT,
        3,
        ["env", "", 0x7f, 2, ["f", 0x00, 0], ["g", 0x03, 0x7f, 0]],
        ["env", "plain", 0x02, 0x00, 1],
        ["other", "", 0x7e, 0x03, 0x7e, 1, 3, "a", "", "c"],
      ),
    ),
    "compact imports",
  ],
  [
    "custom-descriptors",
    build(
      section(
        TYPE,
        2,
        [0x4e, 2, [0x4d, 1, 0x5f, 0], [0x4c, 0, 0x5f, 0]],
        [0x60, 1, 0x63, 0x62, 0x00, 0],
      ),
      section(IMPORT, 1, ["env", "exact", 0x20, 2]),
      section(EXPORT, 1, ["f", 0x00, 0]),
    ),
    "exact imports",
  ],
  [
    "wasmfx",
    build(
      section(TYPE, 2, [0x60, 0, 0], [0x5d, 0]),
      section(FUNCTION, 1, 0),
      section(EXPORT, 1, ["f", 0x00, 0]),
      bodies(1),
    ),
  ],
];

/**
 * Returns the engine's answer for a module with a proposal switched on, which needs another
 * process.
 */
async function askEngine(flag: string, bytes: Uint8Array): Promise<unknown> {
  const program = `const module = new WebAssembly.Module(Uint8Array.of(${bytes}));
    const { imports, exports } = WebAssembly.Module;
    console.log(JSON.stringify({ imports: imports(module), exports: exports(module) }));`;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", `--v8-flags=--experimental-wasm-${flag}`, program],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

for (const [flag, bytes, ...needed] of modules) {
  const name = `names, kinds and order agree with the engine with ${flag}`;
  Deno.test(name, needs(...needed), async () => {
    const info = readModule(bytes);
    assertEquals<unknown>({
      imports: info.imports.map(({ module, name, kind }) => ({ module, name, kind })),
      exports: info.exports.map(({ name, kind }) => ({ name, kind })),
    }, await askEngine(flag, bytes));
  });
}
