// Lists whose items differ in size: each item contains its size.
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { load, MemoryRangeError } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assertRejectsWith } from "./_refused.ts";

/** More calls than it takes until a plan is compiled. */
const OFTEN = 120;

/** Entries of a directory, whose first two bytes are their size; the name follows the fields. */
const ENTRIES = {
  type: "list",
  pointer: "result",
  count: 3,
  stride: { load: "u16", at: "result" },
  item: {
    type: "record",
    fields: {
      id: { type: "u32", value: { load: "u32", at: "result", offset: 4 } },
      name: {
        type: "string",
        pointer: { sum: ["result", 8] },
        length: { load: "u8", at: "result", offset: 3 },
      },
    },
  },
} as const;

/** The same without the names. */
const IDS = { ...ENTRIES, item: ENTRIES.item.fields.id } as const;

for (const name of ["c/variants", "c/variants_64"]) {
  Deno.test(`${name}: each item begins where the one before it ends`, async () => {
    using guest = await load(guestPath(name), {
      symbols: {
        entries: { name: "list", parameters: ["u32"], result: ENTRIES },
        ids: { name: "list", parameters: ["u32"], result: IDS },
      },
    });
    const { entries, ids } = guest.symbols;
    const wrong = (symbol: (fault: number) => unknown, fault: number) =>
      guestErrorOf(() => symbol(fault));
    for (let call = 0; call < OFTEN; call++) {
      const found: { id: number; name: string }[] = entries(0);
      assertEquals(found, [
        { id: 100, name: "a" },
        { id: 101, name: "long name" },
        { id: 102, name: "" },
      ]);
      assertEquals(ids(0), [100, 101, 102]);
      if (call > 0 && call < OFTEN - 1) continue;
      for (const symbol of [entries, ids]) {
        assertEquals(wrong(symbol, 1), [
          "overrun",
          'Cannot lift item 1 of the result of "list": its size is 0 bytes, expected at least 8, ' +
          "which its fields take",
        ]);
        assertStrictEquals(
          wrong(symbol, 2)[1].includes("its size is 4 bytes, expected at least 8"),
          true,
        );
      }
    }
    const { steps } = await guest.plan("entries");
    assertStrictEquals(
      steps.find(({ step, path }) => step === "check" && path?.join() === "[]")?.text,
      "each item: take its size from the u16 at offset 0 of the item, and check that it lies " +
        "within memory",
    );
  });
}

Deno.test("an item that would reach beyond memory is refused", async () => {
  let at = 0;
  using guest = await load(guestPath("c/variants"), {
    symbols: {
      ids: { name: "list", parameters: ["u32"], result: { ...IDS, pointer: () => at } },
    },
  });
  const { memory, symbols: { ids } } = guest;
  at = memory.size - 12;
  memory.write("u16", at, 100);
  for (let call = 0; call < OFTEN; call++) {
    const { message } = assertThrows(() => ids(0), MemoryRangeError);
    assertStrictEquals(
      message,
      "Cannot read 100 bytes at pointer 0x1fff4: memory is 131072 bytes",
    );
  }
});

Deno.test("the size of an item is a number of the item or of the call, and no other word", async () => {
  await assertRejectsWith("c/variants", "list", [
    [
      { parameters: ["u32"], result: { ...ENTRIES, stride: { parameter: 3 } } },
      "result.stride is { parameter: 3 }, expected 0, the only parameter",
    ],
    [
      { parameters: ["u32"], result: { ...ENTRIES, stride: "item" } },
      'result.stride is "item"',
    ],
  ]);
});
