import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../mod.ts";
import { loadedEngine, managed, managedEngine } from "../../src/call/on_demand.ts";
import { instanceOf } from "./_unit.ts";

Deno.test("the engine for objects is loaded once, and a guest without objects has none before", async () => {
  const instance = await instanceOf(`(func (export "new"))`);
  assertEquals(loadedEngine(), undefined);
  const { code } = assertThrows(
    () => managedEngine(instance),
    GuestError,
    'Cannot find export "__new": did you mean "new"? The guest exports functions "new"',
  );
  assertEquals(code, "missing-export");
  await managed.load();
  const engine = managedEngine(instance);
  await managed.load();
  assertEquals([loadedEngine() === engine, managedEngine(instance) === engine], [true, true]);
});
