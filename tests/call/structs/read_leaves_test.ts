import { assertEquals, assertThrows } from "@std/assert";
import { load } from "../../../mod.ts";
import { loadStructs } from "../../_struct_guests.ts";
import { testTiers } from "../../_tiers.ts";
import { assemble } from "../../_wat.ts";
import { TYPE } from "./_variant_rows.ts";

const GUEST = assemble(`(module (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 4096)) (export "__stack_pointer" (global $sp))
  (type (func (param i32) (result i32)))
  (table (export "__indirect_function_table") 1 funcref)
  (func (export "show") (param i32)))`);

/** Values of the variant that are refused, and the end of the error. */
const REFUSED: readonly (readonly [what: unknown, message: string])[] = [
  [
    { tag: "pair", value: { x: 256, y: 0 } },
    '.what.value.x to "show": it is 256, expected u8, 0 to 255',
  ],
  [
    { tag: "wide", valve: 1 },
    '.what to "show": it has "valve", which is not a field, expected an object with "tag" and "value"',
  ],
  [
    { tag: "act", value: null },
    '.what.value to "show": it is null, expected a function or a callback',
  ],
  [
    { tag: "nested", value: { tag: "text", value: "a\0" } },
    '.what.value.value to "show", text with a NUL at index 1: the guest takes the text to end there',
  ],
  [
    { tag: "__proto__" },
    '.what.tag to "show": it is "__proto__", expected "none" or "wide" or "pair" or "named" or ' +
    '"maybe" or "act" or "nested" or "wideText" or "counted" or "bytes" or "numbers" or "room" ' +
    'or "codes" or "listed" or "two" or "pointed"',
  ],
  [
    { tag: "bytes", value: null },
    '.what.value to "show": it is null, expected a Uint8Array, or nullable: true',
  ],
  [
    { tag: "room", value: "12345678" },
    '.what.value to "show": it has 8 bytes, expected at most 7 and a NUL',
  ],
  [
    { tag: "codes", value: new Int32Array(3) },
    '.what.value to "show": it has 12 bytes, expected 8',
  ],
  [
    { tag: "listed", value: [1, -1] },
    '.what.value[1] to "show": it is -1, expected u16, 0 to 65535',
  ],
  [{ tag: "listed", value: "12" }, '.what.value to "show": it is "12", expected an array'],
  [{ tag: "two", value: [] }, '.what.value to "show": it has 0 items, expected 2'],
  [
    { tag: "two", value: [{ x: 1, y: 2 }, { x: 1 }] },
    '.what.value[1].y to "show": it is missing, expected a u16',
  ],
  [
    { tag: "pointed", value: { x: 1, y: 2, z: 3 } },
    '.what.value to "show": it has "z", which is not a field, expected an object with "x" and "y"',
  ],
];

testTiers("a value that does not fit is refused by its path", async () => {
  using guest = await load(GUEST, {
    symbols: { show: { parameters: [TYPE], result: "void" } },
  });
  const { show } = guest.symbols;
  for (const [what, message] of REFUSED) {
    const refuse = () => show({ id: 1, what, end: 1 } as never);
    assertEquals(assertThrows(refuse, Error).message, `Cannot pass argument 0 ${message}`);
  }
});

testTiers(
  "a plain array, a buffer or another view in a struct is read once, and becomes bytes or numbers",
  async () => {
    const fields = {
      bytes: { type: "bytes", length: { field: "length" }, nullable: true },
      length: "u32",
    } as const;
    using guest = await loadStructs("c/struct_types", {
      sum_bytes: { parameters: [{ type: "struct", fields }], result: "u32" },
    });
    const { buffer } = Uint8Array.of(1, 2, 250);
    const given = [[1, 2, 250], buffer, new DataView(buffer), Uint8ClampedArray.of(1, 2, 250)];
    for (const bytes of given) {
      let reads = 0;
      const value = {
        get bytes() {
          reads++;
          return bytes;
        },
      };
      assertEquals([guest.symbols.sum_bytes(value as never), reads], [253, 1]);
    }
  },
);
