// The size of the arguments of a host function is bounded.
import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, hostFunction, load } from "../../mod.ts";
import { assemble } from "../_wat.ts";
import { outcome } from "./_rows.ts";
import { convention, OVERLAP, tooLarge } from "./_overlap.ts";

for (const calls of [1, 120]) {
  for (const count of [1, 2]) {
    Deno.test(`host function: ${count} texts are bounded together, in call ${calls}`, async () => {
      const taken: unknown[][] = [];
      const parameters = count === 1
        ? ["u32", "u32", "string"] as const
        : ["string", "string"] as const;
      const take = hostFunction({ parameters, result: "void" }, (...values) => {
        taken.push(values);
      });
      const options = { convention, imports: { env: { take } } };
      const ask = async (results: number) => {
        using guest = await load(assemble(OVERLAP), { ...options, limits: { results } });
        const give = guest.exports.give as () => void;
        for (let call = 1; call < calls; call++) await outcome(give);
        taken.length = 0;
        const thrown = await outcome(give);
        return [taken.map((values) => values.map((value) => String(value).length)), thrown];
      };
      const needed = count * 1000;
      assertEquals(await ask(needed), [
        [count === 1 ? [7, 4, 1000] : [1000, 1000]],
        undefined,
      ]);
      const subject = count === 1
        ? 'argument 2 of import "env.take"'
        : 'argument 1 of import "env.take"';
      assertEquals(await ask(needed - 1), [[], tooLarge(needed, needed - 1, subject)]);
    });
  }
}

Deno.test("host function: its blocks are freed, even after an argument that is too large", async () => {
  const owned = { type: "string", freedBy: "host" } as const;
  const take = hostFunction({ parameters: [owned, owned], result: "void" }, () => {});
  using guest = await load(assemble(OVERLAP), {
    convention,
    imports: { env: { take } },
    limits: { results: 999 },
  });
  const { give, live } = guest.exports as Record<string, () => number>;
  for (let call = 1; call <= 120; call++) {
    assertThrows(() => give!(), GuestError, "argument 0");
    // The guest only counts its blocks.
    assertEquals(live!(), -2 * call);
  }
  assertEquals(guest.state, "ready");
});
