import { assertEquals, assertThrows } from "@std/assert";
import { cString, GuestError, load } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { strings } from "../_strings.ts";

const source = guestUrl("c/c_string_stack");

Deno.test("C strings are put on the stack, which is restored afterwards", async () => {
  using guest = await load(source, { convention: cString() });
  const { canary, stackSave } = guest.exports as Record<string, () => number>;
  const before = stackSave!();
  for (const { text } of strings) {
    if (text.includes("\0") || !text.isWellFormed() || text.length > 80) continue;
    assertEquals(guest.passString(text, "greet"), `Hello, ${text}!`);
  }
  assertEquals(stackSave!(), before);
  assertEquals(canary!(), 42);
});

Deno.test("the stack is restored if the guest returns nothing", async () => {
  using guest = await load(source, { convention: cString() });
  const { stackSave } = guest.exports as Record<string, () => number>;
  const before = stackSave!();
  const error = assertThrows(() => guest.passString("x".repeat(300), "greet"), GuestError);
  assertEquals(error.code, "null-pointer");
  assertEquals(stackSave!(), before);
  assertEquals(guest.state, "ready");
});

Deno.test("a text that would overwrite static data is not put onto the stack", async () => {
  using guest = await load(source, { convention: cString() });
  const { canary, stackSave } = guest.exports as Record<string, () => number>;
  const before = stackSave!();
  const error = assertThrows(() => guest.passString("x".repeat(5000), "greet"), GuestError);
  assertEquals(error.code, "out-of-memory");
  // The data segments end at 0x40c: 1,024 is where wasm-ld begins, and there are 12 bytes.
  assertEquals(
    error.message,
    `Cannot take 5001 bytes from the guest's stack: its pointer is at 0x${before.toString(16)}, ` +
      "and static data ends at 0x40c",
  );
  assertEquals(stackSave!(), before);
  assertEquals(canary!(), 42);
});

Deno.test("a stack of unknown size is not used by default, but suggested by the error", async () => {
  using guest = await load(source);
  const error = assertThrows(() => guest.passString("a", "greet"), GuestError);
  assertEquals(error.code, "no-convention");
  assertEquals(
    error.message,
    "Cannot tell how the guest passes text: no buffer and no allocator is detected, and its " +
      'exported functions are "canary", "stackSave", "stackRestore", "stackAlloc", "greet", ' +
      "expected convention: cString(), which puts texts on its stack, if they fit there",
  );
});

Deno.test("the stack is restored if the result is null", async () => {
  using guest = await load(source, {
    convention: cString(),
    symbols: { greet: { parameters: ["string"], result: { type: "string", nullable: true } } },
  });
  const { stackSave } = guest.exports as Record<string, () => number>;
  const before = stackSave!();
  // The guest returns null for a text that does not fit in its buffer of 256 bytes.
  for (let call = 0; call < 3; call++) assertEquals(guest.symbols.greet("x".repeat(300)), null);
  assertEquals(guest.symbols.greet("you"), "Hello, you!");
  assertEquals(stackSave!(), before);
});
