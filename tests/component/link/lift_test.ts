// The component model's canonical ABI, "canon lift".
import { assertEquals, assertThrows } from "@std/assert";
import { failure, loadLinked } from "./_guests.ts";

Deno.test("more parameters than core functions have go through memory", async () => {
  using guest = await loadLinked();
  assertEquals(guest.interfaces[""].many(...Array(16).fill(3), 4), 7);
});

Deno.test("the post-return function is called once, with the result, before the call returns", async () => {
  using guest = await loadLinked();
  const { twice, freed } = guest.interfaces["test:linked/texts"];
  twice("a");
  assertEquals(freed(), 16);
});

/** Exports that violate the ABI, and the message of the trap. */
const BROKEN: readonly (readonly [name: string, message: string])[] = [
  [
    "far",
    "a result has 8 bytes at pointer 0xfffc, expected a range within memory of 65536 bytes",
  ],
  ["odd", "a result is at pointer 0x2, expected a multiple of 4"],
  [
    "leaves",
    "it called an import while a value was allocated or a result freed, expected no call from there",
  ],
];

for (const [name, message] of BROKEN) {
  Deno.test(`a guest that violates the ABI is poisoned: ${message}`, async () => {
    using guest = await loadLinked();
    const error = failure(() => guest.interfaces[""][name]());
    assertEquals([error.code, error.export, guest.state], ["trap", name, "poisoned"]);
    assertEquals(
      error.message,
      `Cannot complete "${name}": the guest broke the canonical ABI: ${message}`,
    );
  });
}

Deno.test("a value that does not fit is the caller's mistake, and the guest can be called again", async () => {
  using guest = await loadLinked();
  const { echo, many } = guest.interfaces[""];
  const cannot = 'Cannot pass parameter "text" to "echo": it is';
  assertThrows(() => echo(5), TypeError, `${cannot} 5, expected a string`);
  assertThrows(() => echo(), TypeError, `${cannot} undefined, expected a string`);
  assertThrows(() => echo("a\udfff"), RangeError, `${cannot} "a\\udfff", expected text without`);
  assertThrows(() => many(1, -1), RangeError, 'Cannot pass parameter "b" to "many": it is -1');
  const count = 'Cannot call "echo": it is given 2 arguments, expected 1';
  assertThrows(() => echo("a", "b"), TypeError, count);
  assertEquals([echo("b"), guest.state], ["b", "ready"]);
});
