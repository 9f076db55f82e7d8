import { assertEquals } from "@std/assert";
import { findBuffer } from "../../../src/cli/inspect/guest_buffer.ts";
import { loadIdle } from "../../../src/cli/inspect/idle_guest.ts";
import { assemble } from "../../_wat.ts";
import { readGuest, sourceOf } from "./_guests.ts";

Deno.test("a buffer that a symbol names ends at the next one at the latest", async () => {
  // wasm-ld puts data at 1024; `after` follows the buffer of 100 bytes, aligned to 16.
  const { guest, info } = await loadIdle(await readGuest("c/bounds_next_symbol"));
  assertEquals(findBuffer(guest, info), {
    address: 1024 + 16,
    byteLength: 112,
    capacity: "upper bound",
    reason: 'symbol "after" is at 0x480',
  });
});

Deno.test("a getter that writes or loops is not called", async () => {
  const guest = (body: string) =>
    loadIdle(sourceOf(assemble(`(module (memory (export "memory") 1)
      (func (export "get_buffer_pointer") (result i32) ${body} (i32.const 2048))
      (func (export "echo") (param i32) (result i32) (local.get 0)))`)));
  const quiet = await guest("");
  assertEquals(findBuffer(quiet.guest, quiet.info)?.address, 2048);
  const writing = await guest("(i32.store (i32.const 0) (i32.const 7))");
  assertEquals(findBuffer(writing.guest, writing.info), undefined);
  assertEquals(writing.guest.memory.read("i32", 0), 0);
  const trapping = await guest("(unreachable)");
  assertEquals(findBuffer(trapping.guest, trapping.info), undefined);
});
