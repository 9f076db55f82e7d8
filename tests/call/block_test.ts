import { assertEquals, assertThrows } from "@std/assert";
import { allocator, GuestError, inPlace, load, staticBuffer } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";

const BYTES = await guestBytes("c/structs");

const symbols = {
  push: { parameters: ["pointer", "u32"], result: "void" },
  total: { parameters: ["pointer"], result: "u32" },
  live: { name: "live_allocations", parameters: [], result: "u32" },
  failAfter: { name: "fail_after", parameters: ["u32"], result: "void" },
} as const;

const convention = allocator({ allocate: "malloc", free: "free" });

Deno.test("allocate() returns zeroed blocks that live until they are freed", async () => {
  using guest = await load(BYTES, { convention, symbols });
  const { push, total, live } = guest.symbols;
  {
    using one = guest.allocate(8);
    using other = guest.allocate(8);
    push(one, 1);
    push(other, 5);
    push(one, 2);
    assertEquals([total(one), total(other)], [3002, 5001]);
    assertEquals(one.byteLength, 8);
    assertEquals(live(), 2);
  }
  assertEquals(live(), 0);
});

Deno.test("a block is freed once, and cannot be used afterwards", async () => {
  using guest = await load(BYTES, { convention, symbols });
  const block = guest.allocate(8);
  block.free();
  block.free();
  assertEquals(guest.symbols.live(), 0);
  const error = assertThrows(
    () => guest.symbols.total(block),
    GuestError,
    "Cannot use a block of 8 bytes: it was given back",
  );
  assertEquals(error.code, "disposed");
});

Deno.test("a block is invalid after its instance was replaced", async () => {
  using guest = await load(BYTES, { convention, symbols });
  const block = guest.allocate(8);
  guest.reset();
  assertThrows(
    () => block.pointer,
    GuestError,
    "Cannot use a block of 8 bytes: the guest it was taken from was reset or restored",
  );
  block.free();
  assertEquals(guest.symbols.live(), 0);
});

Deno.test("allocate() reports why it cannot allocate", async () => {
  using guest = await load(BYTES, { convention, symbols });
  guest.symbols.failAfter(1);
  const { code } = assertThrows(() => guest.allocate(8), GuestError, "Cannot allocate 8 bytes");
  assertEquals(code, "out-of-memory");
  for (const size of [-1, 0.5, NaN]) {
    assertThrows(() => guest.allocate(size), RangeError, "Cannot take a block of");
  }
  using other = await load(BYTES, { convention: staticBuffer({ pointer: 1024, capacity: 8 }) });
  assertThrows(
    () => other.allocate(8),
    GuestError,
    "Cannot take a block of 8 bytes: the convention static buffer has no allocator, expected " +
      "allocator(), or inPlace() with memory to reserve",
  );
  other.close();
  guest.close();
  assertThrows(() => guest.allocate(8), GuestError, "the guest is disposed");
});

Deno.test("blocks are adjacent if the convention adds pages", async () => {
  using guest = await load(BYTES, {
    convention: inPlace({ pointer: "reserve", byteLength: 100 }),
    symbols,
  });
  const { push, total, live } = guest.symbols;
  const before = guest.memory.size;
  using one = guest.allocate(8);
  using other = guest.allocate(8);
  assertEquals(one.pointer >= before, true);
  assertEquals(Math.abs(other.pointer - one.pointer) >= 8, true);
  push(one, 7);
  assertEquals([total(one), total(other), live()], [7001, 0, 0]);
});
