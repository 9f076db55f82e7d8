import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LoadError } from "../../../mod.ts";
import { describeStandIn, loadIdle, missingImports } from "../../../src/cli/inspect/idle_guest.ts";
import { readModule } from "../../../src/binary/module.ts";
import { assemble } from "../../_wat.ts";
import { BUFFER_GUEST, readGuest, sourceOf } from "./_guests.ts";

Deno.test("each import of a guest is provided, and the missing ones are listed", async () => {
  const { guest, info, missing } = await loadIdle(await readGuest("wat/imports_all_kinds"));
  assertEquals(guest.state, "ready");
  assertEquals(
    missingImports(info.imports, missing).map(({ name }) => name).sort(),
    info.imports.map(({ name }) => name).filter((name) => name !== "memory").sort(),
  );
});

Deno.test("import 1 is not taken for import 10", () => {
  const imports = readModule(assemble(
    `(module ${
      Array.from({ length: 12 }, (_, index) => `(import "m" "f${index}" (func))`).join("")
    })`,
  )).imports;
  const missing = ['import[10] "m.f10" () -> (): missing'];
  assertEquals(missingImports(imports, missing), [imports[10]]);
});

Deno.test("the replacement of a missing import has its type", () => {
  const { imports } = readModule(assemble(
    `(module (import "m" "big" (global (mut i64))) (import "m" "f" (func)))`,
  ));
  assertEquals(imports.map(describeStandIn), [
    { kind: "Global", args: [{ value: "i64", mutable: true }, 0n] },
    undefined,
  ]);
});

Deno.test("neither the start function nor the guest's initialisation runs", async () => {
  const { guest } = await loadIdle(await readGuest("wat/start_section"));
  // The start function would have written "started".
  assertEquals(guest.memory.readBytes(1024, 7), new Uint8Array(7));
  assertEquals((await loadIdle(await readGuest("wat/trap_in_initialize"))).guest.state, "ready");
});

Deno.test("the replacement of a missing function traps", async () => {
  const bytes = assemble(`(module (import "env" "log" (func $log))
    (func (export "run") (call $log)))`);
  const { again } = await loadIdle(sourceOf(bytes));
  const guest = await again({ symbols: { run: { parameters: [], result: "void" } } as const });
  const { run } = guest.symbols as unknown as { run: () => void };
  assertThrows(run, Error, 'import[0] "env.log"');
});

Deno.test("a module that cannot be instantiated is an error", async () => {
  const bytes = assemble(`(module (memory 1) (data (i32.const 65536) "x"))`);
  await assertRejects(() => loadIdle(sourceOf(bytes)), LoadError, "Cannot instantiate");
  assertEquals((await loadIdle(sourceOf(BUFFER_GUEST))).missing, [
    'import[0] "env.log" (i32, i32) -> (): missing',
  ]);
});
