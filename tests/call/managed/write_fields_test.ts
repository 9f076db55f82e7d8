import { assertEquals } from "@std/assert";
import { load } from "../../../mod.ts";
import { runDeno } from "../../_deno.ts";
import { guestUrl } from "../../_guests.ts";
import { outcome } from "../../answers/_rows.ts";
import { symbols } from "./_guest_objects.ts";

const { sumPoints, flip } = symbols;

/**
 * Arrays of objects that generated source might accept although loops over the fields refuse them.
 */
const VALUES: readonly unknown[] = [
  [{ x: 1, y: 2 }, { y: 3, x: 4 }],
  [{ x: 1 }],
  [{ x: 1, y: null }],
  [{ x: 1, y: 2, z: 3 }],
  [null],
  [1],
  [[1, 2]],
];

Deno.test("an engine that does not compile strings builds the same objects", async () => {
  using guest = await load(guestUrl("assemblyscript/objects"), { symbols: { sumPoints, flip } });
  const small = { a: 1, b: 2n, c: true, d: 4, e: 0.5, f: -6 };
  const expected = [
    ...await Promise.all(
      VALUES.map((value) => outcome(() => guest.symbols.sumPoints(value as never))),
    ),
    await outcome(() => guest.symbols.flip(small)),
  ].map((found) => Deno.inspect(found));
  const program = `
    import { load } from ${JSON.stringify(new URL("../../../mod.ts", import.meta.url).href)};
    import { outcome } from ${
    JSON.stringify(new URL("../../answers/_rows.ts", import.meta.url).href)
  };
    import { symbols } from ${JSON.stringify(new URL("_guest_objects.ts", import.meta.url).href)};
    const { sumPoints, flip } = symbols;
    using guest = await load(new URL(${
    JSON.stringify(guestUrl("assemblyscript/objects").href)
  }), { symbols: { sumPoints, flip } });
    const values = ${JSON.stringify(VALUES)};
    const small = { a: 1, b: 2n, c: true, d: 4, e: 0.5, f: -6 };
    for (const value of values) {
      console.log(JSON.stringify(Deno.inspect(await outcome(() => guest.symbols.sumPoints(value)))));
    }
    console.log(JSON.stringify(Deno.inspect(await outcome(() => guest.symbols.flip(small)))));
  `;
  const { stdout, stderr } = await runDeno([
    "run",
    "-A",
    "--no-check",
    "--import-map=tests/offline/import_map.json",
    "--v8-flags=--disallow-code-generation-from-strings",
    "-",
  ], program);
  assertEquals(stderr, "");
  assertEquals(stdout.trim().split("\n").map((line) => JSON.parse(line)), expected);
});
