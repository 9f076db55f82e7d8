import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../../mod.ts";
import { guestUrl } from "../../_guests.ts";

// Objects that hold others of their class.

const node = {
  type: "object",
  class: "Node",
  fields: { value: "i32", next: { type: "object", class: "Node", nullable: true } },
} as const;

type List = { value: number; next: List | null };

function listOf(count: number): List {
  let list: List = { value: count, next: null };
  for (let value = count - 1; value > 0; value--) list = { value, next: list };
  return list;
}

const host = { text: () => {}, point: () => {}, node: () => {}, ext: () => {}, buf: () => {} };

const loaded = await load(guestUrl("assemblyscript/bindings"), {
  symbols: {
    node: { parameters: [node], result: node },
    circle: { parameters: [], result: node },
  },
  imports: { host },
});

Deno.test("a linked list can be as long as the limit on nesting, in each direction", () => {
  const list = listOf(1001);
  const found = loaded.symbols.node(list);
  let length = 0;
  for (let at: List | null = found; at !== null; at = at.next) assertEquals(at.value, ++length);
  assertEquals(length, 1001);
});

Deno.test("a linked list that is too long or circular is refused before any object is made", () => {
  const circle: List = { value: 1, next: null };
  circle.next = circle;
  for (const list of [listOf(1002), circle]) {
    assertThrows(
      () => loaded.symbols.node(list),
      TypeError,
      'Cannot pass argument 0 to "node": it goes more than 1000 levels deep, expected fewer, and ' +
        "no object that holds itself",
    );
  }
});

Deno.test("an object of the guest that refers to itself is refused", () => {
  for (let call = 0; call < 120; call++) {
    assertThrows(
      () => loaded.symbols.circle(),
      GuestError,
      'Cannot lift field "next" of the result of "circle": it goes more than 1000 levels deep, ' +
        "expected fewer, and no object that holds itself",
    );
  }
  assertEquals(loaded.symbols.node(listOf(2)), listOf(2));
});

Deno.test("an error names the place of a wrong value, however deep", () => {
  const list = listOf(3);
  Object.assign(list.next!.next!, { value: "3" });
  assertThrows(
    () => loaded.symbols.node(list),
    TypeError,
    'Cannot pass argument 0 .next.next.value to "node": it is "3", expected a number for i32',
  );
});

Deno.test("the plan names the class where it occurs again", async () => {
  const { steps } = await loaded.plan("node");
  const lines = steps.map(({ text }) => text).join("\n");
  assertEquals(lines.includes('"next" at 4 (another object of class "Node" or null)'), true, lines);
});
