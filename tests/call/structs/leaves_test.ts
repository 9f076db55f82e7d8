// What each tier writes for a struct that is passed: texts lie behind it.
import { assertEquals, assertThrows } from "@std/assert";
import { load } from "../../../mod.ts";
import { leavesStep, testTiers, withSources } from "../../_tiers.ts";
import { assemble } from "../../_wat.ts";
import { bytesOf, SIZE, TYPE, VARIANT_ROWS } from "./_variant_rows.ts";

/** Copies the 40 bytes at its argument to the address 0, and calls the function at 16 with 20. */
const GUEST = assemble(`(module (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 4096)) (export "__stack_pointer" (global $sp))
  (type $unary (func (param i32) (result i32)))
  (table (export "__indirect_function_table") 1 funcref)
  (func (export "dirty") (memory.fill (i32.const 3072) (i32.const 255) (i32.const 1024)))
  (func (export "show") (param i32)
    (memory.copy (i32.const 0) (local.get 0) (i32.const 40)))
  (func (export "act") (param i32) (result i32)
    (call_indirect (type $unary) (i32.const 20) (i32.load offset=16 (local.get 0)))))`);

/** The stack ends at 4096: 33 to 48 bytes begin at 4048, a multiple of 16. */
const BEHIND = 4048 + SIZE;

testTiers("a variant has its tag, its value and zeros", async () => {
  await withSources(async (sources) => {
    using guest = await load(GUEST, {
      symbols: {
        dirty: { parameters: [], result: "void" },
        show: { parameters: [TYPE], result: "void" },
        act: { parameters: [TYPE], result: "i32" },
      },
    });
    const { dirty, show, act } = guest.symbols;
    for (const row of VARIANT_ROWS) {
      const { what, behind = [] } = row;
      dirty();
      show({ id: 200, what, end: 513 });
      assertEquals(
        [...guest.memory.readBytes(0, SIZE + behind.length)],
        [...bytesOf(row, BEHIND), ...behind],
        what.tag,
      );
    }
    for (const factor of [2, 3]) {
      const what = { tag: "act", value: (number: number) => factor * number } as const;
      assertEquals(act({ id: 0, what, end: 0 }), factor * 20);
    }
    const refused = (what: unknown) =>
      assertThrows(() => show({ id: 1, what, end: 1 } as never), Error).message;
    for (
      const [what, message] of [
        [
          { tag: "pair", value: { x: 256, y: 0 } },
          '.what.value.x to "show": it is 256, expected u8, 0 to 255',
        ],
        [
          { tag: "wide", valve: 1 },
          '.what to "show": it has "valve", which is no field, expected an object with "tag" ' +
          'and "value"',
        ],
        [
          { tag: "act", value: null },
          '.what.value to "show": it is null, expected a function or a callback',
        ],
        [
          { tag: "nested", value: { tag: "text", value: "a\0" } },
          '.what.value.value to "show", text with a NUL at index 1: the guest takes the text to ' +
          "end there",
        ],
        [
          { tag: "__proto__" },
          '.what.tag to "show": it is "__proto__", expected "none" or "wide" or "pair" or ' +
          '"named" or "maybe" or "act" or "nested" or "wideText" or "counted" or "bytes" or ' +
          '"numbers" or "room" or "codes"',
        ],
      ] as const
    ) assertEquals(refused(what), `Cannot pass argument 0 ${message}`);
    assertEquals(sources.filter(leavesStep), []);
  });
});
