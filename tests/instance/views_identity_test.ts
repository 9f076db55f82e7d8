import { assertEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { GUESTS, symbols } from "../call/managed/_guest_objects.ts";
import { guestUrl } from "../_guests.ts";

Deno.test("an object that a guest returned can be passed to a view of it", async () => {
  using guest = await load(guestUrl(GUESTS[0]), { symbols });
  const limited = await guest.within({ results: 1000 });
  using counter = guest.symbols.makeCounter(7);
  limited.symbols.addTo(counter, 2);
  assertEquals([limited.symbols.valueOf(counter), guest.symbols.valueOf(counter)], [9, 9]);
});
