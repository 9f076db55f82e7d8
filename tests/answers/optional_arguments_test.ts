import { assertStrictEquals } from "@std/assert";
import { load } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { type Row, testRows, Thrown } from "./_rows.ts";

const ALL = {
  add: { parameters: ["i32", "i32"], result: "i32" },
  subtract: { parameters: ["i32", "i32"], result: "i32" },
  scale: { parameters: ["i64", "f64"], result: "f64" },
  negate: { parameters: ["i32"], result: "i32" },
  greet: { parameters: ["string", "string"], result: "string" },
  repeat: { parameters: ["string", "i32"], result: "string" },
} as const;

const FEWER = {
  addNone: { name: "add", parameters: [], result: "i32" },
  addOne: { name: "add", parameters: ["i32"], result: "i32" },
  subtractOne: { name: "subtract", parameters: ["i32"], result: "i32" },
  scaleNone: { name: "scale", parameters: [], result: "f64" },
  scaleOne: { name: "scale", parameters: ["i64"], result: "f64" },
  greetNone: { name: "greet", parameters: [], result: "string" },
  greetOne: { name: "greet", parameters: ["string"], result: "string" },
  repeatOne: { name: "repeat", parameters: ["string"], result: "string" },
} as const;

const NUMBERS = { add: ALL.add, negate: ALL.negate, addOne: FEWER.addOne } as const;
const ABORT = { abort: () => {} };
const imports = { env: { more: () => 3 } };

/** The calls take turns, so that a length left over from another call would show. */
function callAll(
  { symbols }: { symbols: Readonly<Record<string, (...args: never[]) => unknown>> },
): unknown[] {
  const call = (name: string, ...args: unknown[]) => symbols[name]!(...args as never[]);
  return [
    call("add", 12, 12),
    call("addNone"),
    call("addOne", 10),
    call("subtract", 9, 4),
    call("subtractOne", 9),
    call("negate", 5),
    call("scale", 2n, 4),
    call("scaleNone"),
    call("scaleOne", 4n),
    call("greet", "Ada", "?"),
    call("greetNone"),
    call("greetOne", "Ada"),
    call("repeat", "ab", 3),
    call("repeatOne", "ab"),
  ];
}

const ANSWERS = [
  24,
  3,
  12,
  5,
  7,
  -5,
  8,
  12.5,
  10,
  "Hello, Ada?",
  "Hello, World!",
  "Hello, Ada!",
  "ababab",
  "abab",
];

const bothForms = (row: Row): Row[] => [
  row,
  { ...row, name: `${row.name}, in a hot call`, warmUp: 120 },
];

testRows([
  ...["optional", "optional_plain"].flatMap((guest) =>
    bothForms({
      name: `${guest}: omitted arguments get their defaults, all others are passed`,
      guest: `assemblyscript/${guest}`,
      options: { symbols: { ...ALL, ...FEWER }, imports },
      ask: callAll,
      gives: ANSWERS,
    })
  ),
  ...bothForms({
    name: "the number of arguments is also set for a guest without strings",
    guest: "assemblyscript/optional_numbers",
    options: { symbols: NUMBERS, imports },
    ask: ({ symbols: { add, negate, addOne } }) => [add!(12, 12), negate!(5), addOne!(10)],
    gives: [24, -5, 12],
  }),
  ...bothForms({
    name: "passString leaves the other arguments to the export",
    guest: "assemblyscript/optional",
    options: { imports },
    ask: (guest) => [guest.passString("Ada", "greet"), guest.passString("ab", "repeat")],
    gives: ["Hello, Ada!", "abab"],
  }),
  {
    name: "an export without optional arguments needs all of them",
    guest: "assemblyscript/optional",
    options: { imports, symbols: { negate: { parameters: [], result: "i32" } } },
    ask: () => {},
    gives: new Thrown(
      "LoadError",
      "symbols",
      'Cannot bind the declared symbols:\nsymbol "negate": Cannot pass () -> "i32" to "negate": ' +
        "it is (i32) -> i32, expected () -> i32",
    ),
  },
  {
    name: "a required argument cannot be left out",
    guest: "assemblyscript/optional",
    options: { imports, symbols: { subtract: { parameters: [], result: "i32" } } },
    ask: () => {},
    gives: new Thrown(
      "LoadError",
      "symbols",
      'Cannot bind the declared symbols:\nsymbol "subtract": Cannot pass () -> "i32" to ' +
        '"subtract": it is (i32, i32) -> i32, of which the first 1 have to be passed, expected ' +
        "() -> i32",
    ),
  },
  {
    name: "the number of declared arguments is set for a compiled module, whose types are unknown",
    guest: "assemblyscript/optional_numbers",
    options: { imports },
    ask: async ({ module }) => {
      using guest = await load(module, {
        symbols: NUMBERS,
        imports: { env: { ...ABORT, ...imports.env } },
      });
      const { add, negate, addOne } = guest.symbols;
      return [add(12, 12), negate(5), addOne(10)];
    },
    gives: [24, -5, 12],
  },
]);

Deno.test("the number of arguments is right for the call within a call, and for the outer one", async () => {
  const answers: number[] = [];
  using guest = await load(guestUrl("assemblyscript/optional"), {
    imports: {
      env: {
        more: () => {
          answers.push(guest.symbols.addOne(10), guest.symbols.add(12, 12));
          return 3;
        },
      },
    },
    symbols: {
      ...NUMBERS,
      addMore: { parameters: [], result: "i32" },
      addOneMore: { name: "addMore", parameters: ["i32"], result: "i32" },
    },
  });
  for (let call = 0; call < 120; call++) {
    assertStrictEquals(guest.symbols.addMore(), 6);
    assertStrictEquals(guest.symbols.addOneMore(10), 13);
    assertStrictEquals(`${answers.splice(0)}`, "12,24,12,24,12,24");
  }
});
