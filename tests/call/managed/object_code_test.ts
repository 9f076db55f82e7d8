import { assertEquals } from "@std/assert";
import { load } from "../../../mod.ts";
import { guestUrl } from "../../_guests.ts";
import { LABEL, symbols } from "./_guest_objects.ts";
import { outcome } from "../../answers/_rows.ts";

/** Values that one of the two forms of a call could take and the other refuse. */
const VALUES: readonly unknown[] = [
  LABEL,
  { ...LABEL, size: 2 ** 31 },
  { ...LABEL, size: -0 },
  { ...LABEL, size: 1.5 },
  { ...LABEL, size: "1" },
  { ...LABEL, text: 1 },
  { ...LABEL, text: null },
  { ...LABEL, note: undefined },
  { ...LABEL, at: null },
  { ...LABEL, at: [1, 2] },
  { ...LABEL, at: { x: 1n, y: 2 } },
  { ...LABEL, more: 1 },
  Object.assign(Object.create({ inherited: 1 }), LABEL),
  Object.create(LABEL),
  [],
  undefined,
  "text",
  new Map(Object.entries(LABEL)),
];

Deno.test("both forms of a call take and refuse the same objects", async () => {
  using cold = await load(guestUrl("assemblyscript/objects"), { symbols });
  using hot = await load(guestUrl("assemblyscript/objects"), { symbols });
  for (let call = 0; call < 150; call++) hot.symbols.describe(LABEL);
  for (const [index, value] of VALUES.entries()) {
    assertEquals(
      await outcome(() => hot.symbols.describe(value as never)),
      await outcome(() => cold.symbols.describe(value as never)),
      `value ${index}`,
    );
  }
});

Deno.test("each property is read once in both forms", async () => {
  using guest = await load(guestUrl("assemblyscript/objects"), { symbols });
  for (let call = 0; call < 150; call++) {
    let reads = 0;
    const point = {
      get x() {
        reads++;
        return 3;
      },
      y: 4,
    };
    assertEquals([guest.symbols.lengthOf(point), reads], [5, 1]);
  }
});

Deno.test("a refused object leaves nothing pinned", async () => {
  using guest = await load(guestUrl("assemblyscript/objects"), {
    symbols: { ...symbols, collect: { name: "__collect", parameters: [], result: "void" } },
  });
  const { middle, collect } = guest.symbols;
  const point = { x: 1, y: 2 };
  const round = async () => {
    for (let call = 0; call < 2000; call++) {
      await outcome(() => middle(point, { x: 1, y: "2" } as never));
    }
    collect();
  };
  for (let call = 0; call < 150; call++) middle(point, point);
  await round();
  const before = guest.memory.size;
  for (let count = 0; count < 20; count++) await round();
  assertEquals(guest.memory.size, before);
});
