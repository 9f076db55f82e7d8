import { assertEquals, assertThrows } from "@std/assert";
import { load, MemoryRangeError, staticBuffer } from "../../../mod.ts";
import type { BindOptions } from "../../../src/call/blocks/bound_source.ts";
import { compileContent } from "../../../src/call/content.ts";
import { bindBuffer } from "../../../src/call/blocks/bind_sources.ts";
import { guestErrorOf } from "../../_errors.ts";
import { assemble } from "../../_wat.ts";
import { outcome } from "../_parity.ts";
import { frameOf, instanceOf } from "../_unit.ts";

const instance = await instanceOf();
const { memory } = instance;
const content = compileContent(instance.memory, "string", "utf-8");

/** A buffer of 8 bytes at 64, where memory is filled with "x". */
function bind(more: Partial<BindOptions> = {}) {
  memory.writeString(60, "x".repeat(20));
  return bindBuffer({ kind: "buffer", pointer: 60, offset: 4, capacity: 8 }, instance, {
    symbol: "f",
    terminated: "never",
    align: 1,
    beside: 3,
    ...more,
  });
}

Deno.test("a text is written at its offset, followed by a NUL if one is declared", () => {
  const rows = [
    ["never", "abc", "xxxxabcxxxxxxxxxxxxx"],
    ["where there is room", "abc", "xxxxabc\0xxxxxxxxxxxx"],
    ["where there is room", "abcdefgh", "xxxxabcdefghxxxxxxxx"],
    ["always", "abcdefg", "xxxxabcdefg\0xxxxxxxx"],
  ] as const;
  for (const [terminated, text, expected] of rows) {
    const frame = frameOf();
    bind({ terminated }).put(frame, 0, content, text);
    assertEquals(memory.readString(60, 20), expected);
    const { pointers: [pointer], byteLengths: [byteLength], sizes: [size] } = frame;
    assertEquals([pointer, byteLength, size], [64, text.length, 8]);
  }
});

Deno.test("a text that does not fit is refused, and nothing is written", () => {
  const rows = [
    ["never", "abcdefghi", 'Cannot pass 9 bytes to "f": the guest\'s buffer holds 8'],
    ["always", "abcdefgh", 'Cannot pass 8 bytes to "f": the guest\'s buffer holds 7 and a NUL'],
  ] as const;
  for (const [terminated, text, message] of rows) {
    const source = bind({ terminated });
    assertThrows(() => source.put(frameOf(), 0, content, text), RangeError, message);
    assertEquals(memory.readString(60, 20), "x".repeat(20));
  }
});

Deno.test("a block for a result has to fit as well", () => {
  const source = bind(), frame = frameOf();
  source.take(frame, 0, 8);
  assertEquals([frame.pointers[0], frame.sizes[0], frame.byteLengths[0]], [64, 8, 8]);
  assertThrows(
    () => source.take(frame, 0, 9),
    RangeError,
    'Cannot take 9 bytes for the result of "f": the guest\'s buffer holds 8',
  );
});

Deno.test("a buffer that reaches beyond memory is refused", () => {
  const source = bindBuffer({ kind: "buffer", pointer: 65535, capacity: 2 }, instance, {
    symbol: "f",
    terminated: "never",
    align: 1,
    beside: 3,
  });
  assertThrows(
    () => source.put(frameOf(), 0, content, "a"),
    MemoryRangeError,
    "Cannot write 2 bytes at pointer 0xffff: memory is 65536 bytes",
  );
});

Deno.test("data that a call in progress needs are not overwritten until it has released them", () => {
  const claims = {
    block: "argument 0",
    action: "pass argument 0 to",
    isRead: false,
    keeper: "host",
  } as const;
  const source = bind({ claims });
  const outer = frameOf(), inner = frameOf();
  try {
    source.put(outer, 0, content, "abc");
    inner.outerClaim = instance.claim;
    assertEquals(guestErrorOf(() => source.put(inner, 0, content, "de")), [
      "busy",
      'Cannot pass argument 0 to "f": the guest\'s buffer at 0x40 holds what the call of "f" in ' +
      "progress still needs, expected a place of its own for one of them, or a call after that one " +
      "has ended",
    ]);
    outer.claims[0]!.end = 0;
    source.put(inner, 0, content, "de");
    assertEquals(memory.readString(64, 3), "dec");
  } finally {
    instance.claim = undefined;
  }
});

for (const calls of [0, 120]) {
  Deno.test(`after ${calls} calls: the address of a buffer is read once, and texts that do not fit are refused`, async () => {
    // The second request of one call gets room; the first gets a byte at the end.
    const bytes = assemble(`(module
      (memory (export "memory") 1)
      (global $asked (mut i32) (i32.const 0))
      (func (export "waver") (global.set $asked (i32.const 1)))
      (func (export "buffer") (result i32)
        (if (i32.eq (global.get $asked) (i32.const 1)) (then
          (global.set $asked (i32.const 0))
          (return (i32.const 65535))))
        (i32.const 64))
      (func (export "call") (param i32) (result i32) (local.get 0)))`);
    using guest = await load(bytes, { convention: staticBuffer({ pointer: "buffer" }) });
    for (let times = 0; times < calls; times++) guest.passString("ab", "call");
    const exports = guest.exports as { waver: () => void };
    const filler = new Uint8Array(8).fill(0x59);
    guest.memory.writeBytes(65528, filler);
    guest.memory.clear(64, 8);
    exports.waver();
    assertEquals(outcome(() => guest.passString("abcd", "call")), {
      name: "RangeError",
      message: 'Cannot pass 4 bytes to "call": the guest\'s buffer holds at most 1',
      code: undefined,
    });
    assertEquals(guest.memory.readBytes(65528, 8), filler);
    assertEquals(guest.memory.readBytes(64, 8), new Uint8Array(8));
    assertEquals(guest.passString("abcd", "call"), "abcd");
  });
}
