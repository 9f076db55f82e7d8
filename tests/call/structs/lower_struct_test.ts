import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { GuestError, load, LoadError, type StructFields } from "../../../mod.ts";
import { guestBytes } from "../../_guests.ts";
import {
  BOXED,
  LABEL,
  loadStructs,
  MIXED,
  PARTICLE,
  PERSON,
  POINT,
  RECT,
  SERIES,
  STRUCT_GUESTS,
  TEAM,
  TEN,
} from "../../_struct_guests.ts";
import { refuseRunSteps } from "../../_tiers.ts";

refuseRunSteps();

const mixed = {
  a: 255,
  b: -32768,
  c: 3,
  d: 0xffffffff,
  e: -5,
  f: 6n,
  g: true,
  h: 8.5,
  i: 9.25,
  j: 10,
  k: 65535,
} as const;
const weight = 255 - 2 * 32768 + 9 + 4 * 0xffffffff - 25 + 36 + 7 + 68 + 9 * 9.25 + 100 +
  11 * 65535;
const rect = { a: { x: 1, y: 2 }, b: { x: 4, y: 6 } };
const ten = { a: 1, b: 2, c: 3, d: 4.5, e: 5.5, f: 6.5, g: 7, h: 8, i: 9, j: 10n };

for (const name of STRUCT_GUESTS) {
  const size = name.endsWith("64") ? "u64" : "u32";
  const counted = (value: number) => size === "u64" ? BigInt(value) : value;

  Deno.test(`${name}: structs of numbers go in and out by pointer`, async () => {
    const type = { type: "struct", fields: MIXED } as const;
    using guest = await loadStructs(name, {
      weigh: { parameters: [type], result: "f64" },
      keep: { parameters: [type], result: type },
      weigh_packed: { parameters: [{ ...type, packed: true }], result: "f64" },
      keep_packed: {
        parameters: [{ ...type, packed: true }],
        result: { ...type, packed: true },
      },
      area: { parameters: [RECT], result: "i32" },
      move_by: { parameters: [RECT, POINT], result: RECT },
      sum_ten: { parameters: [TEN], result: "f64" },
    });
    const { symbols } = guest;
    assertEquals(symbols.weigh(mixed), weight);
    assertEquals(symbols.weigh_packed(mixed), weight);
    assertEquals(symbols.keep(mixed), mixed);
    assertEquals(symbols.keep_packed(mixed), mixed);
    assertEquals(symbols.area(rect), 12);
    assertEquals(symbols.move_by(rect, { x: 10, y: -2 }), {
      a: { x: 11, y: 0 },
      b: { x: 14, y: 4 },
    });
    assertEquals(symbols.sum_ten(ten), 56.5);
  });

  Deno.test(`${name}: texts, arrays and other structs in a struct`, async () => {
    using guest = await loadStructs(name, {
      age_and_length: {
        parameters: [{
          type: "struct",
          fields: { name: { type: "string", nullable: true }, age: "i32" },
        }],
        result: "i32",
      },
      older: { parameters: [PERSON], result: PERSON },
      relabel: { parameters: [LABEL], result: LABEL },
      full_label: { parameters: [], result: LABEL },
      sum_bytes: {
        parameters: [{ type: "struct", fields: { bytes: { type: "bytes", length: "pair" } } }],
        result: "u32",
      },
      sum_series: { parameters: [SERIES], result: "f64" },
      team_age: { parameters: [TEAM], result: "i32" },
    });
    const { symbols } = guest;
    assertEquals(symbols.age_and_length({ name: "Mária", age: 7 }), 7006);
    assertEquals(symbols.age_and_length({ name: null, age: 7 }), -1);
    assertEquals(symbols.older({ name: "Mária", age: 7 }), { name: "Mária!", age: 8 });
    const label = {
      text: "",
      codes: Uint16Array.of(1, 2, 3),
      corners: [{ x: 1, y: 2 }, { x: 3, y: 4 }],
      end: 9,
    };
    for (const text of ["", "a label", "eleven more"]) {
      assertEquals(symbols.relabel({ ...label, text }), {
        text,
        codes: Uint16Array.of(1, 2, 3),
        corners: [{ x: 1, y: 2 }, { x: 2, y: 4 }],
        end: 10,
      });
    }
    assertEquals(symbols.full_label().text, "abcdefghijkl");
    assertEquals(symbols.sum_bytes({ bytes: Uint8Array.of(1, 2, 250) }), 253);
    const numbers = Float64Array.of(1.5, 2);
    assertEquals(symbols.sum_series({ numbers, points: [{ x: 1, y: 2 }, { x: 3, y: 4 }] }), 463.5);
    assertEquals(symbols.sum_series({ numbers: Float64Array.of(), points: [] }), 0);
    const members = [{ name: "b", age: 20 }, { name: "c", age: 3 }];
    assertEquals(symbols.team_age({ name: null, leader: { name: "a", age: 4 }, members }), 4023);
    assertEquals(symbols.team_age({ name: "x", leader: null, members: [] }), 0);
  });

  Deno.test(`${name}: lists of structs, of texts and of lists`, async () => {
    using guest = await loadStructs(name, {
      total_mass: { parameters: [{ type: "list", item: PARTICLE }], result: "f64" },
      sort_points: {
        parameters: [{ type: "list", item: POINT }],
        result: { type: "list", item: POINT, pointer: { argument: 0 }, count: 3 },
      },
      sum_lengths: { parameters: [{ type: "list", item: "string" }], result: size },
      sum_lists: {
        parameters: [{ type: "list", item: { type: "array", element: "i32", length: "pair" } }],
        result: "i32",
      },
      sum_plain: {
        name: "sum_lists",
        parameters: [{ type: "list", item: { type: "list", item: "i32", length: "pair" } }],
        result: "i32",
      },
      get_names: {
        parameters: [],
        result: {
          type: "list",
          item: "string",
          pointer: "result",
          count: { export: "name_count" },
        },
      },
      get_lists: {
        parameters: [],
        result: {
          type: "list",
          item: { type: "list", item: "i32", length: "pair" },
          pointer: "result",
          count: 3,
        },
      },
    });
    const { symbols } = guest;
    const particle = { x: 1, y: 2, mass: 2.5, kind: 2 };
    assertEquals(symbols.total_mass([particle, { ...particle, kind: 4 }]), 15);
    assertEquals(symbols.total_mass([]), 0);
    const points = [{ x: 3, y: 1 }, { x: 1, y: 2 }, { x: 2, y: 3 }];
    assertEquals(symbols.sort_points(points), [points[1], points[2], points[0]]);
    assertEquals(symbols.sum_lengths(["a", "", "ccc"]), counted(103));
    assertEquals(symbols.sum_lists([Int32Array.of(1, 2), Int32Array.of(), Int32Array.of(5)]), 18);
    assertEquals(symbols.sum_plain([[1, 2], [], [5]]), 18);
    assertEquals(symbols.get_names(), ["one", "two", "three"]);
    assertEquals(symbols.get_lists(), [[1, 2], [], [3]]);
  });

  Deno.test(`${name}: structs by value, as parameters and as results`, async () => {
    const by = "value";
    using guest = await loadStructs(name, {
      distance: { parameters: [{ ...POINT, by }, { ...POINT, by }], result: "i32" },
      middle: { parameters: [{ ...RECT, by }], result: { ...POINT, by } },
      twice_boxed: { parameters: [{ ...BOXED, by }], result: { ...BOXED, by } },
      make_label: { parameters: ["i32"], result: { ...LABEL, by } },
      value_ten: { parameters: [{ ...TEN, by }], result: { ...TEN, by } },
      greet_person: {
        parameters: [{ ...PERSON, by }],
        result: { ...PERSON, by, freedBy: "guest" },
      },
    });
    const { symbols } = guest;
    assertEquals(symbols.distance({ x: 1, y: 2 }, { x: 4, y: 6 }), 7);
    assertEquals(symbols.middle({ a: { x: 0, y: 2 }, b: { x: 4, y: 6 } }), { x: 2, y: 4 });
    assertEquals(symbols.twice_boxed({ inner: { value: 1.5 } }), { inner: { value: 3 } });
    assertEquals(symbols.make_label(7), {
      text: "a label",
      codes: Uint16Array.of(7, 8, 9),
      corners: [{ x: 1, y: 2 }, { x: 3, y: 4 }],
      end: 5,
    });
    assertEquals(symbols.value_ten(ten), { ...ten, a: 2, j: 11n });
    assertEquals(symbols.greet_person({ name: "Ana", age: 1 }), { name: "Ana", age: 2 });
  });

  Deno.test(`${name}: the guest's changes to the caller's struct are read back`, async () => {
    using guest = await loadStructs(name, {
      grow: { parameters: [RECT, "i32"], result: { ...RECT, pointer: { argument: 0 } } },
    });
    assertEquals(guest.symbols.grow(rect, 3), { a: { x: 1, y: 2 }, b: { x: 7, y: 9 } });
  });

  Deno.test(`${name}: null is a null pointer where it is declared`, async () => {
    const nullable = true;
    using guest = await loadStructs(name, {
      is_null: { parameters: [{ ...RECT, nullable }], result: "i32" },
      no_rect: { parameters: ["i32"], result: { ...RECT, nullable } },
      some_rect: { name: "no_rect", parameters: ["i32"], result: RECT },
      far_rect: { parameters: [], result: RECT },
    });
    const { symbols } = guest;
    assertEquals([symbols.is_null(null), symbols.is_null(rect)], [1, 0]);
    assertEquals(symbols.no_rect(1), null);
    assertEquals(symbols.no_rect(0), { a: { x: 0, y: 0 }, b: { x: 0, y: 0 } });
    assertEquals(
      assertThrows(() => symbols.some_rect(1), GuestError).code,
      "null-pointer",
    );
    assertThrows(() => symbols.far_rect(), RangeError, "at pointer 0x7ffffff0");
  });
}

Deno.test("each allocated block is freed once, also after an error", async () => {
  using guest = await loadStructs("c/struct_types", {
    older: { parameters: [PERSON], result: PERSON },
    team_age: { parameters: [TEAM], result: "i32" },
    take_person: { parameters: [{ ...PERSON, freedBy: "guest" }], result: "i32" },
    new_person: {
      parameters: ["i32"],
      result: {
        ...PERSON,
        freedBy: { call: { export: "free_person", pass: ["result"] } },
      },
    },
    new_rect: { parameters: ["i32"], result: { ...RECT, freedBy: "host" } },
    new_by_parts: {
      name: "new_person",
      parameters: ["i32"],
      result: { ...PERSON, freedBy: "host" },
    },
    fail_after: { parameters: ["u32"], result: "void" },
    live: { name: "live_allocations", parameters: [], result: "u32" },
  });
  const { symbols } = guest;
  const person = { name: "Ana", age: 5 };
  assertEquals(symbols.older(person).age, 6);
  assertEquals(symbols.live(), 0);
  assertEquals(symbols.take_person(person), 5003);
  assertEquals(symbols.live(), 0);
  assertEquals(symbols.new_person(7), { name: "Maria", age: 7 });
  assertEquals(symbols.live(), 0);
  assertEquals(symbols.new_by_parts(8), { name: "Maria", age: 8 });
  assertEquals(symbols.live(), 0);
  assertEquals(symbols.new_rect(2), { a: { x: 0, y: 0 }, b: { x: 2, y: 2 } });
  assertEquals(symbols.live(), 0);
  symbols.fail_after(1);
  assertThrows(() => symbols.older(person), GuestError, '"malloc" returned 0');
  assertEquals(symbols.live(), 0);
});

Deno.test("a guest without memory for a struct is refused by load", async () => {
  const symbols = { offset_of: { parameters: [POINT, "i32"], result: "i32" } } as const;
  const error = await assertRejects(
    async () =>
      await load(await guestBytes("c/passing_data_length"), {
        symbols: { f: { ...symbols.offset_of, name: "add_wasm_is_cool", parameters: [POINT] } },
      }),
    LoadError,
  );
  assertEquals(
    error.problems,
    [
      'symbol "f": Cannot pass a struct as argument 0 to "add_wasm_is_cool": the guest has ' +
      "neither a known allocator nor a stack pointer that can be moved, expected convention: " +
      "allocator({ allocate, free }), a place of its own, or a guest that exports " +
      "__stack_pointer",
    ],
  );
});

Deno.test("the plan shows the offsets of a struct", async () => {
  using guest = await loadStructs("c/struct_types_stack", {
    age_and_length: { parameters: [PERSON], result: "i32" },
    twice_boxed: { parameters: [{ ...BOXED, by: "value" }], result: { ...BOXED, by: "value" } },
  });
  assertEquals(`${await guest.plan("age_and_length")}`.split("\n"), [
    '1. check that argument 0 is a struct with "name" and "age"',
    "2. take room for argument 0 and what it points to on the guest's stack",
    '3. write argument 0 there with its C layout: "name" at 0 and "age" at 4',
    '4. call "age_and_length" with the address of argument 0',
    "5. take the result as an i32",
    "6. restore the guest's stack pointer",
  ]);
  assertEquals(`${await guest.plan("twice_boxed")}`.split("\n"), [
    '1. check that argument 0 is a struct with "inner"',
    "2. take room for argument 0 of 4 bytes on the guest's stack",
    '3. write argument 0 there with its C layout: "inner" at 0',
    "4. read the f32 there, because a struct of one number is passed as that number",
    '5. call "twice_boxed" with argument 0',
    '6. "inner", "value": take the result as an f32',
    "7. restore the guest's stack pointer",
  ]);
});

Deno.test("two guests of a module share no plan if their fields are in another order", async () => {
  const { module } = await loadStructs("c/struct_types_stack", {});
  const of = async (fields: StructFields) => {
    using guest = await load(module, {
      symbols: { area: { parameters: [{ type: "struct", fields }], result: "i32" } },
    });
    return guest.symbols.area({ a: rect.a, b: rect.b } as never);
  };
  assertEquals(await of(RECT.fields), 12);
  assertEquals(await of({ b: POINT, a: POINT }), 12);
  assertEquals(
    await of({ a: POINT, b: { type: "struct", fields: { y: "i32", x: "i32" } } }),
    (6 - 1) * (4 - 2),
  );
});
