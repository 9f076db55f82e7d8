import { assertEquals, assertThrows } from "@std/assert";
import { GuestError } from "../../../mod.ts";
import { HOST_STRUCT_GUESTS, loadHostStructs } from "../../_host_structs.ts";
import { PARTICLE, PERSON, POINT, RECT, TEN } from "../../_struct_guests.ts";

// Both forms of a host function must have the same outcome: the 100th call takes the compiled one.
const CALLS = 120;
const I32 = { parameters: ["i32"], result: "i32" } as const;
const TWO = { parameters: ["i32", "i32"], result: "i32" } as const;
const NONE = { parameters: [], result: "i32" } as const;

for (const guestName of HOST_STRUCT_GUESTS) {
  Deno.test(`${guestName}: a host function gets a struct as an object`, async () => {
    const area = { parameters: [RECT], result: "i32" } as const;
    const rects: unknown[] = [];
    using guest = await loadHostStructs(guestName, "area", area, (rect) => {
      rects.push(rect);
      return (rect.b.x - rect.a.x) * (rect.b.y - rect.a.y);
    }, TWO);
    for (let call = 0; call < CALLS; call++) {
      assertEquals(guest.symbols.run(call, 4), 2 * (call - 1));
      assertEquals(rects.pop(), { a: { x: 1, y: 2 }, b: { x: call, y: 4 } });
    }
    const next = { parameters: [TEN], result: { ...TEN, by: "value" } } as const;
    using tens = await loadHostStructs(guestName, "next_ten", next, (ten) => {
      assertEquals(ten, { a: 5, b: 2, c: 3, d: 4.5, e: 5.5, f: 6.5, g: 7, h: 8, i: 9, j: 10n });
      return ten;
    }, { parameters: ["i32"], result: "f64" });
    for (let call = 0; call < CALLS; call++) tens.symbols.run(5);
  });

  Deno.test(`${guestName}: a null pointer is null where it is declared, and else an error`, async () => {
    const exported = "call_area_null";
    const nullable = { parameters: [{ ...RECT, nullable: true }], result: "i32" } as const;
    using some = await loadHostStructs(
      guestName,
      "area",
      nullable,
      (rect) => rect === null ? 1 : 0,
      {
        ...NONE,
        exported,
      },
    );
    using none = await loadHostStructs(
      guestName,
      "area",
      {
        parameters: [RECT],
        result: "i32",
      },
      () => 0,
      { ...NONE, exported },
    );
    using far = await loadHostStructs(guestName, "area", nullable, () => 0, {
      ...NONE,
      exported: "call_area_far",
    });
    for (let call = 0; call < CALLS; call++) {
      assertEquals(some.symbols.run(), 1);
      assertThrows(
        () => none.symbols.run(),
        GuestError,
        'Cannot lift argument 0 of import "env.area": the guest gave a null pointer, expected a ' +
          'struct with "a" and "b", or nullable: true',
      );
      assertThrows(() => far.symbols.run(), RangeError, "at pointer 0x7ffffff0");
    }
  });

  Deno.test(`${guestName}: texts and lists of a struct are lifted with it`, async () => {
    const greet = { parameters: [PERSON], result: "i32" } as const;
    using guest = await loadHostStructs(
      guestName,
      "greet",
      greet,
      ({ name, age }) => name === "Mária" ? age : -1,
      I32,
    );
    for (let call = 0; call < CALLS; call++) assertEquals(guest.symbols.run(call), call);
    const total = { parameters: [{ type: "list", item: PARTICLE }], result: "f64" } as const;
    using totals = await loadHostStructs(
      guestName,
      "total",
      total,
      (particles) => particles.reduce((sum, { x, mass, kind }) => sum + x + mass * kind, 0),
      { parameters: ["i32"], result: "f64" },
    );
    for (let call = 0; call < CALLS; call++) {
      assertEquals(totals.symbols.run(0), 0);
      assertEquals(totals.symbols.run(3), 0 + 0.5 + 1 + 3 + 2 + 7.5);
    }
    const pair = { parameters: [{ type: "list", item: "i32", count: 2 }], result: "i32" } as const;
    using pairs = await loadHostStructs(guestName, "sum_pair", pair, ([a, b]) => a! - b!, TWO);
    for (let call = 0; call < CALLS; call++) assertEquals(pairs.symbols.run(call, 2), call - 2);
  });

  Deno.test(`${guestName}: a struct by value is passed as the address of a copy`, async () => {
    const by = "value";
    const middle = { parameters: [{ ...RECT, by }], result: { ...POINT, by } } as const;
    using guest = await loadHostStructs(guestName, "middle", middle, ({ b }) => b, TWO);
    for (let call = 0; call < CALLS; call++) {
      assertEquals(guest.symbols.run(call, 7), 1000 * call + 7);
    }
  });
}
