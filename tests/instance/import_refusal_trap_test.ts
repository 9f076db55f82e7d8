import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { thrownInto } from "../../src/instance/import_refusal.ts";
import { errorOf } from "../../src/instance/refusal.ts";
import { assemble } from "../_wat.ts";

/** Calls a guest that catches all errors of its import and then returns 1. */
function callCatching(back: () => void): unknown {
  const module = new WebAssembly.Module(assemble(`(module (import "env" "back" (func $back))
    (func (export "go") (result i32) (try (do (call $back)) (catch_all)) (i32.const 1)))`));
  const { exports } = new WebAssembly.Instance(module, { env: { back } });
  try {
    return (exports.go as () => number)();
  } catch (error) {
    return error;
  }
}

function throwing(error: unknown): () => never {
  return () => {
    throw error;
  };
}

for (const error of [new SyntaxError("the host's own"), "a text", undefined, null, 5]) {
  Deno.test(`a guest cannot catch the trap that carries ${String(error)}`, () => {
    assertEquals(callCatching(throwing(error)), 1);
    const trap = thrownInto(error);
    assertStrictEquals(callCatching(throwing(trap)), trap);
    assertStrictEquals(errorOf(trap), error);
  });
}

Deno.test("a trap shows the error that it carries", () => {
  const error = new SyntaxError("the host's own");
  const trap = thrownInto(error);
  assert(trap instanceof WebAssembly.RuntimeError);
  assertEquals({ message: trap.message, cause: trap.cause }, {
    message: "the host's own",
    cause: error,
  });
});

Deno.test("a trap that carries an error stays the same one", () => {
  const trap = thrownInto(new Error("first"));
  assertStrictEquals(thrownInto(trap), trap);
});

Deno.test("each error has a trap of its own", () => {
  const [first, second] = [thrownInto("first"), thrownInto("second")];
  assertEquals([errorOf(first), errorOf(second)], ["first", "second"]);
});

Deno.test("an error that no trap carries is returned unchanged", () => {
  const error = new WebAssembly.RuntimeError("unreachable");
  assertStrictEquals(errorOf(error), error);
  assertStrictEquals(errorOf(undefined), undefined);
});
