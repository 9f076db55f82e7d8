import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, type GuestStruct, MemoryRangeError } from "../../mod.ts";
import { loadStructs, POINT, RECT, STRUCT_GUESTS, TEAM } from "../_struct_guests.ts";

const SETTINGS = {
  type: "struct",
  fields: { width: "u32", scale: "f64", title: "string" },
} as const;

const SYMBOLS = {
  get_settings: { parameters: [], result: "pointer" },
  render: { parameters: ["i32"], result: "f64" },
} as const;

for (const name of STRUCT_GUESTS) {
  Deno.test(`${name}: a struct of the guest is read and written between calls`, async () => {
    using guest = await loadStructs(name, SYMBOLS);
    const { get_settings, render } = guest.symbols;
    const settings = await guest.struct(SETTINGS, get_settings());
    assertEquals(settings.read(), { width: 3, scale: 1.5, title: "none" });
    assertEquals(settings.pointer, get_settings());
    settings.write({ width: 10 });
    assertEquals(settings.read(), { width: 10, scale: 1.5, title: "none" });
    assertEquals(render(2), 2 * 10 * 1.5 + 4);
    settings.write({ scale: 0.5, width: 4 });
    assertEquals(render(1), 4 * 0.5 + 4);
    settings.write({});
    if (name.endsWith("stack")) {
      assertThrows(() => settings.write({ title: "a title" }), GuestError, "allocator");
    } else {
      settings.write({ title: "Mária" });
      assertEquals(render(0), 6);
      assertEquals(settings.read().title, "Mária");
    }
  });

  Deno.test(`${name}: a wrong field is refused before anything is written`, async () => {
    using guest = await loadStructs(name, SYMBOLS);
    const pointer = guest.symbols.get_settings();
    const settings = await guest.struct(SETTINGS, pointer);
    const at = `0x${pointer.toString(16)}`;
    const rows: readonly (readonly [values: unknown, message: string])[] = [
      [
        { width: 1, scale: "2" },
        `Cannot write .scale of the struct at ${at}: it is "2", expected a number for f64`,
      ],
      [
        { width: 1, height: 2 },
        `Cannot write of the struct at ${at}: it has "height", which is not a field, expected an ` +
        'object with fields among "width", "scale" and "title"',
      ],
      [
        { width: 1, title: "a\0b" },
        `Cannot write .title of the struct at ${at}, text with a NUL at index 1: the guest takes ` +
        "the text to end there",
      ],
      [
        { width: -1 },
        `Cannot write .width of the struct at ${at}: it is -1, expected u32, 0 to 4294967295`,
      ],
      [
        null,
        `Cannot write of the struct at ${at}: it is null, expected an object with fields among ` +
        '"width", "scale" and "title"',
      ],
    ];
    for (const [values, message] of rows) {
      assertEquals(assertThrows(() => settings.write(values as never), Error).message, message);
    }
    assertEquals(settings.read(), { width: 3, scale: 1.5, title: "none" });
  });
}

Deno.test("a pointer, a count and a list of a struct are written together", async () => {
  using guest = await loadStructs("c/struct_types", {
    same_team: { parameters: [TEAM], result: "pointer" },
    live: { name: "live_allocations", parameters: [], result: "u32" },
  });
  const member = { name: "b", age: 20 };
  const pointer = guest.symbols.same_team({ name: null, leader: null, members: [] });
  const team = await guest.struct(TEAM, pointer);
  assertEquals(team.read(), { name: null, leader: null, members: [] });
  team.write({ members: [member, member], leader: member });
  assertEquals(team.read(), { name: null, leader: member, members: [member, member] });
  // The leader, the items, and three names.
  assertEquals(guest.symbols.live(), 5);
  team.write({ leader: null });
  assertEquals(team.read(), { name: null, leader: null, members: [member, member] });
});

Deno.test("a struct type can be used at several addresses", async () => {
  using guest = await loadStructs("c/struct_types_stack", {
    move_by: { parameters: [RECT, POINT], result: "pointer" },
  });
  const rect = { a: { x: 1, y: 2 }, b: { x: 4, y: 6 } };
  const pointer = guest.symbols.move_by(rect, { x: 1, y: 1 });
  const first: GuestStruct<typeof POINT["fields"]> = await guest.struct(POINT, pointer);
  assertEquals(first.read(), { x: 2, y: 3 });
  assertEquals(first.at({ pointer: pointer + 8 }).read(), { x: 5, y: 7 });
  first.at(BigInt(pointer + 8)).write({ y: 9 });
  assertEquals((await guest.struct(RECT, pointer)).read().b, { x: 5, y: 9 });
});

Deno.test("an invalid address, a wrong type and a guest that was reset are refused", async () => {
  using guest = await loadStructs("c/struct_types_stack", SYMBOLS);
  for (const [wrong, shown] of [[0, "0"], [1.5, "1.5"], [null, "null"], ["8", '"8"']] as const) {
    assertEquals(
      (await assertRejects(() => guest.struct(POINT, wrong as never), TypeError)).message,
      `Cannot view a struct: its pointer is ${shown}, expected an address in memory`,
    );
  }
  await assertRejects(() => guest.struct(POINT, guest.memory.size - 4), MemoryRangeError);
  const wrong = await assertRejects(
    () => guest.struct({ type: "struct", fields: { x: "int" as "i32" } }, 1024),
    TypeError,
  );
  assertEquals(wrong.message, 'Cannot view a struct: fields.x is "int", did you mean "i32"?');
  const settings = await guest.struct(SETTINGS, guest.symbols.get_settings());
  guest.reset();
  for (const use of [() => settings.read(), () => settings.write({ width: 1 })]) {
    assertStrictEquals(assertThrows(use, GuestError).code, "disposed");
  }
});
