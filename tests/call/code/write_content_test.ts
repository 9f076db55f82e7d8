import { assertEquals, assertThrows } from "@std/assert";
import { allocator, load } from "../../../mod.ts";
import { testTiers } from "../../_tiers.ts";
import { assemble } from "../../_wat.ts";
import { MALLOC, owned } from "../_parity.ts";

/** Calls the host when it is asked for a block. */
const GUEST = assemble(`(module
  (import "env" "tick" (func $tick))
  (memory (export "memory") 1)
  ${
  MALLOC.replace(
    "(local.set $block (global.get $next))",
    "(call $tick) (local.set $block (global.get $next))",
  )
}
  (func (export "show") (param i32)))`);

const fields = {
  bytes: { type: "bytes", length: "pair" },
  numbers: { type: "array", element: "u16", length: "pair" },
} as const;

testTiers(
  "an array of a struct that is shortened while the guest allocates is refused",
  async () => {
    let tick = () => {};
    using guest = await load(GUEST, {
      convention: allocator(owned),
      imports: { env: { tick: () => tick() } },
      symbols: { show: { parameters: [{ type: "struct", fields }], result: "void" } },
    });
    const { show } = guest.symbols;
    const buffer = new ArrayBuffer(8, { maxByteLength: 8 });
    const bytes = new Uint8Array(8), numbers = new Uint16Array(4);
    const shrinking = [
      { bytes: new Uint8Array(buffer), numbers },
      { bytes, numbers: new Uint16Array(buffer) },
    ];
    for (const byteLength of [4, 0]) {
      for (const value of shrinking) {
        buffer.resize(8);
        tick = () => {};
        assertEquals(show(value), undefined);
        tick = () => buffer.resize(byteLength);
        assertThrows(
          () => show(value),
          TypeError,
          'Cannot pass 8 bytes to "show": their length changed during the call, expected it to stay',
        );
      }
    }
    buffer.resize(8);
    // A detached buffer has a length of 0.
    tick = () => void buffer.transfer();
    assertThrows(() => show(shrinking[0]!), TypeError, "detached");
  },
);
