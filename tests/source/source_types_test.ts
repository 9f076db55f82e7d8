import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type Guest, load, type Source } from "../../mod.ts";
import { guestPath, guestUrl } from "../_guests.ts";

// For the compiler: `deno check` fails where a line below an expected error has none.

Deno.test("the compiler accepts every source of load()", () => {
  const rightly = (
    path: string,
    url: URL,
    bytes: Uint8Array,
    buffer: ArrayBuffer | SharedArrayBuffer,
    response: Response,
    promise: Promise<Response>,
    module: WebAssembly.Module,
    either: string | URL,
    any: Source,
  ) => [
    load(path),
    load(url),
    load(bytes),
    load(buffer),
    load(response),
    load(promise),
    load(module),
    load(either),
    load(any),
    load(fetch("https://example.com/guest.wasm")),
    load(new WebAssembly.Module(new Uint8Array())),
  ];
  assertEquals(typeof rightly, "function");
});

Deno.test("anything else than a source is a compile error, and an error of load()", async () => {
  const empty = {};
  const wrong: [load: () => Promise<unknown>, found: string][] = [
    // @ts-expect-error: a number is no source
    [() => load(5), "the source is 5"],
    // @ts-expect-error: an object is no module
    [() => load({}), "the source is an object of class Object"],
    // @ts-expect-error: an object is no module
    [() => load(empty), "the source is an object of class Object"],
    // @ts-expect-error: an array of numbers is no Uint8Array
    [() => load([0, 1]), "the source is an object of class Array"],
    // @ts-expect-error: a blob is no response
    [() => load(new Blob()), "the source is an object of class Blob"],
    // @ts-expect-error: a view of other elements is no Uint8Array
    [() => load(new DataView(new ArrayBuffer(8))), "the source is an object of class DataView"],
    // @ts-expect-error: nothing is no source
    [() => load(undefined), "the source is undefined"],
    // @ts-expect-error: a function is no source
    [() => load(() => guestPath("c/c_string")), "the source is a function"],
  ];
  for (const [attempt, found] of wrong) {
    const { message } = await assertRejects(attempt, TypeError);
    assertStrictEquals(
      message,
      `Cannot load a guest: ${found}, expected a path, a URL, bytes, a Response or a ` +
        "WebAssembly.Module",
    );
  }
  // @ts-expect-error: a promise of bytes is no promise of a response
  await assertRejects(() => load(Deno.readFile(guestUrl("c/c_string"))), TypeError);
});

/** A function of a library, for any guest. */
function nameOf(guest: Guest): string {
  // @ts-expect-error: nothing is known of its symbols
  const found: unknown = guest.symbols.greet;
  return `${guest.convention.name} ${typeof found}`;
}

Deno.test("Guest alone takes any guest", async () => {
  using plain = await load(guestPath("c/passing_data"));
  using declared = await load(guestPath("c/c_string"), {
    symbols: { greet: { parameters: ["string"], result: "string" } },
  });
  assertEquals([nameOf(plain), nameOf(declared)], ["static buffer undefined", "C string function"]);
});
