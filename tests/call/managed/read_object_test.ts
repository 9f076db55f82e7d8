import { assertEquals } from "@std/assert";
import type { Result } from "../../../mod.ts";
import { load } from "../../../mod.ts";
import { guestUrl } from "../../_guests.ts";
import { outcome, type Row, testRows, Thrown } from "../../answers/_rows.ts";

/** A result that the guest's object does not fit, in both forms of a call. */
function refused(
  title: string,
  name: string,
  args: readonly unknown[],
  parameters: readonly ("f64" | "i32")[],
  result: Result,
  error: Thrown,
): Row[] {
  return [0, 120].map((warmUp): Row => ({
    name: `${title}, after ${warmUp} calls`,
    guest: "assemblyscript/objects",
    options: { symbols: { [name]: { parameters, result } } },
    ask: ({ symbols }) => symbols[name]!(...args as never[]),
    gives: error,
    warmUp,
  }));
}

testRows([
  ...refused(
    "an object with fewer bytes than its fields",
    "makePoint",
    [1, 2],
    ["f64", "f64"],
    { type: "object", fields: { x: "f64", y: "f64", z: "f64" } },
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift the result of "makePoint": its object has 16 bytes, expected at least 24 for ' +
        "its fields",
    ),
  ),
  ...refused(
    "an object of another class",
    "makePoint",
    [1, 2],
    ["f64", "f64"],
    { type: "object", class: "Small", fields: { x: "f64" } },
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift the result of "makePoint": its class is class 4 (id 4), expected Small',
    ),
  ),
  ...refused(
    "an array for an object with fields",
    "square",
    [1],
    ["i32"],
    { type: "object", class: "Unknown", fields: { x: "i32" } },
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift the result of "square": its class is Array of objects (id 11), expected Unknown',
    ),
  ),
  ...refused(
    "a field that is not text",
    "makeShape",
    [1],
    ["i32"],
    {
      type: "object",
      fields: { text: "string", note: { type: "reference", nullable: true }, at: "string" },
    },
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift field "at" of the result of "makeShape": its class is class 4 (id 4), expected ' +
        "String",
    ),
  ),
  ...refused(
    "a null field that may not be null",
    "makeShape",
    [1],
    ["i32"],
    { type: "object", fields: { text: "string", note: "string" } },
    new Thrown(
      "GuestError",
      "null-pointer",
      'Cannot lift field "note" of the result of "makeShape": the guest gave a null reference, ' +
        "expected a string",
    ),
  ),
  ...refused(
    "an item of an array that is not text",
    "square",
    [1],
    ["i32"],
    { type: "objects", item: "string" },
    new Thrown(
      "GuestError",
      "signature",
      'Cannot lift an item of the result of "square": its class is class 4 (id 4), expected String',
    ),
  ),
]);

Deno.test("the limit on results applies to objects", async () => {
  using guest = await load(guestUrl("assemblyscript/objects"), {
    limits: { results: 200 },
    symbols: {
      square: {
        parameters: ["i32"],
        result: { type: "objects", item: { type: "object", fields: { x: "f64", y: "f64" } } },
      },
    },
  });
  for (let call = 0; call < 150; call++) {
    assertEquals(
      await outcome(() => guest.symbols.square(1)),
      new Thrown(
        "GuestError",
        "result-too-large",
        'Cannot lift an item of the result of "square": it takes at least 224 bytes of host memory, expected ' +
          "at most 200 or a higher limits: { results }",
      ),
    );
  }
});

Deno.test("references that were made before an error are released", async () => {
  const counter = { type: "reference", class: "Counter" } as const;
  using guest = await load(guestUrl("assemblyscript/objects"), {
    symbols: {
      makeCounter: { parameters: ["i32"], result: counter },
      hold: {
        parameters: [counter, "string"],
        result: { type: "object", fields: { counter, name: { type: "array", element: "f64" } } },
      },
    },
  });
  const isPinned = (pointer: number) => (Number(guest.memory.read("u32", pointer - 16)) & 3) === 3;
  for (let call = 0; call < 120; call++) {
    const counter = guest.symbols.makeCounter(1);
    const { pointer } = counter;
    const found = await outcome(() => guest.symbols.hold(counter, "me"));
    assertEquals(
      (found as Thrown).message,
      'Cannot lift field "name" of the result of "hold": its class is String (id 2), expected an ' +
        "array of f64",
    );
    assertEquals(isPinned(pointer), true);
    counter.release();
    assertEquals(isPinned(pointer), false);
  }
});
