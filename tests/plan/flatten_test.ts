import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { allocator, canonicalAbi, load, LoadError } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestBytes } from "../_guests.ts";

/** A module without its binary: its types are unknown. */
async function compiled(guest: string): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(await guestBytes(guest));
}

Deno.test("nothing is detected without the binary, and everything can be set", async () => {
  using unknown = await load(await compiled("c/result_packed_pointer_high"));
  assertEquals(guestErrorOf(() => unknown.passString("Bob", "greet")), [
    "no-convention",
    "Cannot tell how the guest passes text: the types of a compiled module are unknown, " +
    "expected the option convention",
  ]);
  using half = await load(await compiled("c/result_packed_pointer_high"), {
    convention: allocator({ allocate: "malloc", free: "free" }),
  });
  const passes = [
    '["pointer","byteLength"]',
    '["packedPointerHigh"]',
    '["packedPointerLow"]',
    '["pointer"]',
  ].map((pass) => `pass: ${pass}`).join(" or ");
  const results = [
    "packedPointerHigh",
    "packedPointerLow",
    "multiValue",
    "multiValueResult",
    "areaBefore",
    "areaAfter",
    "terminated",
    "pointedTo",
    "prefixed",
    "inPlace",
  ].map((form) => `result: "${form}"`).join(" or ");
  assertEquals(guestErrorOf(() => half.passString("Bob", "greet")), [
    "ambiguous-convention",
    'Cannot tell how "greet" passes text: its type is unknown, which 31 forms of the convention ' +
    `"allocator" fit, expected an option of the convention: ${passes}, and ${results}, and ` +
    'resultsFreedBy: "host" (resultsFreedBy: "guest" instead if the guest keeps what it returns)',
  ]);
  using said = await load(await compiled("c/result_packed_pointer_high"), {
    convention: allocator({
      allocate: "malloc",
      free: "free",
      pass: ["pointer", "byteLength"],
      result: "packedPointerHigh",
      resultsFreedBy: "host",
    }),
    symbols: { live: { name: "live_allocations", parameters: [], result: "u32" } },
  });
  assertEquals([said.passString("Bob", "greet"), said.symbols.live()], ["Hello, Bob!", 0]);
});

Deno.test("a convention without an open part needs no binary", async () => {
  using guest = await load(await compiled("c/canonical_utf8"), { convention: canonicalAbi() });
  assertStrictEquals(
    guest.passString("Bob", "example:text/greeter@1.0.0#greet"),
    "Hello, Bob!",
  );
});

Deno.test("an error shows the type, and the part that a field or the arguments leave open", async () => {
  const error = await assertRejects(
    () =>
      compiled("c/symbols").then(() =>
        load(new URL("../../testdata/c/symbols.wasm", import.meta.url), {
          symbols: {
            // Only two of the three core arguments.
            repeat: {
              parameters: ["string", "u32"],
              arguments: [{ text: 0, as: "pointer" }, { parameter: 1 }],
              result: "u64",
            },
            // There is no third parameter.
            find: {
              parameters: ["u8", "bytes"],
              arguments: [{ parameter: 0 }, { text: 1, as: "pointer" }, { parameter: 2 }],
              result: "i32",
            },
            version: {
              parameters: [],
              result: { type: "record", fields: { text: { type: "string" } } },
            },
          },
        })
      ),
    LoadError,
  );
  assertEquals(error.problems, [
    'symbol "repeat": Cannot pass ("string", "u32") -> "u64" to "repeat": ' +
    "it is (i32, i32, i32) -> i64, expected (i32, i32) -> i64",
    'symbol "find": arguments[2] is { parameter: 2 }, expected 0 to 1',
    'symbol "version": Cannot lift a field of type "string": its place is not declared, ' +
    'expected "pointer" and "length", or "form"',
  ]);
});
