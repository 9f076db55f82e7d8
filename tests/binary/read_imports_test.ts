import { readImports } from "../../src/binary/module.ts";
import { readModule } from "./_read.ts";
import { WasmFormatError } from "../../src/base/errors.ts";
import { findGuests, guestBytes } from "../_guests.ts";
import { build, FUNCTION, IMPORT, MEMORY, section, TYPE } from "./_build.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";

Deno.test("reading the imports alone gives the same as reading the whole module", async () => {
  let guests = 0;
  for (const name of await findGuests()) {
    const bytes = await guestBytes(name);
    assertEquals(readImports(bytes), readModule(bytes).imports, name);
    guests++;
  }
  assert(guests > 150, `${guests} guests`);
});

Deno.test("imports are read with the types before them, after other sections, and no further", () => {
  const bytes = build(
    section(0, "x", 9, 9),
    section(TYPE, 1, 0x60, 1, 0x7f, 0), // (i32) -> ()
    section(0, 0xff), // a custom section without a name
    section(IMPORT, 1, "e", "f", 0, 0),
    section(FUNCTION, 0xff), // functions without an end
  );
  assertEquals(readImports(bytes), [
    { module: "e", name: "f", kind: "function", type: { parameters: ["i32"], results: [] } },
  ]);
  assertThrows(() => readModule(bytes), WasmFormatError);
});

Deno.test("a module without imports has none, and malformed ones are refused", () => {
  assertEquals(readImports(build()), []);
  assertEquals(readImports(build(section(MEMORY, 1, 0, 1))), []);
  for (
    const bytes of [
      build(section(IMPORT, 1, "e", "f", 0, 7)), // there is no type 7
      build([IMPORT, 50, 1]),
      build([0, 50, 1]),
    ]
  ) {
    assertThrows(() => readImports(bytes), WasmFormatError);
  }
});
