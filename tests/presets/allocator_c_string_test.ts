import { assertEquals, assertThrows } from "@std/assert";
import { cString, load, RESULT_FORMS } from "../../mod.ts";
import { readModule } from "../../src/binary/module.ts";
import { C_STRING } from "../../src/presets/allocator.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

Deno.test("a C string is a pointer to text that a NUL ends, both ways", () => {
  const { pass, terminated, results, encoding, place } = cString({
    allocate: "malloc",
    free: "free",
  });
  assertEquals([pass, terminated, results, encoding], [
    [["pointer"]],
    "always",
    [RESULT_FORMS.terminated],
    "utf-8",
  ]);
  assertEquals(place, { kind: "allocator", allocate: "malloc", free: "free" });
});

Deno.test("without an allocator texts are put on the stack, and nothing is freed", () => {
  const { place, expression } = cString();
  assertEquals([place, expression], [{ kind: "stack" }, "cString()"]);
});

Deno.test("the options are printed as they were given, and are not changed", () => {
  const { expression, encoding } = cString({ allocate: "m", encoding: "latin1" });
  assertEquals([expression, encoding], [
    'cString({ allocate: "m", encoding: "latin1" })',
    "latin1",
  ]);
  assertThrows(() => cString({ alocate: "m" } as object), TypeError, 'did you mean "allocate"?');
});

/** Finds what the exports suggest. */
function suggest(use: string) {
  const bytes = assemble(`(module (memory (export "memory") 1)
    (func (export "malloc") (param i32) (result i32) (i32.const 8))
    (func (export "free") (param i32)) ${use})`);
  return C_STRING.suggest!(readModule(bytes)).map(({ convention }) => convention.expression);
}

Deno.test("an allocator suggests C strings if all functions take one pointer", () => {
  assertEquals(suggest('(func (export "greet") (param i32) (result i32) (local.get 0))'), [
    'cString({ allocate: "malloc", free: "free" })',
  ]);
  assertEquals(suggest('(func (export "greet") (param i32 i32) (result i32) (local.get 0))'), []);
});

Deno.test("texts of any length reach a guest of C strings and come back", async () => {
  const convention = cString({ allocate: "malloc", free: "free", resultsFreedBy: "host" });
  using guest = await load(guestPath("c/c_string"), { convention });
  for (const name of ["", "Ada", "x".repeat(1000)]) {
    assertEquals(guest.passString(name, "greet"), `Hello, ${name}!`);
  }
});
