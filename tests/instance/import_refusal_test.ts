import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../mod.ts";
import { checkCallable, unbornError } from "../../src/instance/import_refusal.ts";
import type { Instance } from "../../src/instance/instance.ts";

/** An instance that can be called, or says why not. */
function instance(callable: boolean): Instance {
  const refuse = (action: string, symbol: string) =>
    new GuestError("poisoned", `Cannot ${action}`, { export: symbol });
  return { callable, refuse } as unknown as Instance;
}

Deno.test("a guest that is not there yet, or can be called, is called", () => {
  checkCallable(undefined, "call", "env.log");
  checkCallable(instance(true), "return from", "env.log");
});

Deno.test("a guest that has ended is neither called nor returned to, by the import's name", () => {
  for (const action of ["call", "return from"] as const) {
    const error = assertThrows(() => checkCallable(instance(false), action, "env.log"), GuestError);
    assertEquals([error.message, error.export], [`Cannot ${action} import "env.log"`, "env.log"]);
  }
});

Deno.test("a start function that needs its memory is told that it is too early", () => {
  const error = unbornError("env.log");
  assertStrictEquals(error.code, "busy");
  assertStrictEquals(
    error.message,
    'Cannot call import "env.log": the guest is still being instantiated, and its memory is not ' +
      "known yet, expected a guest that imports its memory (asc --importMemory, wasm-ld " +
      "--import-memory), or exports what starts it (asc --exportStart _initialize)",
  );
});
