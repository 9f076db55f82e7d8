import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { hostFunction, type HostStruct, load, LoadError } from "../../../mod.ts";
import { guestBytes } from "../../_guests.ts";
import { HOST_STRUCT_GUESTS, loadHostStructs } from "../../_host_structs.ts";
import { BOXED, PERSON, POINT, RECT, TEN } from "../../_struct_guests.ts";
import { refuseRunSteps } from "../../_tiers.ts";

refuseRunSteps();

// Both forms of a host function must have the same outcome: the 100th call takes the compiled one.
const CALLS = 120;
const by = "value";
const nullable = true;
const I32 = { parameters: ["i32"], result: "i32" } as const;

for (const guestName of HOST_STRUCT_GUESTS) {
  const loadOne: typeof loadHostStructs = (_guest, ...rest) => loadHostStructs(guestName, ...rest);

  Deno.test(`${guestName}: a struct is returned by value, at the address that C passes`, async () => {
    const middle = { parameters: [{ ...RECT, by }], result: { ...POINT, by } } as const;
    using guest = await loadOne(guestName, "middle", middle, ({ a, b }) => ({
      x: (a.x + b.x) / 2,
      y: (a.y + b.y) / 2,
    }), { parameters: ["i32", "i32"], result: "i32" });
    for (let call = 0; call < CALLS; call++) {
      assertEquals(guest.symbols.run(2 * call, 6), 1000 * call + 4);
    }
    const next = { parameters: [TEN], result: { ...TEN, by } } as const;
    using tens = await loadOne(guestName, "next_ten", next, (ten) => ({
      ...ten,
      a: ten.a + 1,
      j: ten.j + 1n,
    }), { parameters: ["i32"], result: "f64" });
    for (let call = 0; call < CALLS; call++) {
      const sum = 4 + 9 + 18 + 27.5 + 39 + 49 + 64 + 81 + 110;
      assertEquals(tens.symbols.run(call), call + 1 + sum);
    }
  });

  Deno.test(`${guestName}: a struct of one number crosses as that number`, async () => {
    const twice = { parameters: [{ ...BOXED, by }], result: { ...BOXED, by } } as const;
    using guest = await loadOne(guestName, "twice", twice, ({ inner: { value } }) => ({
      inner: { value: 2 * value },
    }), { parameters: ["f32"], result: "f32" });
    for (let call = 0; call < CALLS; call++) assertEquals(guest.symbols.run(call), 2 * call);
    const flag = { type: "struct", fields: { set: "bool" }, by } as const;
    const flip = { parameters: [flag], result: flag } as const;
    using flags = await loadOne(guestName, "flip", flip, ({ set }) => ({ set: !set }), I32);
    for (let call = 0; call < CALLS; call++) {
      assertEquals(flags.symbols.run(call & 1), 1 - (call & 1));
    }
  });

  Deno.test(`${guestName}: the guest owns a struct at a pointer, and what it points to`, async () => {
    const find = { parameters: ["i32"], result: { ...PERSON, nullable } } as const;
    using guest = await loadOne(
      guestName,
      "find_person",
      find,
      (age) => age < 0 ? null : { name: "x".repeat(age % 7), age },
      I32,
    );
    for (let call = -1; call < CALLS; call++) {
      assertEquals(guest.symbols.run(call), call < 0 ? -1 : 1000 * call + call % 7);
    }
    assertEquals(guest.symbols.live(), 0);
    const fresh = { parameters: ["i32"], result: RECT } as const;
    using rects = await loadOne(guestName, "new_rect", fresh, (side) => ({
      a: { x: 0, y: 0 },
      b: { x: side, y: side },
    }), I32);
    for (let call = 0; call < CALLS; call++) assertEquals(rects.symbols.run(call), call * call);
    assertEquals(rects.symbols.live(), 0);
  });

  Deno.test(`${guestName}: lists are returned by pointer and count, in words, or with a fixed count`, async () => {
    const points = {
      parameters: ["i32"],
      result: { type: "list", item: POINT, pointer: "result", count: { word: 0 } },
      arguments: [{ parameter: 0 }, { area: 0 }],
    } as const;
    using guest = await loadOne(
      guestName,
      "list_points",
      points,
      (wanted) => Array.from({ length: wanted }, (_, x) => ({ x, y: 1 })),
      I32,
    );
    for (let call = 0; call < CALLS; call++) {
      const count = call % 4;
      assertEquals(guest.symbols.run(count), 1e6 * count + 500 * count * (count - 1) + count);
    }
    assertEquals(guest.symbols.live(), 0);

    const names = {
      parameters: [],
      result: { type: "list", item: "string", pointer: { word: 0 }, count: { word: 1 } },
      arguments: [{ area: 0 }, { area: 1 }],
    } as const;
    let listed = ["a", "", "ccc"];
    using texts = await loadOne(guestName, "list_names", names, () => listed, {
      parameters: [],
      result: "i32",
    });
    for (let call = 0; call < CALLS; call++) assertEquals(texts.symbols.run(), 103);
    listed = [];
    assertEquals([texts.symbols.run(), Number(texts.symbols.live())], [0, 0]);

    const corners = {
      parameters: ["i32"],
      result: { type: "list", item: POINT, pointer: "result", count: 2 },
    } as const;
    let length = 2;
    using two = await loadOne(
      guestName,
      "corners",
      corners,
      (side) => Array.from({ length }, (_, index) => ({ x: index, y: side })),
      I32,
    );
    for (let call = 0; call < CALLS; call++) assertEquals(two.symbols.run(3), 3130);
    length = 1;
    assertEquals(
      assertThrows(() => two.symbols.run(3), RangeError).message,
      'Cannot return a value from import "env.corners": it has 1 item, expected 2',
    );
    assertEquals(two.symbols.live(), 0);
  });

  Deno.test(`${guestName}: a list in a struct by value, and structs with texts by value`, async () => {
    const slice = {
      type: "struct",
      fields: { numbers: { type: "list", item: "i32", length: "pair" } },
    } as const;
    const sums = {
      parameters: [{ type: "list", item: slice }],
      result: { ...slice, by },
    } as const;
    using guest = await loadOne(guestName, "sum_slices", sums, (slices) => ({
      numbers: slices.map(({ numbers }) => numbers.reduce((sum, number) => sum + number, 0)),
    }), { parameters: [], result: "i32" });
    for (let call = 0; call < CALLS; call++) assertEquals(guest.symbols.run(), 305);
    assertEquals(guest.symbols.live(), 0);

    const oldest = {
      parameters: [{ type: "list", item: PERSON }],
      result: { ...PERSON, by },
    } as const;
    using people = await loadOne(
      guestName,
      "oldest",
      oldest,
      (people) => people.reduce((oldest, one) => one.age > oldest.age ? one : oldest),
      I32,
    );
    for (let call = 0; call < CALLS; call++) {
      assertEquals(people.symbols.run(call), call >= 5 ? 1000 * call + 3 : 5000);
    }
    assertEquals(people.symbols.live(), 0);
  });

  Deno.test(`${guestName}: a result that does not fit is refused before anything is written`, async () => {
    let answer: unknown;
    const find = { parameters: ["i32"], result: PERSON } as const;
    using guest = await loadOne(guestName, "find_person", find, () => answer as never, I32);
    const middle = { parameters: [{ ...RECT, by }], result: { ...POINT, by } } as const;
    using points = await loadOne(guestName, "middle", middle, () => answer as never, {
      parameters: ["i32", "i32"],
      result: "i32",
    });
    const rows: readonly (readonly [run: () => unknown, answer: unknown, message: string])[] = [
      [
        () => guest.symbols.run(1),
        null,
        'Cannot return a value from import "env.find_person": it is null, expected an object with ' +
        '"name" and "age", or nullable: true',
      ],
      [
        () => guest.symbols.run(1),
        { name: "a", age: 0.5 },
        'Cannot return a value .age from import "env.find_person": it is 0.5, expected i32, ' +
        "-2147483648 to 2147483647",
      ],
      [
        () => guest.symbols.run(1),
        { name: "a\0", age: 1 },
        'Cannot return a value .name from import "env.find_person", text with a NUL at index 1: ' +
        "the guest takes the text to end there",
      ],
      [
        () => points.symbols.run(1, 2),
        { x: 1 },
        'Cannot return a value .y from import "env.middle": it is missing, expected an i32',
      ],
      [
        () => points.symbols.run(1, 2),
        { x: 1, y: 2, z: 3 },
        'Cannot return a value from import "env.middle": it has "z", which is not a field, expected ' +
        'an object with "x" and "y"',
      ],
    ];
    for (const isHot of [false, true]) {
      for (const [run, wrong, message] of rows) {
        answer = wrong;
        assertEquals(assertThrows(run, Error).message, message);
      }
      if (isHot) break;
      for (let call = 0; call < CALLS; call++) {
        answer = { x: call, y: 1 };
        assertEquals(points.symbols.run(0, 0), 1000 * call + 1);
      }
    }
    assertEquals([guest.symbols.live(), guest.state, points.state], [0, "ready", "ready"]);
  });
}

Deno.test("a struct that needs memory is refused if no allocator of the guest is known", async () => {
  const bytes = await guestBytes("wat/start_calls_host");
  const bind = async (result: HostStruct) => {
    const count = hostFunction({ parameters: ["u32"], result }, () => undefined as never);
    const error = await assertRejects(
      () => load(bytes, { imports: { env: { count, log() {} } } }),
      LoadError,
    );
    return error.problems;
  };
  const place = 'import[0] "env.count" (i32) -> i32: Cannot return "struct" from import ' +
    '"env.count": no place in the guest is known for it, expected the option convention with an ' +
    'allocator, or by: "value" if the struct points to nothing';
  assertEquals(await bind(RECT), [place]);
  assertEquals(await bind({ ...PERSON, by }), [place]);
  assertEquals(await bind({ ...RECT, by }), [
    'import[0] "env.count" (i32) -> i32: Cannot bind ("u32") -> "struct" to import "env.count": ' +
    "that is (i32, i32) -> (), expected (i32) -> i32",
  ]);
});
