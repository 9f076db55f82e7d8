import { assertEquals, assertThrows } from "@std/assert";
import {
  BOXED,
  LABEL,
  loadStructs,
  MIXED,
  PARTICLE,
  PERSON,
  RECT,
  SERIES,
  STRUCT_GUESTS,
  TEAM,
  TEN,
} from "../../_struct_guests.ts";
import { inTier, refuseRunSteps } from "../../_tiers.ts";

refuseRunSteps();

// Both forms of a call must have the same outcome: the 100th call takes the compiled one.
const CALLS = 150;
const ten = { a: 1, b: 2, c: 3, d: 4.5, e: 5.5, f: 6.5, g: 7, h: 8, i: 9, j: 10n };

for (const guestName of STRUCT_GUESTS) {
  const hasAllocator = !guestName.endsWith("stack");

  Deno.test(`${guestName}: compiled calls pass structs of numbers as the run form does`, async () => {
    const mixed = { type: "struct", fields: MIXED } as const;
    using guest = await loadStructs(guestName, {
      keep: { parameters: [mixed], result: mixed },
      area: { parameters: [RECT], result: "i32" },
      sum_ten: { parameters: [TEN], result: "f64" },
    });
    const { keep, area, sum_ten } = guest.symbols;
    const value = { a: 1, b: -2, c: 3, d: 4, e: -5, f: 6n, g: true, h: 0.5, i: 1e300, j: 7, k: 8 };
    const rect = { a: { x: 1, y: 2 }, b: { x: 4, y: 6 } };
    for (let call = 0; call < CALLS; call++) {
      assertEquals(keep({ ...value, a: call }), { ...value, a: call });
      assertEquals(area({ ...rect, b: { x: call, y: 6 } }), (call - 1) * 4);
      assertEquals(sum_ten({ ...ten, a: call }), 55.5 + call);
    }
    const refused = [
      [{ ...value, g: 1 }, /argument 0 \.g to "keep": it is 1, expected a boolean/],
      [{ ...value, a: 256 }, /argument 0 \.a to "keep": it is 256, expected u8, 0 to 255/],
      [{ ...value, z: 1 }, /argument 0 to "keep": it has "z", which is not a field/],
      [{ ...value, f: 6 }, /argument 0 \.f to "keep": it is 6, expected a bigint for u64/],
      [null, /argument 0 to "keep": it is null, expected an object/],
    ] as const;
    for (const [wrong, message] of refused) {
      assertEquals(message.test(assertThrows(() => keep(wrong as never), Error).message), true);
    }
    assertEquals(keep({ ...value, j: { pointer: 9 } } as never).j, 9);
    // Only a pointer of 64 bits can be so large.
    if (guestName.endsWith("64")) assertEquals(keep({ ...value, j: 2 ** 40 }).j, 2 ** 40);
    assertEquals(keep(value), value);
  });

  Deno.test(`${guestName}: structs, lists and several texts have a compiled form`, async () => {
    const nullable = true, result = "f64";
    await inTier("compiled", async () => {
      using guest = await loadStructs(guestName, {
        age_and_length: { parameters: [{ ...PERSON, nullable }], result: "i32" },
        relabel: { parameters: [LABEL], result: "pointer" },
        sum_series: { parameters: [SERIES], result },
        team_age: { parameters: [TEAM], result: "i32" },
        total_mass: { parameters: [{ type: "list", item: PARTICLE, nullable }], result },
        sum_lists: {
          parameters: [{ type: "list", item: { type: "list", item: "i32", length: "pair" } }],
          result: "i32",
        },
        sum_lengths: {
          parameters: [{
            type: "strings",
            terminated: true,
            pass: ["pointer", "codeUnits"],
            ...(!hasAllocator && { place: { kind: "stack" } }),
          }],
          result: "pointer",
        },
        twice_boxed: { parameters: [{ ...BOXED, by: "value" }], result: "f32" },
        ...(hasAllocator && {
          take_person: { parameters: [{ ...PERSON, freedBy: "guest" }], result: "i32" },
        }),
      });
      const { total_mass, team_age, sum_lists, sum_lengths, twice_boxed } = guest.symbols;
      assertEquals(total_mass(null), 0);
      assertEquals(total_mass([{ x: 1, y: 2, mass: 2.5, kind: 2 }]), 5);
      const members = [{ name: "b", age: 20 }, { name: "c", age: 3 }];
      assertEquals(team_age({ name: null, leader: { name: "a", age: 4 }, members }), 4023);
      assertEquals(sum_lists([[1, 2], [], [5]]), 18);
      assertEquals(sum_lengths(["a", "", "grüße"]), 107);
      assertEquals(twice_boxed({ inner: { value: 1.5 } }), 3);
    });
  });
}

Deno.test("the padding of a compiled struct is 0, and its block is freed", async () => {
  using guest = await loadStructs("c/struct_types", {
    area: { parameters: [RECT], result: "i32" },
    keep: {
      parameters: [{ type: "struct", fields: MIXED }],
      result: { type: "bytes", pointer: "result", length: 56, freedBy: "guest" },
    },
    live: { name: "live_allocations", parameters: [], result: "u32" },
  });
  const { keep, live } = guest.symbols;
  const value = {
    a: 255,
    b: -1,
    c: 255,
    d: 0xffffffff,
    e: -1,
    f: 0xffffffffffffffffn,
    g: true,
    h: 0,
    i: 0,
    j: 0,
    k: 0,
  };
  for (let call = 0; call < CALLS; call++) {
    const bytes = keep(value);
    assertEquals([...bytes.subarray(0, 16)], [
      ...[255, 0, 255, 255, 255, 0, 0, 0],
      ...[255, 255, 255, 255, 255, 0, 0, 0],
    ]);
  }
  assertEquals(live(), 0);
});
