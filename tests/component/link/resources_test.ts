// The component model's canonical ABI, "Loading" and "Storing" of own and borrow, and "canon
// resource.new", "resource.drop" and "resource.rep".
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { placeOf } from "../../../src/component/link/canon_place.ts";
import { createScope, release, Store, undo } from "../../../src/component/link/component_store.ts";
import {
  carriesHandles,
  handlesIn,
  resourceFunction,
} from "../../../src/component/link/resources.ts";
import { HostResource } from "../../../src/component/link/host_items.ts";
import { LinkedInstance } from "../../../src/component/link/linked_instance.ts";
import type { FunctionType, ValueType } from "../../../src/component/types.ts";
import { JCO_SHAPES } from "../../../src/component/values/js_shapes.ts";
import { errorOf } from "../../../src/instance/refusal.ts";
import { primitive } from "../values/_place.ts";
import { failure, File, loadResources } from "./_guests.ts";

/** Starts a call of an instance with handles of a resource of the host. */
function startCall() {
  const instance = new LinkedInstance(new Store(0));
  const resource = new HostResource("file", undefined);
  const options = { encoding: "utf8", memory: undefined, realloc: undefined } as const;
  const place = placeOf(instance, { ...options, postReturn: undefined }, JCO_SHAPES);
  const handles = handlesIn(place, resource);
  place.scope = createScope();
  return { instance, resource, handles, scope: place.scope };
}

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
  const { handles, scope } = startCall();
  const object = {};
  const lent = handles.addBorrow(object);
  assertThrows(() => handles.takeOwn(lent), GuestError, "is borrowed, expected one that it owns");
  const owned = handles.addOwn(object);
  assertStrictEquals(handles.takeBorrow(owned), object);
  assertThrows(() => handles.takeOwn(owned), GuestError, "is lent, expected a handle");
  release(scope);
  assertStrictEquals(handles.takeOwn(owned), object);
});

Deno.test("the handles of arguments are taken back if a later one is refused", () => {
  const { handles, scope } = startCall();
  const added = [handles.addOwn({}), handles.addBorrow({})];
  release(scope);
  undo(scope);
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

Deno.test("a resource has a handle from its making to its end", () => {
  const { instance, resource } = startCall();
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
  const { instance, resource } = startCall();
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

const BORROW: ValueType = {
  kind: "borrow",
  resource: { kind: "resource", offset: 0, destructor: undefined },
};

const U8 = primitive("u8");

/** Types that hold a handle. */
const HOLDING: readonly ValueType[] = [
  BORROW,
  { ...BORROW, kind: "own" },
  { kind: "list", type: BORROW },
  { kind: "map", key: U8, value: BORROW },
  { kind: "tuple", types: [U8, BORROW] },
  { kind: "record", fields: [{ name: "a", type: BORROW }] },
  { kind: "variant", cases: [{ name: "a", type: undefined }, { name: "b", type: BORROW }] },
  { kind: "option", type: BORROW },
  { kind: "result", ok: undefined, error: BORROW },
  { kind: "named", name: "n", owner: undefined, type: BORROW },
];

function taking(type: ValueType, result?: ValueType): FunctionType {
  return { kind: "function", isAsync: false, parameters: [{ name: "a", type }], result };
}

Deno.test("a function carries handles if a type of it holds one at any depth", () => {
  for (const type of HOLDING) {
    assertEquals([carriesHandles(taking(type)), carriesHandles(taking(U8, type))], [true, true]);
  }
  for (const type of [U8, { kind: "enum", names: ["a"] }] satisfies ValueType[]) {
    assertEquals(carriesHandles(taking({ kind: "list", type })), false);
  }
});
