import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import {
  createScope,
  HandleTable,
  release,
  Store,
} from "../../../src/component/link/component_store.ts";
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

const FILE = { name: "file" }, SOCKET = { name: "socket" };

Deno.test("handles begin at 1, and the last one that became free is the next", () => {
  const table = new HandleTable(new Store(0));
  assertEquals([1, 2, 3].map((number) => table.add(FILE, number)), [1, 2, 3]);
  table.remove(1, FILE);
  table.remove(2, FILE);
  assertEquals([table.add(FILE, 4), table.add(FILE, 5), table.add(FILE, 6)], [2, 1, 4]);
  assertEquals(table.get(2, FILE).representation, 4);
});

Deno.test("a handle that does not exist, has another type or is lent is a trap", () => {
  const table = new HandleTable(new Store(0));
  const index = table.add(FILE, 5);
  const found = (act: () => void) => assertThrows(act, GuestError).message;
  const broke = "the guest broke the canonical ABI: ";
  for (const other of [0, 2]) {
    const message = `handle ${other} is not in its table, expected a handle of file`;
    assertEquals(found(() => table.get(other, FILE)), broke + message);
  }
  assertEquals(
    found(() => table.remove(index, SOCKET)),
    `${broke}handle 1 is one of file, expected one of socket`,
  );
  table.get(index, FILE).lends++;
  assertEquals(
    found(() => table.remove(index, FILE)),
    `${broke}handle 1 of file is lent, expected a handle that is not in use`,
  );
});

Deno.test("a component has a million handles at most, in all tables together", () => {
  const store = new Store(0);
  const [table, other] = [new HandleTable(store), new HandleTable(store)];
  const index = table.add(FILE, 1);
  store.handles = 999_999;
  other.add(FILE, 2);
  const error = assertThrows(() => table.add(FILE, 3), GuestError);
  assertEquals([error.code, error.message], [
    "out-of-memory",
    "the component has 1000000 handles, expected it to drop some before it gets more",
  ]);
  table.remove(index, FILE);
  assertEquals(table.add(FILE, 4), index);
});

Deno.test("a scope releases each of its items once", () => {
  const scope = createScope();
  let count = 0;
  scope.release.push(() => count++);
  release(scope);
  release(scope);
  release(undefined);
  assertEquals(count, 1);
});
