// The parameters of each function are stated in `testdata/assemblyscript/*.as`.
import { assertEquals } from "@std/assert";
import { managedParameters } from "../../../src/cli/inspect/managed_parameters.ts";
import { readModule } from "../../../src/binary/module.ts";
import { guestBytes } from "../../_guests.ts";
import { assemble } from "../../_wat.ts";

async function managedOf(name: string) {
  const bytes = await guestBytes(name);
  const found = managedParameters(bytes, readModule(bytes));
  return found && Object.fromEntries(found);
}

Deno.test("the objects among the parameters are those that a function keeps", async () => {
  assertEquals(await managedOf("assemblyscript/strings"), {
    greet: [0],
    echo: [0],
    repeat: [0],
    join: [0, 1],
    units: [0],
    echoOrNull: [0],
  });
});

for (const name of ["assemblyscript/optional", "assemblyscript/optional_plain"]) {
  Deno.test(`a function of numbers keeps none, optimised or not: ${name}`, async () => {
    assertEquals(await managedOf(name), { greet: [0, 1], repeat: [0] });
  });
}

for (const name of ["assemblyscript/strings_stub", "c/symbols", "wat/no_memory"]) {
  Deno.test(`without a garbage collector nothing shows objects: ${name}`, async () => {
    assertEquals(await managedOf(name), undefined);
  });
}

Deno.test("a function that only resembles one that keeps an object has none", () => {
  const bytes = assemble(`(module
    (global $stack (mut i32) (i32.const 1024))
    (memory 1)
    (func (export "room_alone") (param i32)
      (global.set $stack (i32.sub (global.get $stack) (i32.const 4))))
    (func (export "zeroes") (param i32)
      (global.set $stack (i32.sub (global.get $stack) (i32.const 4)))
      (i32.store (global.get $stack) (i32.const 0)))
    (func (export "empty") (param i32)))`);
  assertEquals(managedParameters(bytes, readModule(bytes)), undefined);
});
