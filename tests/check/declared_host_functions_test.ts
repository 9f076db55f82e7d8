import { assertEquals, assertStrictEquals } from "@std/assert";
import { hostFunction } from "../../mod.ts";
import { Problem } from "../../src/base/errors.ts";
import { makeHostFunctionCheck } from "../../src/check/declared.ts";
import type { HostFunction } from "../../src/imports/host_function.ts";

/** A host function whose declaration was changed after it was made. */
function made(declaration: object): HostFunction {
  return { declaration, callback: () => {} } as unknown as HostFunction;
}

Deno.test("a checked host function has a copy of its declaration, and stays the same one after a reset", () => {
  const check = makeHostFunctionCheck();
  const given = hostFunction({ parameters: ["u32"], result: "void" }, () => {});
  const checked = check(given, "env.f", undefined) as HostFunction;
  assertEquals([checked.declaration, checked.callback === given.callback], [
    given.declaration,
    true,
  ]);
  assertEquals(checked.declaration === given.declaration, false);
  assertStrictEquals(check(given, "env.f", undefined), checked);
  assertEquals(makeHostFunctionCheck()(given, "env.f", undefined) === checked, false);
});

Deno.test("all problems of a declaration are one problem of the import, each time", () => {
  const check = makeHostFunctionCheck();
  const given = made({ parameters: ["int"], result: "void", async: 1 });
  for (let times = 0; times < 2; times++) {
    const found = check(given, "env.f", undefined);
    assertEquals(found instanceof Problem && [found.parts.lines, found.parts.export], [
      ['parameters[0] is "int", did you mean "i32"?', "async is 1, expected a boolean"],
      "env.f",
    ]);
    assertEquals(
      (found as Problem).message.startsWith('Cannot bind the host function to import "env.f": '),
      true,
    );
  }
});

Deno.test("references of core arguments are checked once the parts of a declaration are right", () => {
  const found = makeHostFunctionCheck()(
    made({ parameters: [], result: "void", arguments: [{ parameter: 1 }] }),
    "env.f",
    undefined,
  );
  assertEquals((found as Problem).parts.lines, [
    "arguments[0] is { parameter: 1 }, but there are no parameters",
  ]);
});
