// The component model's explainer, "Index Spaces", and the canonical ABI, "Component Instances".
import { assertEquals, assertStrictEquals } from "@std/assert";
import { Store } from "../../../src/component/link/component_store.ts";
import { HostResource } from "../../../src/component/link/host_items.ts";
import type { Item } from "../../../src/component/link/items.ts";
import { enteredFrom, LinkedInstance } from "../../../src/component/link/linked_instance.ts";
import type { ResourceType } from "../../../src/component/types.ts";
import { failure, loadLinked } from "./_guests.ts";

const TYPE: ResourceType = {
  kind: "resource",
  offset: 0,
  destructor: undefined,
};

const RESOURCE = new HostResource("file", undefined);

const ITEM: Item = { kind: "type", resource: RESOURCE };

Deno.test("each sort has an index space of its own", () => {
  const instance = new LinkedInstance(new Store(0));
  instance.add("type", ITEM);
  instance.add("instance", instance);
  assertStrictEquals(instance.get({ sort: "type", index: 0 }), ITEM);
  assertStrictEquals(instance.get({ sort: "instance", index: 0 }), instance);
});

Deno.test("a resource stands for a type in an instance, and in those defined in it", () => {
  const store = new Store(0);
  const outer = new LinkedInstance(store);
  const inner = new LinkedInstance(store, undefined, outer);
  outer.bindTypes({ sort: "type", type: TYPE }, ITEM);
  const named = { kind: "named", name: "f", owner: undefined, type: TYPE } as const;
  assertStrictEquals(inner.findResource(named), RESOURCE);
  assertEquals(new LinkedInstance(store).findResource(TYPE), undefined);
  assertStrictEquals(inner.around(1), outer);
});

Deno.test("the types of an instance stand for those of its type, at any depth", () => {
  const instance = new LinkedInstance(new Store(0));
  const type = (exports: readonly { name: string; type: never }[]) => ({
    sort: "instance" as const,
    type: { kind: "instance" as const, exports, resources: [] },
  });
  const exported = { name: "t", type: { sort: "type", type: TYPE } as never };
  const nested = { name: "i", type: type([exported]) as never };
  const inside = { kind: "instance" as const, exports: new Map([["t", ITEM]]) };
  instance.bindTypes(type([nested]), { kind: "instance", exports: new Map([["i", inside]]) });
  assertStrictEquals(instance.findResource(TYPE), RESOURCE);
});

Deno.test("a call enters the callee and those around it that are not the caller's", () => {
  const store = new Store(0);
  const root = new LinkedInstance(store);
  const [left, right] = [new LinkedInstance(store, root), new LinkedInstance(store, root)];
  const inner = new LinkedInstance(store, left);
  assertEquals(enteredFrom(inner, undefined), [inner, left, root]);
  assertEquals(enteredFrom(inner, right), [inner, left]);
  assertEquals(enteredFrom(right, inner), [right]);
  assertEquals(enteredFrom(root, inner), []);
});

Deno.test("the host cannot call a component that is being called", async () => {
  let again = () => {};
  using guest = await loadLinked(() => again());
  const { callBack, echo } = guest.interfaces[""];
  let message = "";
  again = () => {
    message = failure(() => echo("a")).message;
  };
  callBack();
  assertEquals(
    message,
    'Cannot call "echo": a call of the component is in progress, and it cannot be entered again, ' +
      "expected that call to end first",
  );
  assertEquals([echo("b"), guest.state], ["b", "ready"]);
});
