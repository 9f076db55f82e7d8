// The component model's canonical ABI, "canon lower".
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { load } from "../../../mod.ts";
import { countCompiled } from "../../_count_compiled.ts";
import { guestPath } from "../../_guests.ts";
import { failure, loadLinked, loadResources } from "./_guests.ts";

Deno.test("text crosses from component to component through two encodings", async () => {
  using guest = await loadLinked();
  const { twice } = guest.interfaces["test:linked/texts"];
  for (const text of ["", "a", "h\u00f6\u2603", "\u{1f370}", "x".repeat(500)]) {
    assertEquals(twice(text), text + text);
  }
});

/** Exports that violate the ABI when they call another component. */
const BROKEN: readonly (readonly [name: string, args: readonly unknown[], message: string])[] = [
  ["wrong", ["a"], "a string has 65536 bytes at pointer 0x1000, expected a range within memory"],
  ["crooked", [], "the place of a result is at pointer 0x21, expected a multiple of 4"],
];

for (const [name, args, message] of BROKEN) {
  Deno.test(`a component that calls another one wrongly has trapped: ${message}`, async () => {
    using guest = await loadLinked();
    const error = failure(() => guest.interfaces["test:linked/texts"][name](...args));
    assertEquals([error.code, error.message.includes(message), guest.state], [
      "trap",
      true,
      "poisoned",
    ]);
  });
}

Deno.test("an error of the host passes unchanged, and poisons the guest", async () => {
  const thrown = new Error("of the host");
  using guest = await loadLinked(() => {
    throw thrown;
  });
  const { callBack, echo } = guest.interfaces[""];
  assertStrictEquals(assertThrows(() => callBack()), thrown);
  assertEquals(guest.state, "poisoned");
  assertEquals(failure(() => echo("a")).code, "poisoned");
  guest.reset();
  assertEquals(echo("a"), "a");
});

Deno.test("the next instance compiles none of the functions that it imports anew", async () => {
  using guest = await loadLinked();
  assertEquals(await countCompiled(() => guest.reset()), 0);
  assertEquals(guest.interfaces[""].echo("a"), "a");
});

Deno.test("a guest cannot catch an error of the host", async () => {
  const thrown = new Error("of the host");
  using guest = await loadLinked(() => {
    throw thrown;
  });
  assertStrictEquals(assertThrows(() => guest.interfaces[""].swallow()), thrown);
});

Deno.test("a result of the host that does not fit is an error that names the import", async () => {
  class File {
    size() {
      return "long";
    }
  }
  const imports = { "test:files/files": { File: Object.assign(File, { open: () => new File() }) } };
  using guest = await load(guestPath("component/resources"), { imports });
  assertThrows(
    () => guest.interfaces[""].measure("a"),
    TypeError,
    'Cannot return the result of import "test:files/files@0.2.3#[method]file.size": it is ' +
      '"long", expected an integer from 0 to 4294967295',
  );
});

Deno.test("handles that are lent to the host end with the call", async () => {
  using guest = await loadResources();
  assertEquals(guest.interfaces[""].measure("abc"), 3);
});
