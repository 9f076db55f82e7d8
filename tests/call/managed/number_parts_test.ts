import { assertEquals, assertThrows } from "@std/assert";
import { GuestError, load } from "../../../mod.ts";
import { compileNumbers, compileReadNumbers } from "../../../src/call/managed/number_parts.ts";
import { DraftPath, runtimeOf } from "../../../src/call/managed/object_parts.ts";
import { guestUrl } from "../../_guests.ts";
import { type Row, testRows, Thrown } from "../../answers/_rows.ts";
import { ARRAY_OBJECTS, ARRAY_U8, BASIC, objectsOf } from "./_objects.ts";

const host = {
  text: () => {},
  point: () => {},
  node: () => {},
  ext: () => {},
  buf: () => {},
};

/** A call of a guest with many classes of arrays, also when it is compiled. */
function call(title: string, name: string, type: unknown, value: unknown, gives: unknown): Row[] {
  const symbols = { [name]: { parameters: [type], result: type } } as never;
  return [0, 120].map((warmUp): Row => ({
    name: `${title}, after ${warmUp} calls`,
    guest: "assemblyscript/bindings",
    options: { symbols, imports: { host } },
    ask: ({ symbols }) => symbols[name]!(value as never),
    gives,
    warmUp,
  }));
}

const refused = (message: string, name = "TypeError") => new Thrown(name, undefined, message);

const unbound = (message: string) =>
  new Thrown(
    "LoadError",
    "symbols",
    `Cannot bind the declared symbols:\nsymbol "i32s": ${message}`,
  );

testRows([
  ...call(
    "booleans are not accepted as numbers",
    "bools",
    { type: "objects", item: "bool", class: "Array<bool>" },
    [true, 1],
    refused('Cannot pass argument 0 [1] to "bools": it is 1, expected a boolean'),
  ),
  ...call(
    "each number has to fit",
    "i32s",
    { type: "objects", item: "i32" },
    [1, 2147483648],
    refused(
      'Cannot pass argument 0 [1] to "i32s": it is 2147483648, expected i32, -2147483648 to 2147483647',
      "RangeError",
    ),
  ),
  ...call(
    "numbers of 64 bits are bigints",
    "i64s",
    { type: "objects", item: "i64" },
    [1],
    refused('Cannot pass argument 0 [0] to "i64s": it is 1, expected a bigint for i64'),
  ),
  ...call(
    "a typed array is not accepted as a plain one",
    "i32s",
    { type: "objects", item: "i32" },
    Int32Array.of(1),
    refused(
      'Cannot pass argument 0 to "i32s": it is an object of class Int32Array, expected an array',
    ),
  ),
  ...call(
    "null is declared",
    "arrOrNull",
    { type: "objects", item: "i32" },
    null,
    refused(
      'Cannot pass argument 0 to "arrOrNull": it is null, expected an array, or nullable: true',
    ),
  ),
  ...call(
    "an array of other numbers than declared is refused",
    "i32s",
    { type: "objects", item: "f64", class: "Array<i32>" },
    [1],
    unbound(
      'Cannot pass an array of f64 to "i32s": Array<i32> holds others, expected Float64Array or ' +
        "Array<f64> or StaticArray<f64>",
    ),
  ),
  ...call(
    "the type of numbers is open if the guest has several arrays",
    "i32s",
    { type: "objects" },
    [1],
    unbound(
      'Cannot pass an array to "i32s": the guest\'s arrays of numbers are "Array<u8>", ' +
        '"Array<i64>", "StaticArray<f32>", "Array<i32>", "Array<f64>", "StaticArray<u8>", expected ' +
        'the type of its numbers, such as item: "i32", or a class, such as class: "Array<i32>"',
    ),
  ),
]);

Deno.test("the class of a result shows what its numbers are", async () => {
  const numbers = { type: "objects" } as const;
  using guest = await load(guestUrl("assemblyscript/bindings"), {
    symbols: {
      i32s: { parameters: [{ type: "objects", item: "i32" }], result: numbers },
      i64s: { parameters: [{ type: "objects", item: "i64" }], result: numbers },
      staticF32: { parameters: [{ type: "objects", item: "f32" }], result: numbers },
      strings: { parameters: [{ type: "strings", class: "Array<string>" }], result: numbers },
    },
    imports: { host },
  });
  const { i32s, i64s, staticF32, strings } = guest.symbols;
  assertEquals(i32s([1, -1]), [1, -1]);
  assertEquals(i64s([1n, -1n]), [1n, -1n]);
  assertEquals(staticF32([0.5]), [0.5]);
  assertThrows(
    () => strings(["a"]),
    GuestError,
    'Cannot lift the result of "strings": its class is Array of objects (id ',
  );
});

Deno.test("the only array of numbers needs no type", async () => {
  const instance = await objectsOf([...BASIC, ARRAY_OBJECTS, ARRAY_U8]);
  const objects = { kind: "managedArray" } as const;
  const context = { instance, objects, symbol: "f", direction: "to" } as const;
  const layout = { kind: "numbers", item: undefined, class: undefined, nullable: false } as const;
  const { draft, build } = compileNumbers(layout, context, runtimeOf(context));
  const pointer = build(draft([7, 255], new DraftPath(["pass argument 0", ""])));
  const { memory } = instance;
  assertEquals(memory.readBytes(Number(memory.read("u32", pointer + 4)), 2), Uint8Array.of(7, 255));
  assertEquals(memory.read("u32", pointer + 12), 2);
  const subject = "the result";
  const read = compileReadNumbers(layout, { instance, runtime: "managed", subject, symbol: "f" });
  assertEquals(read(pointer, (count) => assertEquals(count, 2)), [7, 255]);
});

Deno.test("an array that the host may not hold is refused", async () => {
  const type = { type: "objects", item: "i32" } as const;
  using guest = await load(guestUrl("assemblyscript/bindings"), {
    symbols: { i32s: { parameters: [type], result: type } },
    imports: { host },
    limits: { results: 800 },
  });
  assertEquals(guest.symbols.i32s(Array.from({ length: 40 }, () => 1)).length, 40);
  assertThrows(
    () => guest.symbols.i32s(Array.from({ length: 1000 }, () => 1)),
    GuestError,
    "expected at most 800 or a higher limits: { results }",
  );
});
