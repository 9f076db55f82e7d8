import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../mod.ts";
import { checkCallable, unbornError } from "../../src/instance/import_refusal.ts";
import type { Instance } from "../../src/instance/instance.ts";

/** An instance that can be called, or has a reason why not. */
function instance(callable: boolean): Instance {
  const refuse = (action: string, symbol: string) =>
    new GuestError("poisoned", `Cannot ${action}`, { export: symbol });
  return { callable, refuse } as unknown as Instance;
}

Deno.test("a guest that has no instance yet, or can be called, is not refused", () => {
  checkCallable(undefined, "call", "env.log");
  checkCallable(instance(true), "return from", "env.log");
});

Deno.test("a guest that has ended is refused before and after a call, and the error names the import", () => {
  for (const action of ["call", "return from"] as const) {
    const error = assertThrows(() => checkCallable(instance(false), action, "env.log"), GuestError);
    assertEquals([error.message, error.export], [`Cannot ${action} import "env.log"`, "env.log"]);
  }
});

Deno.test("the error for a start function that needs memory says that it is too early", () => {
  const error = unbornError("env.log");
  assertStrictEquals(error.code, "busy");
  assertStrictEquals(
    error.message,
    'Cannot call import "env.log": the guest is still being instantiated, and its memory is not ' +
      "known yet, expected a guest that imports its memory (asc --importMemory, wasm-ld " +
      "--import-memory), or exports what starts it (asc --exportStart _initialize)",
  );
});
