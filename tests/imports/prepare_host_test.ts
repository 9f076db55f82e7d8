import { assertEquals } from "@std/assert";
import { hostFunction } from "../../mod.ts";
import { prepareHost } from "../../src/imports/prepare_host.ts";
import type { Imports } from "../../src/imports/wire.ts";

/** Imports, what the caller gives for them, and what has to be loaded to answer them. */
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
    const imports = { [module]: { name: given } } as Imports;
    const wanted = [{ module, name: "name", kind: kind as "function" }];
    const prepared = await prepareHost(wanted, imports, undefined, undefined);
    const found = Object.entries(prepared).filter(([, part]) => part !== undefined);
    assertEquals(found.map(([name]) => name), loaded);
  });
}

/** Names of imports from "env", and the number of providers that they need. */
const PROVIDED: [names: string[], providers: number | undefined][] = [
  [["log"], undefined],
  [["emscripten_resize_heap"], undefined],
  [["invoke_vi"], 1],
  [["setTempRet0"], 1],
  [["_emscripten_throw_longjmp"], 1],
  [["__cxa_throw"], 2],
  [["invoke_vi", "__resumeException"], 2],
];

for (const [names, providers] of PROVIDED) {
  Deno.test(`${names.join(" and ")}: loads ${providers ?? "no"} providers`, async () => {
    const wanted = names.map((name) => ({ module: "env", name, kind: "function" }));
    const prepared = await prepareHost(wanted, undefined, undefined, undefined);
    assertEquals(prepared.providers?.length, providers);
  });
}
