// The bytes that each tier writes for a struct that is passed: texts follow the struct.
import { assertEquals } from "@std/assert";
import { load } from "../../../mod.ts";
import { refuseRunSteps, testTiers } from "../../_tiers.ts";
import { assemble } from "../../_wat.ts";
import { bytesOf, SIZE, TYPE, VARIANT_ROWS } from "./_variant_rows.ts";

refuseRunSteps();

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
    const what = {
      tag: "act",
      value: (number: number) => factor * number,
    } as const;
    assertEquals(act({ id: 0, what, end: 0 }), factor * 20);
  }
});
