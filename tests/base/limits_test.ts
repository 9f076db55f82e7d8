import { assertEquals, assertRejects } from "@std/assert";
import { adopt, load } from "../../mod.ts";
import { guestBytes } from "../_guests.ts";

for (const value of [-1, 0.5, NaN, -Infinity]) {
  for (const name of ["results", "output", "files"]) {
    Deno.test(`load() refuses a limit of ${value} bytes for ${name}`, async () => {
      const bytes = await guestBytes("c/passing_data");
      const error = await assertRejects(() => load(bytes, { limits: { [name]: value } }), Error);
      assertEquals([error.name, error.message], [
        "RangeError",
        `Cannot use the option limits.${name}: it is ${value}, expected an integer, 0 or more, ` +
        "or Infinity",
      ]);
    });
  }
}

Deno.test("a limit that is undefined is one that is not set", async () => {
  const bytes = await guestBytes("c/passing_data");
  using guest = await load(bytes, { limits: { output: undefined } });
  assertEquals(guest.passString("Hello there, "), "Hello there, WASM is cool!");
});

for (const limit of ["fuel", "deadline", "memory", "tableElements"] as const) {
  for (const value of [undefined, Infinity]) {
    Deno.test(`limits.${limit} of ${value} needs no rewritten module`, async () => {
      const module = new WebAssembly.Module(await guestBytes("c/shout_length"));
      const limits = { [limit]: value };
      using loaded = await load(module, { limits });
      using adopted = await adopt(await WebAssembly.instantiate(module), { limits });
      assertEquals([loaded.state, adopted.state], ["ready", "ready"]);
    });
  }
}
