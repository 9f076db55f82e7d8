// What each tier writes for a variant: the tag, the value where C has it, and zeros elsewhere.
import { assertEquals, assertThrows } from "@std/assert";
import { load } from "../../../mod.ts";
import { forceTier } from "../../../src/call/call.ts";
import { assemble } from "../../_wat.ts";

const WHAT = {
  type: "variant",
  tag: "i16",
  cases: {
    none: { is: -2 },
    wide: { is: 1, value: "f64" },
    pair: { is: 2, value: { type: "struct", fields: { x: "u8", y: "i32" } } },
  },
} as const;

const TYPE = { type: "struct", fields: { id: "u8", what: WHAT, end: "u16" } } as const;

/** Copies the 40 bytes at its argument to the address 0, after filling its stack with ones. */
const GUEST = assemble(`(module (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 4096)) (export "__stack_pointer" (global $sp))
  (func (export "dirty") (memory.fill (i32.const 3072) (i32.const 255) (i32.const 1024)))
  (func (export "show") (param i32)
    (memory.copy (i32.const 0) (local.get 0) (i32.const 40))))`);

/** The bytes of each value: the tag is at 8, the union at 16, and what follows at 24. */
const ROWS = [
  [{ tag: "none" }, [[8, 0xfe, 0xff]]],
  [{ tag: "wide", value: 1 }, [[8, 1], [16, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]]],
  [{ tag: "pair", value: { x: 7, y: -1 } }, [[8, 2], [16, 7], [20, 255, 255, 255, 255]]],
] as const;

for (const tier of ["run", "compiled"] as const) {
  Deno.test(`a variant has its tag, its value and zeros, ${tier}`, async () => {
    forceTier(tier);
    try {
      using guest = await load(GUEST, {
        symbols: {
          dirty: { parameters: [], result: "void" },
          show: { parameters: [TYPE], result: "void" },
        },
      });
      const { dirty, show } = guest.symbols;
      for (const [what, places] of ROWS) {
        dirty();
        show({ id: 200, what, end: 513 });
        const expected = new Uint8Array(32);
        expected.set([200]);
        expected.set([1, 2], 24);
        for (const [at, ...bytes] of places) expected.set(bytes, at);
        assertEquals([...guest.memory.readBytes(0, 32)], [...expected], what.tag);
      }
      const refused = (what: unknown) =>
        assertThrows(() => show({ id: 1, what, end: 1 } as never), Error).message;
      assertEquals(
        refused({ tag: "pair", value: { x: 256, y: 0 } }),
        'Cannot pass argument 0 .what.value.x to "show": it is 256, expected u8, 0 to 255',
      );
      assertEquals(
        refused({ tag: "wide", valve: 1 }),
        'Cannot pass argument 0 .what to "show": it has "valve", which is no field, expected an ' +
          'object with "tag" and "value"',
      );
      assertEquals(
        refused({ tag: "__proto__" }),
        'Cannot pass argument 0 .what.tag to "show": it is "__proto__", expected "none" or "wide" ' +
          'or "pair"',
      );
    } finally {
      forceTier(undefined);
    }
  });
}
