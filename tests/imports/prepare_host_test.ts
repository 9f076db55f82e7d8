import { assertEquals } from "@std/assert";
import { hostFunction } from "../../mod.ts";
import { prepareHost } from "../../src/imports/prepare_host.ts";
import type { TakenImports } from "../../src/imports/take_imports.ts";

/**
 * Imports, the values that the caller gives for them, and the modules that must be loaded for them.
 */
const PREPARED: [module: string, kind: string, given: unknown, loaded: string[]][] = [
  ["table", "table", undefined, []],
  ["custom", "function", undefined, []],
  ["custom", "function", () => {}, ["guard"]],
  ["custom", "function", hostFunction({ parameters: [], result: "void" }, () => {}), ["linker"]],
  ["custom", "global", 1, []],
  ["env", "function", undefined, ["linker"]],
  ["env", "function", () => {}, ["guard"]],
  ["Math", "global", undefined, ["linker"]],
  ["wasi_snapshot_preview1", "function", undefined, ["makeWasi"]],
  ["wasi_snapshot_preview1", "function", () => {}, ["makeWasi", "guard"]],
];

for (const [module, kind, given, loaded] of PREPARED) {
  Deno.test(`a ${kind} of "${module}" given as ${typeof given}: loads ${loaded.join(" and ") || "nothing"}`, async () => {
    const imports = { [module]: { name: given } } as TakenImports;
    const wanted = [{ module, name: "name", kind: kind as "function" }];
    const prepared = await prepareHost(wanted, imports, undefined, {});
    const found = Object.entries(prepared).filter(([, part]) => part !== undefined);
    assertEquals(found.map(([name]) => name), loaded);
  });
}

/** Imports from "env", and whether an Emscripten guest needs them to unwind. */
const PROVIDED: [name: string, provided: boolean][] = [
  ["log", false],
  ["emscripten_resize_heap", false],
  ["invoke_vi", true],
  ["setTempRet0", true],
  ["_emscripten_throw_longjmp", true],
  ["__cxa_throw", true],
  ["__resumeException", true],
];

for (const [name, provided] of PROVIDED) {
  Deno.test(`"env.${name}": loads ${provided ? "the" : "no"} unwinding`, async () => {
    const wanted = [{ module: "env", name, kind: "function" }];
    const { provide } = await prepareHost(wanted, undefined, undefined, {});
    assertEquals(provide !== undefined, provided);
  });
}
