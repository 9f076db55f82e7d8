import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { assemblyScript, load, type LoadOptions } from "../../mod.ts";
import { guestBytes, guestUrl } from "../_guests.ts";
import { type Row, testRows, Thrown } from "../answers/_rows.ts";
import { assemble } from "../_wat.ts";

const GLOBALS = "assemblyscript/globals";

const point = { type: "object", class: "Point", fields: { x: "f64", y: "f64" } } as const;

const symbols = {
  title: { type: "string", mutable: true },
  count: { type: "i32", mutable: true },
  small: { type: "u8", mutable: true },
  flag: { type: "bool", mutable: true },
  wide: { type: "u64", mutable: true },
  ratio: { type: "f32", mutable: true },
  origin: { type: point, mutable: true },
  nothing: { type: { ...point, nullable: true }, mutable: true },
  words: { type: { type: "strings" }, mutable: true },
  LIMIT: { type: "f64" },
  called: { type: "string", name: "NAME" },
  Color: { type: "enum", members: ["Red", "Green", "Blue"] },
  describe: { parameters: [], result: "string" },
  nameOf: { parameters: ["i32"], result: "string" },
  churn: { parameters: ["i32"], result: "i32" },
} as const;

Deno.test("globals are read by name, with their types", async () => {
  using guest = await load(guestUrl(GLOBALS), { symbols });
  for (let turn = 0; turn < 150; turn++) {
    const { title, count, small, flag, wide, ratio, origin, nothing, words, LIMIT, called } =
      guest.symbols;
    assertEquals(
      { title, count, small, flag, wide, ratio, origin, nothing, words, LIMIT, called },
      {
        title: "hello",
        count: -3,
        small: 255,
        flag: true,
        wide: 2n ** 64n - 1n,
        ratio: 0.5,
        origin: { x: 1, y: 2 },
        nothing: null,
        words: ["a", "b"],
        LIMIT: 3.25,
        called: "a name",
      },
    );
  }
});

Deno.test("mutable globals are set by name, and keep their values", async () => {
  using guest = await load(guestUrl(GLOBALS), { symbols });
  const all = guest.symbols;
  for (let turn = 0; turn < 150; turn++) {
    all.title = `title ${turn}`;
    all.count = turn;
    all.small = turn;
    all.flag = turn % 2 === 0;
    all.wide = BigInt(turn);
    all.ratio = turn / 2;
    all.origin = { x: turn + 0.5, y: 0 };
    all.nothing = turn % 3 === 0 ? null : { x: 0, y: turn + 0.25 };
    all.words = ["x", String(turn)];
    if (turn % 50 === 0) all.churn(5000);
    assertStrictEquals(
      all.describe(),
      `title ${turn} ${turn} ${turn} ${turn % 2 === 0} ${turn} ${turn / 2}` +
        `${turn % 2 === 0 ? ".0" : ""} ${turn + 0.5} ${turn % 3 === 0 ? "null" : turn + 0.25} ` +
        `x|${turn}`,
    );
    assertEquals(all.nothing, turn % 3 === 0 ? null : { x: 0, y: turn + 0.25 });
  }
});

Deno.test("an enumeration has its values and their names", async () => {
  using guest = await load(guestUrl(GLOBALS), { symbols });
  const { Color, nameOf } = guest.symbols;
  assertEquals({ ...Color }, { 0: "Red", 5: "Green", 6: "Blue", Red: 0, Green: 5, Blue: 6 });
  assertStrictEquals(nameOf(Color.Blue), "blue");
  assertStrictEquals(guest.symbols.Color, Color);
});

Deno.test("globals are those of the current instance", async () => {
  using guest = await load(guestUrl(GLOBALS), { symbols });
  guest.symbols.count = 7;
  guest.reset();
  assertStrictEquals(guest.symbols.count, -3);
  guest.symbols.count = 8;
  assertStrictEquals(guest.symbols.describe().split(" ")[1], "8");
});

Deno.test("a value of another type is refused, and an immutable global is not set", async () => {
  using guest = await load(guestUrl(GLOBALS), { symbols });
  const all = guest.symbols;
  for (let turn = 0; turn < 150; turn++) {
    assertThrows(
      () => all.small = 256,
      RangeError,
      'Cannot pass argument 0 to "set small": it is 256, expected u8, 0 to 255',
    );
    assertThrows(
      () => all.title = 1 as never,
      TypeError,
      'Cannot pass argument 0 to "set title": it is 1, expected a string',
    );
    assertThrows(() => (all as { LIMIT: number }).LIMIT = 1, TypeError);
  }
  assertStrictEquals(all.LIMIT, 3.25);
});

Deno.test("globals of other guests are numbers", async () => {
  using guest = await load(
    assemble(`(module
      (global (export "a") (mut i64) (i64.const -1))
      (global (export "b") f64 (f64.const 0.5))
      (memory (export "memory") 1))`),
    {
      symbols: {
        a: { type: "u64", mutable: true },
        signed: { type: "i64", name: "a" },
        b: { type: "f64" },
      },
    },
  );
  assertEquals([guest.symbols.a, guest.symbols.signed, guest.symbols.b], [
    2n ** 64n - 1n,
    -1n,
    0.5,
  ]);
  guest.symbols.a = 5n;
  assertStrictEquals(guest.symbols.signed, 5n);
});

Deno.test("globals of a compiled module, whose types are unknown, are read and set", async () => {
  const module = await WebAssembly.compile(await guestBytes(GLOBALS));
  using guest = await load(module, { symbols, convention: assemblyScript(), missing: "trap" });
  guest.symbols.count = 4;
  guest.symbols.title = "new";
  assertEquals(
    [guest.symbols.count, guest.symbols.title, guest.symbols.wide, guest.symbols.LIMIT],
    [4, "new", 2n ** 64n - 1n, 3.25],
  );
});

Deno.test("the plan of a global is that of reading it", async () => {
  using guest = await load(guestUrl(GLOBALS), { symbols });
  const { steps } = await guest.plan("title");
  assertStrictEquals(steps.some(({ text }) => text === 'call "get title"'), true);
});

/** A declaration that does not fit, and its problem. */
function refused(title: string, symbols: unknown, ...problems: string[]): Row {
  return {
    name: title,
    guest: GLOBALS,
    options: { symbols } as LoadOptions,
    ask: () => {},
    gives: new Thrown(
      "LoadError",
      "symbols",
      `Cannot bind the declared symbols:\n${problems.join("\n")}`,
    ),
  };
}

testRows([
  refused(
    "a misspelt global is named",
    { titel: { type: "string" } },
    'symbol "titel": Cannot find global "titel": did you mean "title"? The guest exports ' +
      'globals "Point_ID", "title", "count", "small", "flag", "wide", "ratio", ' +
      '"origin", "nothing", "words", "LIMIT", "NAME", "Color.Red", "Color.Green", "Color.Blue", ' +
      '"__rtti_base"',
  ),
  refused(
    "an immutable global cannot be declared mutable",
    { LIMIT: { type: "f64", mutable: true } },
    'symbol "LIMIT": Cannot set global "LIMIT": it is immutable, expected no mutable: true',
  ),
  refused(
    "a global of another type is refused",
    { ratio: { type: "f64" } },
    'symbol "ratio": Cannot pass () -> "f64" to "get ratio": it is () -> f32, expected () -> ' +
      "f64",
  ),
  refused(
    "every fault of a declaration is named",
    { a: { type: "double" }, Color: { type: "enum" }, b: { type: "i32", parameters: [] } },
    'symbol "a": type is "double", did you mean "f64"?',
    'symbol "Color": members is missing, expected an array of names',
    'symbol "b": parameters is unknown, expected none beside "type", which is that of a global',
  ),
]);
