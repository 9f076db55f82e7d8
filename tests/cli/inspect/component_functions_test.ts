import { assertEquals } from "@std/assert";
import { understandWorld } from "../../../src/cli/inspect/component_functions.ts";
import { loadIdle } from "../../../src/cli/inspect/idle_guest.ts";
import { inspectFunctions } from "../../../src/cli/inspect/inspected_functions.ts";
import { load, type SymbolDeclarations } from "../../../mod.ts";
import { guestBytes } from "../../_guests.ts";
import { readGuest, sourceOf } from "./_guests.ts";
import { GREETER, MANY_TYPES, withWorld } from "./_worlds.ts";

const PREFIX = "example:text/greeter@1.0.0#";

const GUEST = withWorld(await guestBytes("c/canonical_utf8"), GREETER);

Deno.test("functions of a world are declared with the types of their WIT, and run", async () => {
  const functions = await inspectFunctions(await loadIdle(sourceOf(GUEST)));
  const own = functions.filter(({ name, role }) => name.startsWith(PREFIX) && role !== "toolchain");
  const declared = own.map(({ name, declaration }) => [name.slice(PREFIX.length), declaration]);
  assertEquals(Object.fromEntries(declared), {
    greet: { parameters: ["string"], result: "string" },
    echo: { parameters: ["string"], result: "string" },
    repeat: { parameters: ["string", "u32"], result: "string" },
    "length-of": { parameters: ["string"], result: "u32" },
    add: { parameters: ["i32", "i32"], result: "i32" },
    reverse: { parameters: ["bytes"], result: "bytes" },
  });
  assertEquals(
    own.find(({ name }) => name.endsWith("#repeat"))?.understood,
    "It is `func(text: string, times: u32) -> string` in the guest's world.",
  );
  const symbols = Object.fromEntries(own.map(({ name, declaration }) => [name, declaration!]));
  using guest = await load(GUEST, { symbols: symbols as SymbolDeclarations });
  const call = guest.symbols as unknown as Record<string, (...args: unknown[]) => unknown>;
  assertEquals(call[`${PREFIX}repeat`]!("ab", 3), "ababab");
  assertEquals(call[`${PREFIX}length-of`]!("abc"), 3);
  assertEquals(call[`${PREFIX}reverse`]!(Uint8Array.of(1, 2)), Uint8Array.of(2, 1));
});

Deno.test("types that do not fit the functions are ignored", async () => {
  // The first parameter of greet is a number in this one.
  const lying = Uint8Array.fromBase64(GREETER);
  const at = lying.findIndex((_, index) =>
    new TextDecoder().decode(lying.subarray(index, index + 4)) === "name"
  );
  lying[at + 4] = 0x75; // f64 instead of string
  const functions = await inspectFunctions(
    await loadIdle(sourceOf(withWorld(await guestBytes("c/canonical_utf8"), lying))),
  );
  const greet = functions.find(({ name }) => name === `${PREFIX}greet`)!;
  assertEquals([greet.role, greet.understood], ["text", undefined]);
});

Deno.test("a function with a type that has no declaration is shown with its core types, and the reason", async () => {
  const idle = await loadIdle(
    sourceOf(withWorld(await guestBytes("c/canonical_utf8"), MANY_TYPES)),
  );
  const numbers = { parameters: ["i32"], result: "f64" } as const;
  const core = { parameters: ["i32"], results: ["f64"] } as const;
  assertEquals(understandWorld(idle)?.("example:text/greeter#area", core, numbers), {
    declaration: numbers,
    words: [
      "It is `func(at: point) -> f64` in the guest's world, which has no declaration: these are " +
      "core types.",
    ],
  });
  assertEquals(understandWorld(idle)?.("another", core, numbers), {
    declaration: numbers,
    words: [],
  });
});

for (const name of ["c/canonical_utf8", "c/symbols"]) {
  Deno.test(`a guest without the types of a world is not understood: ${name}`, async () => {
    assertEquals(understandWorld(await loadIdle(await readGuest(name))), undefined);
  });
}
