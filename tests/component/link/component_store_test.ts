import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { Store } from "../../../src/component/link/component_store.ts";
import { errorOf } from "../../../src/instance/refusal.ts";

Deno.test("the first error ends a component, and a trap carries each", () => {
  const store = new Store(0);
  const first = new Error("first"), second = new Error("second");
  assertEquals(errorOf(store.end(first, true)), first);
  assertEquals(errorOf(store.end(second)), second);
  assertEquals(store.ended, { error: first, isHosts: true });
});

Deno.test("the values of one call have a limit", () => {
  const store = new Store(10);
  store.begin();
  store.charge(10);
  const error = assertThrows(() => store.charge(1), GuestError);
  assertEquals([error.code, error.message], [
    "result-too-large",
    "the values of one call take more than 10 bytes, expected limits.results to allow them",
  ]);
  store.begin();
  store.charge(10);
});

Deno.test("a component that is retired has ended", () => {
  const store = new Store(0);
  store.retire();
  assertEquals(store.ended !== undefined, true);
});
