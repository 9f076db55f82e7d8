// The types of each function are stated in `testdata/assemblyscript/*.as`.
import { assertEquals } from "@std/assert";
import { loadIdle } from "../../../src/cli/inspect/idle_guest.ts";
import { inspectFunctions } from "../../../src/cli/inspect/inspected_functions.ts";
import { understandManaged } from "../../../src/cli/inspect/managed_functions.ts";
import { assemble } from "../../_wat.ts";
import { readGuest, sourceOf } from "./_guests.ts";

Deno.test("functions of AssemblyScript are called with the objects that they keep", async () => {
  const functions = await inspectFunctions(
    await loadIdle(await readGuest("assemblyscript/strings")),
  );
  const called = functions.flatMap(({ name, role, line, steps }) =>
    steps.length > 0 ? [[name, role, line]] : []
  );
  assertEquals(called, [
    ["version", "declared", "guest.symbols.version()"],
    ["greet", "text", 'guest.passString("text", "greet")'],
    ["echo", "text", 'guest.passString("text", "echo")'],
    ["repeat", "declared", 'guest.symbols.repeat("text", 0)'],
    ["join", "declared", 'guest.symbols.join("text", "text")'],
    ["units", "text", 'guest.passString("text", "units")'], // nothing shows that it returns an i32
    ["echoOrNull", "text", 'guest.passString("text", "echoOrNull")'],
  ]);
});

Deno.test("a function that keeps nothing takes numbers, although a text has the same type", async () => {
  const functions = await inspectFunctions(
    await loadIdle(await readGuest("assemblyscript/optional")),
  );
  const { role, line, understood, textProblem } = functions.find(({ name }) => name === "negate")!;
  assertEquals([role, line, textProblem], ["numbers", "guest.symbols.negate(0)", undefined]);
  assertEquals(
    understood,
    "It protects no argument from the garbage collector, so it takes only numbers. Its result is a number " +
      "or the address of an object, taken as a number.",
  );
});

for (const name of ["c/symbols", "assemblyscript/strings_stub"]) {
  Deno.test(`no types are found for another guest, or without a garbage collector: ${name}`, async () => {
    assertEquals(understandManaged(await loadIdle(await readGuest(name))), undefined);
  });
}

Deno.test("a getter that traps, or returns an address beyond memory, takes numbers", async () => {
  const functions = await inspectFunctions(
    await loadIdle(sourceOf(assemble(`(module (memory (export "memory") 1)
    (global $stack (mut i32) (i32.const 4096))
    (func (export "__new") (param i32 i32) (result i32) (i32.const 0))
    (func (export "__pin") (param i32) (result i32) (local.get 0))
    (func (export "__unpin") (param i32))
    (func (export "broken") (result i32) (unreachable))
    (func (export "far") (result i32) (i32.const 0x10010))
    (func (export "echo") (param i32) (result i32)
      (global.set $stack (i32.sub (global.get $stack) (i32.const 4)))
      (i32.store (global.get $stack) (local.get 0))
      (local.get 0)))`))),
  );
  const lines = new Map(functions.map(({ name, role, line }) => [name, [role, line]]));
  assertEquals(lines.get("broken"), ["numbers", "guest.symbols.broken()"]);
  assertEquals(lines.get("far"), ["numbers", "guest.symbols.far()"]);
  assertEquals(lines.get("echo"), ["text", 'guest.passString("text", "echo")']);
});
