// The component model's canonical ABI, "Loading" and "Storing", for own and borrow.
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { createScope, release, undo } from "../../../src/component/link/call_scope.ts";
import { placeOf } from "../../../src/component/link/canon_place.ts";
import { Store } from "../../../src/component/link/component_store.ts";
import { HostResource } from "../../../src/component/link/host_resource.ts";
import { LinkedInstance } from "../../../src/component/link/linked_instance.ts";
import { handlesIn } from "../../../src/component/link/resource_handles.ts";
import { JCO_SHAPES } from "../../../src/component/values/js_shapes.ts";
import { failure, File, loadResources } from "./_guests.ts";

Deno.test("a guest that keeps a handle which was lent to it has trapped", async () => {
  using guest = await loadResources();
  const error = failure(() => guest.interfaces[""].forgets(new File("a")));
  assertEquals(
    error.message,
    'Cannot complete "forgets": the guest broke the canonical ABI: it keeps handles that were ' +
      "lent to it, expected all of them to be dropped",
  );
  assertEquals(guest.state, "poisoned");
});

Deno.test("a handle that is lent cannot be given away", () => {
  const instance = new LinkedInstance(new Store(0));
  const resource = new HostResource("file", undefined);
  const options = { encoding: "utf8", memory: undefined, realloc: undefined } as const;
  const place = placeOf(instance, { ...options, postReturn: undefined }, JCO_SHAPES);
  const handles = handlesIn(place, resource);
  place.scope = createScope();
  const object = {};
  const lent = handles.addBorrow(object);
  assertThrows(() => handles.takeOwn(lent), GuestError, "is borrowed, expected one that it owns");
  const owned = handles.addOwn(object);
  assertStrictEquals(handles.takeBorrow(owned), object);
  assertThrows(() => handles.takeOwn(owned), GuestError, "is lent, expected a handle");
  release(place.scope);
  assertStrictEquals(handles.takeOwn(owned), object);
});

Deno.test("the handles of arguments are taken back if a later one is refused", () => {
  const instance = new LinkedInstance(new Store(0));
  const resource = new HostResource("file", undefined);
  const options = { encoding: "utf8", memory: undefined, realloc: undefined } as const;
  const place = placeOf(instance, { ...options, postReturn: undefined }, JCO_SHAPES);
  const handles = handlesIn(place, resource);
  place.scope = createScope();
  const added = [handles.addOwn({}), handles.addBorrow({})];
  release(place.scope);
  undo(place.scope);
  for (const index of added) {
    assertThrows(() => handles.takeBorrow(index), GuestError, "is not in its table");
  }
});

Deno.test("a handle that a guest makes up is a trap", async () => {
  using guest = await loadResources();
  const error = failure(() => guest.interfaces["counters"].Counter.wrong());
  assertEquals(
    error.message,
    'Cannot complete "[static]counter.wrong": the guest broke the canonical ABI: handle 77 is ' +
      "not in its table, expected a handle of Counter",
  );
});
