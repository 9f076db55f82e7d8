// The component model's canonical ABI, "Canonical ABI Options".
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { placeOf } from "../../../src/component/link/canon_place.ts";
import { Store } from "../../../src/component/link/component_store.ts";
import { LinkedInstance } from "../../../src/component/link/linked_instance.ts";
import { GUEST_SHAPES, JCO_SHAPES } from "../../../src/component/values/js_shapes.ts";
import { failure, loadLinked } from "./_guests.ts";

const OPTIONS = {
  encoding: "utf8",
  memory: undefined,
  realloc: undefined,
  postReturn: undefined,
} as const;

Deno.test("a place is made once for the same options and shapes", () => {
  const instance = new LinkedInstance(new Store(0));
  const place = placeOf(instance, OPTIONS, JCO_SHAPES);
  assertStrictEquals(placeOf(instance, { ...OPTIONS }, JCO_SHAPES), place);
  const others = [
    placeOf(instance, OPTIONS, GUEST_SHAPES),
    placeOf(instance, { ...OPTIONS, encoding: "utf16" }, JCO_SHAPES),
    placeOf(new LinkedInstance(new Store(0)), OPTIONS, JCO_SHAPES),
  ];
  assertEquals(others.includes(place), false);
});

Deno.test("a value that needs memory is a trap without it", () => {
  const place = placeOf(new LinkedInstance(new Store(0)), OPTIONS, JCO_SHAPES);
  assertThrows(() => place.memory, GuestError, "the function has none, expected the option memory");
  assertThrows(() => place.allocate(1, 1), GuestError, "expected the option realloc");
});

Deno.test("a block of the allocator that is not aligned is a trap", async () => {
  using guest = await loadLinked();
  const error = failure(() => guest.interfaces[""].misplaced("a"));
  assertEquals(
    error.message,
    'Cannot complete "misplaced": the guest broke the canonical ABI: a block is at ' +
      "pointer 0x3, expected a multiple of 2",
  );
  assertEquals(guest.state, "poisoned");
});
