import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { compile, type Guest, load, type Source } from "../../mod.ts";
import { guestPath } from "../_guests.ts";

// Tested by the compiler: `deno check` fails if a line after `@ts-expect-error` has no error.

Deno.test("the compiler accepts every source of load()", () => {
  const rightly = (
    path: string,
    url: URL,
    bytes: Uint8Array,
    buffer: ArrayBuffer | SharedArrayBuffer,
    response: Response,
    promise: Promise<Response>,
    view: ArrayBufferView,
    blob: Blob,
    compiling: Promise<WebAssembly.Module>,
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
    load(view),
    load(new Float64Array(1)),
    load(blob),
    load(compiling),
    load(compile(path)),
    load(Deno.readFile(path)),
    load(response.blob()),
    compile(promise),
    compile(response.arrayBuffer()),
    compile(view, { integrity: "sha256-" }),
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
    // @ts-expect-error: nothing is no source
    [() => load(undefined), "the source is undefined"],
    // @ts-expect-error: a function is no source
    [() => load(() => guestPath("c/c_string")), "the source is a function"],
  ];
  for (const [attempt, found] of wrong) {
    const { message } = await assertRejects(attempt, TypeError);
    assertStrictEquals(
      message,
      `Cannot load a guest: ${found}, expected a path, a URL, bytes, a Response, a Blob ` +
        "or a WebAssembly.Module",
    );
  }
  // @ts-expect-error: a promise of a path is no source
  const { message } = await assertRejects(() => load(Promise.resolve("guest.wasm")), TypeError);
  assertStrictEquals(
    message,
    'Cannot load a guest: the promise resolved to "guest.wasm", expected bytes, a Response, a ' +
      "Blob or a WebAssembly.Module",
  );
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
