// The compiled form checks some values once, and again if the buffer or its stated capacity has
// changed.
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type Guest, GuestError, load, MemoryRangeError, staticBuffer } from "../../../mod.ts";
import { BufferCapacity } from "../../../src/call/blocks/buffer_capacity.ts";
import { frameOf, instanceOf } from "../_unit.ts";

/** LEB128 of a positive number. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x40; value >>= 7) bytes.push(value & 0x7f | 0x80);
  return [...bytes, value];
}

/**
 * A guest of one page whose `buffer` is at 16, until `pass` gets other than 2 bytes: then at `to`.
 */
function movingGuest(to: number): Uint8Array<ArrayBuffer> {
  const section = (id: number, bytes: number[]) => [id, bytes.length, ...bytes];
  const text = (value: string) => [value.length, ...new TextEncoder().encode(value)];
  const body = (code: number[]) => [code.length + 2, 0, ...code, 0x0b];
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, 0, 1, 0x7f, 0x60, 1, 0x7f, 1, 0x7f]),
    ...section(3, [2, 0, 1]),
    ...section(5, [1, 0, 1]),
    ...section(6, [1, 0x7f, 1, 0x41, 16, 0x0b]),
    ...section(7, [3, ...text("memory"), 2, 0, ...text("buffer"), 0, 0, ...text("pass"), 0, 1]),
    ...section(10, [
      2,
      ...body([0x23, 0]), // global.get 0
      // local.get 0, i32.const 2, i32.ne, if, i32.const to, global.set 0, end, local.get 0
      ...body([0x20, 0, 0x41, 2, 0x47, 0x04, 0x40, 0x41, ...leb(to), 0x24, 0, 0x0b, 0x20, 0]),
    ]),
  ]);
}

/** Loads the guest and calls it until its calls are direct. */
async function loadMoving(to: number, capacity?: number): Promise<Guest> {
  const convention = staticBuffer({ pointer: "buffer", ...(capacity && { capacity }) });
  const guest = await load(movingGuest(to), { convention });
  for (let times = 0; times < 150; times++) {
    assertStrictEquals(guest.passString("ab", "pass"), "ab");
  }
  return guest;
}

Deno.test("a buffer that stays is read in place", async () => {
  using guest = await loadMoving(16);
  for (const text of ["Hello", "Grüße", "a".repeat(300)]) {
    assertStrictEquals(guest.passString(text, "pass"), text);
  }
});

Deno.test("a result that would reach beyond the moved buffer is refused", async () => {
  for (const text of ["Hello there", "a".repeat(300)]) {
    using guest = await loadMoving(65530);
    const error = assertThrows(() => guest.passString(text, "pass"), GuestError);
    assertStrictEquals(error.code, "overrun");
    assertStrictEquals(guest.state, "poisoned");
  }
});

Deno.test("a buffer that moves out of memory is refused, even for a short result", async () => {
  for (const text of ["", "Hello there", "a".repeat(300)]) {
    using guest = await loadMoving(65600);
    assertThrows(() => guest.passString(text, "pass"), MemoryRangeError, "0x10040");
  }
});

Deno.test("a stated capacity is not trusted after the buffer has moved", async () => {
  for (const text of ["Hello there", "a".repeat(90)]) {
    using guest = await loadMoving(65530, 100);
    assertThrows(() => guest.passString(text, "pass"), MemoryRangeError, "0xfffa");
  }
});

Deno.test("a capacity that reaches beyond memory is refused each time, and nothing is written", async () => {
  using guest = await load(movingGuest(16), {
    convention: staticBuffer({ pointer: "buffer", capacity: 70_000 }),
  });
  const texts = ["Hello", "a".repeat(300), "a".repeat(69_000)];
  for (let times = 0; times < 150; times++) {
    const text = texts[times % 3]!;
    assertThrows(() => guest.passString(text, "pass"), MemoryRangeError, "70000");
  }
  assert(guest.memory.view(0, 65536).every((byte) => byte === 0), "a byte was written");
  guest.memory.grow(1);
  assertEquals(guest.passString("Hello", "pass"), "Hello");
});

Deno.test("a capacity is known as long as neither the buffer nor the end of memory has moved", async () => {
  const instance = await instanceOf();
  const capacity = new BufferCapacity({ kind: "buffer", pointer: 64 }, instance, "f");
  assertEquals(capacity.known(64), -1);
  capacity.at(frameOf(), 64);
  assertEquals([capacity.known(64), capacity.known(65)], [65536 - 64, -1]);
  instance.memory.grow(1);
  assertEquals(capacity.known(64), -1);
});
