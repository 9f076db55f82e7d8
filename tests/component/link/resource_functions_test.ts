// The component model's canonical ABI, "canon resource.new", "resource.drop" and "resource.rep".
import { assertEquals, assertThrows } from "@std/assert";
import { Store } from "../../../src/component/link/component_store.ts";
import { HostResource } from "../../../src/component/link/host_resource.ts";
import { LinkedInstance } from "../../../src/component/link/linked_instance.ts";
import { resourceFunction } from "../../../src/component/link/resource_functions.ts";
import { errorOf } from "../../../src/instance/refusal.ts";
import { failure, loadResources } from "./_guests.ts";

Deno.test("a resource has a handle from its making to its end", () => {
  const instance = new LinkedInstance(new Store(0));
  const resource = new HostResource("file", undefined);
  const object = {};
  const representation = resource.take(object, []);
  const act = (action: Parameters<typeof resourceFunction>[0], value: number) =>
    resourceFunction(action, resource, instance)(value);
  assertEquals(act("resource.new", representation), 1);
  assertEquals(act("resource.rep", 1), representation);
  assertEquals(act("resource.drop", 1), undefined);
  assertThrows(() => act("resource.rep", 1));
  assertEquals(`${errorOf(instance.store.ended!.error)}`.includes("handle 1 is not in"), true);
});

Deno.test("a borrowed handle ends without the resource", () => {
  const instance = new LinkedInstance(new Store(0));
  const resource = new HostResource("file", undefined);
  const scope = { borrows: 1, release: [], undo: [] };
  const index = instance.handles.add(resource, resource.take({}, []), scope);
  resourceFunction("resource.drop", resource, instance)(index);
  assertEquals([scope.borrows, resource.lend(1) !== undefined], [0, true]);
});

Deno.test("a handle that is dropped twice is a trap", async () => {
  using guest = await loadResources();
  const { Counter } = guest.interfaces["counters"];
  const error = failure(() => guest.interfaces[""].twice(new Counter(5)));
  assertEquals([error.code, guest.state], ["trap", "poisoned"]);
});
