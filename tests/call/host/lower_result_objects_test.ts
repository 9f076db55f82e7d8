import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, type GuestObject, hostFunction, load } from "../../../mod.ts";
import { guestUrl } from "../../_guests.ts";

const point = { type: "object", class: "Point", fields: { x: "f64", y: "f64" } } as const;

const person = {
  type: "object",
  class: "Person",
  fields: { name: "string", at: point, tags: { type: "strings" } },
} as const;

const counter = { type: "reference", class: "Counter" } as const;

type Person = { name: string; at: { x: number; y: number }; tags: string[] };

const symbols = {
  moved: { parameters: ["f64", "f64", "f64"], result: "f64" },
  announce: { parameters: ["string"], result: "void" },
  renamed: { parameters: ["string"], result: "string" },
  mirrored: { parameters: ["i32"], result: "f64" },
  give: { parameters: ["i32"], result: "void" },
  takeBack: { parameters: ["i32"], result: "i32" },
  churn: { parameters: ["i32"], result: "i32" },
} as const;

/** Loads the guest with host functions that change what they get. */
async function loadGuest() {
  const shown: Person[] = [];
  const kept: GuestObject<"Counter">[] = [];
  let answer = (person: Person | null): unknown =>
    person && { ...person, name: `${person.name}!`, at: { x: person.at.x + 0.5, y: 0 } };
  const guest = await load(guestUrl("assemblyscript/host_objects"), {
    symbols,
    imports: {
      host_objects: {
        move: hostFunction(
          { parameters: [point, "f64"], result: point },
          ({ x, y }, by) => ({ x: x + by, y: y + by }),
        ),
        show: hostFunction({ parameters: [person], result: "void" }, (person) => {
          shown.push(person);
        }),
        rename: hostFunction(
          {
            parameters: [{ ...person, nullable: true }],
            result: { ...person, nullable: true },
          },
          (person) => answer(person) as Person | null,
        ),
        mirror: hostFunction(
          {
            parameters: [{ type: "objects", item: point }],
            result: { type: "objects", item: point },
          },
          (points) => points.toReversed(),
        ),
        keep: hostFunction({ parameters: [counter], result: "void" }, (counter) => {
          kept.push(counter);
        }),
        last: hostFunction(
          { parameters: [], result: { ...counter, nullable: true } },
          () => kept.at(-1) ?? null,
        ),
      },
    },
  });
  return { guest, shown, kept, answerWith: (made: typeof answer) => answer = made };
}

Deno.test("objects go to the host and back, in both forms of a call", async () => {
  const { guest, shown } = await loadGuest();
  const { moved, announce, renamed, mirrored, churn } = guest.symbols;
  for (let call = 0; call < 150; call++) {
    assertStrictEquals(moved(1, 2, call), (1 + call) * 1000 + 2 + call);
    announce("Ada");
    assertEquals(shown.splice(0), [{ name: "Ada", at: { x: 1, y: 2 }, tags: ["a", "Ada"] }]);
    assertStrictEquals(renamed("Zoë"), "Zoë!@1.5#a|Zoë");
    assertStrictEquals(renamed(""), "nobody");
    // 2·1 + 1·2 + 0·3
    assertStrictEquals(mirrored(3), 4);
    if (call % 50 === 0) churn(2000);
  }
  guest.close();
});

Deno.test("a reference that a host function gets stays until it is released", async () => {
  const { guest, kept } = await loadGuest();
  const { give, takeBack, churn } = guest.symbols;
  assertStrictEquals(takeBack(1), -1);
  give(10);
  for (let call = 1; call <= 150; call++) {
    if (call % 50 === 0) churn(5000);
    assertStrictEquals(takeBack(1), 10 + call);
  }
  kept[0]!.release();
  const { message } = assertThrows(() => takeBack(1), GuestError);
  assertStrictEquals(
    message,
    'Cannot return a value from import "host_objects.last": an object of class "Counter": it was ' +
      "released",
  );
  guest.close();
});

Deno.test("a result with a wrong field is refused by its path", async () => {
  const { guest, answerWith } = await loadGuest();
  const { renamed } = guest.symbols;
  answerWith((person) => person && { ...person, at: { x: "1", y: 2 } });
  assertThrows(
    () => renamed("Ada"),
    TypeError,
    'Cannot return a value .at.x from import "host_objects.rename": it is "1", expected a number ' +
      "for f64",
  );
});

Deno.test("memory does not grow with 20,000 objects for the host", async () => {
  const { guest, shown } = await loadGuest();
  const { moved, announce, mirrored } = guest.symbols;
  const round = () => {
    for (let call = 0; call < 1000; call++) {
      moved(1, 2, 3);
      announce("Ada");
      mirrored(5);
    }
    shown.length = 0;
  };
  round();
  round();
  const before = guest.memory.size;
  for (let count = 0; count < 20; count++) round();
  assertEquals(guest.memory.size, before);
  guest.close();
});
