import { assertEquals, assertRejects } from "@std/assert";
import { cString, hostFunction, LoadError } from "../../mod.ts";
import { type GivenImports, prepareImports } from "../../src/imports/prepare_imports.ts";
import { compileSource } from "../../src/source/source.ts";
import { assemble } from "../_wat.ts";

async function prepare(text: string, given: Partial<GivenImports> = {}) {
  const compiled = await compileSource(assemble(`(module ${text})`));
  return await prepareImports(compiled, {
    limits: {},
    convention: () => cString(),
    ...given,
  } as GivenImports);
}

Deno.test("each instance has its own host functions and memories, and shares the information about imports", async () => {
  const { first, wire } = await prepare(
    '(import "env" "memory" (memory 1)) (import "env" "f" (func))',
    { imports: { env: { f: hostFunction({ parameters: [], result: "void" }, () => {}) } } },
  );
  const second = wire();
  assertEquals(first.host === second.host, false);
  assertEquals(
    first.memories.get("env.memory") === second.memories.get("env.memory"),
    false,
  );
  assertEquals(first.host.context === second.host.context, true);
});

Deno.test("the modules that the imports need are loaded once: WASI, or a guard of plain functions", async () => {
  const plain = await prepare('(import "env" "f" (func))', { imports: { env: { f: () => {} } } });
  assertEquals([plain.first.host.context.guard !== undefined, plain.first.host.wasi], [
    true,
    undefined,
  ]);
  const wasi = await prepare('(import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))');
  assertEquals([wasi.first.host.wasi === undefined, wasi.wire().host.wasi === undefined], [
    false,
    false,
  ]);
});

Deno.test("a missing import is an error with advice on where the guest comes from", async () => {
  const { code, message, problems } = await assertRejects(
    () => prepare('(import "gojs" "f" (func))'),
    LoadError,
  );
  assertEquals([code, problems], ["imports", ['import[0] "gojs.f" () -> (): missing']]);
  assertEquals(message.includes("It was compiled by Go"), true);
});

Deno.test("pointers are as wide as the guest's memory", async () => {
  const narrow = await prepare("(memory 1)");
  assertEquals(narrow.first.host.context.address64(), false);
  assertEquals((await prepare("(memory i64 1)")).first.host.context.address64(), true);
});
