import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";

Deno.test("run() runs a command without WASI, once for an instance", async () => {
  using guest = await load(guestUrl("c/startup_command"));
  assertEquals([guest.run(), guest.state], [0, "ready"]);
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, error.export, error.message], [
    "exited",
    "_start",
    "Cannot run the guest: it has run, expected reset() first",
  ]);
  // It appends how often it was started.
  assertEquals(guest.passString("Still there: "), "Still there: 1");
  guest.reset();
  assertEquals([guest.passString(""), guest.run(), guest.passString("")], ["0", 0, "1"]);
});

Deno.test("run() of a command that traps throws, and the guest is poisoned", async () => {
  using guest = await load(guestUrl("wat/command_trap"));
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, error.export], ["trap", "_start"]);
  assertEquals(guest.state, "poisoned");
  assertThrows(
    () => guest.run(),
    GuestError,
    'Cannot call "_start": the guest is poisoned, expected reset() first',
  );
});

Deno.test("run() reports a guest that is not a command", async () => {
  using guest = await load(guestUrl("c/passing_data"));
  const error = assertThrows(() => guest.run(), GuestError);
  assertEquals([error.code, error.export], ["missing-export", "_start"]);
});

Deno.test("run() of a closed guest is refused", async () => {
  const guest = await load(guestUrl("c/startup_command"));
  guest.run();
  guest.close();
  assertThrows(() => guest.run(), GuestError, 'Cannot call "_start": the guest is disposed');
});
