import { assertEquals, assertThrows } from "@std/assert";
import { inPlace, load } from "../../mod.ts";
import { IN_PLACE } from "../../src/presets/static_buffer.ts";
import { guestPath } from "../_guests.ts";

Deno.test("a range that the host may use is a buffer of that size", () => {
  assertEquals(inPlace({ pointer: 1024, byteLength: 100 }).place, {
    kind: "buffer",
    pointer: 1024,
    capacity: 100,
  });
});

Deno.test("a reserved range is as large as the texts may be, and results begin where it does", () => {
  const { place, results } = inPlace({ pointer: "reserve", byteLength: 100 });
  assertEquals(place, { kind: "buffer", pointer: { reserve: 100 }, capacity: 100 });
  assertEquals(results.map(({ text }) => text), [{ pointer: { argument: 0 }, length: "result" }]);
});

Deno.test("both options are required, and this convention is never detected", () => {
  const { message } = assertThrows(() => inPlace({} as never), TypeError);
  assertEquals(
    message,
    "Cannot make the convention inPlace():\n" +
      'option pointer is missing, expected "reserve", an address or { layout }\n' +
      "option byteLength is missing, expected a number of bytes",
  );
  assertEquals([IN_PLACE.recognise, IN_PLACE.suggest, IN_PLACE.fallBack], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("pages are added for a reserved range, and the guest's own memory stays as it was", async () => {
  const convention = inPlace({ pointer: "reserve", byteLength: 1000 });
  using guest = await load(guestPath("c/result_in_place"), { convention });
  const { size } = guest.memory;
  const before = guest.memory.readBytes(0, size);
  assertEquals(guest.passString("hello", "shout"), "HELLO");
  assertEquals([guest.memory.size, guest.memory.readBytes(0, size)], [size + 65536, before]);
  assertThrows(() => guest.passString("x".repeat(1001), "shout"), RangeError, "holds 1000");
});
