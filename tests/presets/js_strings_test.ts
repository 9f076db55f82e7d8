import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { hostFunction, jsStrings, load, LoadError } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assemble } from "../_wat.ts";

Deno.test("references cross unchanged: text, null if declared, anything as externref", async () => {
  using guest = await load(guestPath("wat/js_strings"), {
    symbols: {
      repeat: { parameters: ["string", "i32"], result: "string" },
      units: { parameters: ["string"], result: "i32" },
      any: { name: "echo", parameters: ["externref"], result: "externref" },
      text: { name: "echo", parameters: ["externref"], result: "string" },
      orNull: {
        name: "echo",
        parameters: [{ type: "string", nullable: true }],
        result: { type: "string", nullable: true },
      },
    },
  });
  const { repeat, units, any, text, orNull } = guest.symbols;
  assertEquals([repeat("\ud800", 2), units("a🚀")], ["\ud800\ud800", 3]);
  const object = {};
  assertStrictEquals(any(object), object);
  assertEquals([orNull(null), orNull("a")], [null, "a"]);
  assertEquals(guestErrorOf(() => text(1)), [
    "invalid-text",
    'Cannot lift the result of "echo": it is 1, expected a string',
  ]);
  assertEquals(guestErrorOf(() => text(null)), [
    "null-pointer",
    'Cannot lift the result of "echo": it is null, expected a string',
  ]);
  const refused = (act: () => unknown) => assertThrows(act, TypeError).message;
  assertStrictEquals(
    refused(() => units(1 as never)),
    'Cannot pass argument 0 to "units": it is 1, expected a string, or "externref" as its type',
  );
  assertThrows(() => guest.passString(1 as never, "echo"), TypeError, "expected a string");
});

Deno.test("a guest that takes references is assumed to take strings only by default", async () => {
  using guest = await load(guestPath("wat/js_strings"), { convention: jsStrings() });
  assertStrictEquals(guest.passString("\ud800", "greet"), "Hello, \ud800!");
  using plain = await load(assemble(`(module
    (func (export "same") (param externref) (result externref) (local.get 0)))`));
  assertEquals([`${plain.convention}`, plain.convention.reason], [
    "convention: jsStrings()",
    '"same" takes and returns externref',
  ]);
  assertStrictEquals(plain.passString("\udc00"), "\udc00");
});

Deno.test("bytes and arrays of a symbol that takes and returns references are refused", async () => {
  const floats = { type: "array", element: "f64" } as const;
  const symbols = {
    greet: { parameters: ["bytes"], result: "string" },
    echo: { parameters: ["string"], result: floats },
  } as const;
  const { problems } = await assertRejects(
    () => load(guestPath("wat/js_strings"), { symbols }),
    LoadError,
  );
  const found = "it is declared as bytes or an array, but is passed as a reference, expected " +
    '"string", or "externref" for any value as it is';
  assertEquals(problems, [
    `symbol "greet": Cannot pass argument 0 to "greet": ${found}`,
    `symbol "echo": Cannot lift the result of "echo": ${found}`,
  ]);
  using guest = await load(guestPath("wat/js_strings"));
  assertThrows(
    () => guest.passBytes(Uint8Array.of(1), "greet"),
    TypeError,
    'Cannot pass argument 0 to "greet": it is an object of class Uint8Array, expected a string, or ' +
      '"externref" as its type',
  );
});

Deno.test("bytes that are a reference have no class of their own", async () => {
  const result = { type: "bytes", as: "ArrayBuffer" } as const;
  const symbols = { echo: { parameters: ["externref"], result } } as const;
  const error = await assertRejects(
    () => load(guestPath("wat/js_strings"), { symbols }),
    LoadError,
  );
  assertEquals(error.problems, [
    'symbol "echo": Cannot lift bytes as "ArrayBuffer": they are an externref, which stays the ' +
    "object that the guest gives, expected no class",
  ]);
  const tell = hostFunction({ parameters: [result], result: "void" }, () => {});
  const bytes = assemble('(module (import "env" "tell" (func (param externref))))');
  const imports = { env: { tell } };
  const refused = await assertRejects(
    () => load(bytes, { imports, convention: jsStrings() }),
    LoadError,
  );
  assertEquals(refused.problems, [
    'import[0] "env.tell" (externref) -> (): Cannot lift bytes as "ArrayBuffer": they are an ' +
    "externref, which stays the object that the guest gives, expected no class",
  ]);
});
