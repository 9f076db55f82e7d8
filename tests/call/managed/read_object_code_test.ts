import { assertEquals } from "@std/assert";
import { load } from "../../../mod.ts";
import { guestUrl } from "../../_guests.ts";
import { outcome } from "../../answers/_rows.ts";
import { LABEL, symbols } from "./_guest_objects.ts";

Deno.test("both forms of a call lift the same objects, and refuse the same ones", async () => {
  const declared = {
    relabel: symbols.relabel,
    sparse: {
      ...symbols.relabel,
      name: "relabel",
      result: { type: "object", fields: { text: "string" } },
    },
    wrong: { ...symbols.relabel, name: "relabel", result: symbols.flip.result },
  } as const;
  using cold = await load(guestUrl("assemblyscript/objects"), { symbols: declared });
  using hot = await load(guestUrl("assemblyscript/objects"), { symbols: declared });
  for (const name of ["relabel", "sparse", "wrong"] as const) {
    for (let call = 0; call < 150; call++) await outcome(() => hot.symbols[name](LABEL, "x"));
    for (const text of ["", "\0", "🚀", "\ud83d", "x".repeat(1000)]) {
      assertEquals(
        await outcome(() => hot.symbols[name](LABEL, text)),
        await outcome(() => cold.symbols[name](LABEL, text)),
      );
    }
  }
});
