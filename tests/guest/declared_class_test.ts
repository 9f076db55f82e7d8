import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { GuestError, type GuestObject, load, type LoadOptions } from "../../mod.ts";
import { guestUrl } from "../_guests.ts";
import { type Row, testRows, Thrown } from "../answers/_rows.ts";

const counter = { type: "reference", class: "Counter" } as const;

const point = { type: "object", class: "Point", fields: { x: "f64", y: "f64" } } as const;

const symbols = {
  Counter: {
    type: "class",
    parameters: ["i32"],
    methods: {
      add: { parameters: ["i32"], result: "i32" },
      describe: { parameters: ["string"], result: "string" },
      merge: { parameters: [counter], result: counter },
    },
    properties: {
      value: { type: "i32", mutable: true },
      label: { type: "string", mutable: true },
    },
    statics: { of: { parameters: ["string"], result: counter } },
  },
  Default: {
    type: "class",
    name: "Counter",
    parameters: [],
    properties: { value: { type: "i32" } },
  },
  Other: { type: "class", parameters: [] },
  made: { type: "i32", name: "Counter.made" },
  title: { type: "string", mutable: true },
  valueOf: { parameters: [counter], result: "i32" },
  middle: { parameters: [point, point], result: point },
} as const;

Deno.test("an exported class has a constructor, methods, properties and static functions", async () => {
  using guest = await load(guestUrl("assemblyscript_arc/classes"), { symbols });
  const { Counter, valueOf } = guest.symbols;
  for (let call = 0; call < 150; call++) {
    using mine = new Counter(call);
    assertStrictEquals(mine.add(2), call + 2);
    assertStrictEquals(mine.value, call + 2);
    mine.value = 40;
    mine.label = `label ${call}`;
    assertStrictEquals(mine.label, `label ${call}`);
    assertStrictEquals(mine.describe("> "), `> label ${call} 40`);
    using other = Counter.of("🚀!");
    using sum = mine.merge(other) as InstanceType<typeof Counter>;
    assertStrictEquals(sum.value, 43);
    assertStrictEquals(valueOf(sum), 43);
    assertEquals([mine instanceof Counter, sum instanceof Counter], [true, true]);
    assertStrictEquals(mine.class, "Counter");
  }
  assertStrictEquals(guest.symbols.made, 450);
});

Deno.test("optional parameters of a constructor get their defaults", async () => {
  using guest = await load(guestUrl("assemblyscript_arc/classes"), { symbols });
  using mine = new guest.symbols.Default();
  assertStrictEquals(mine.value, 7);
});

Deno.test("a method refuses an object of another class, and one that was released", async () => {
  using guest = await load(guestUrl("assemblyscript_arc/classes"), { symbols });
  const { Counter, Other } = guest.symbols;
  using mine = new Counter(1);
  using other = new Other();
  assertThrows(
    () => mine.merge(other as unknown as GuestObject<"Counter">),
    TypeError,
    'expected a reference to an object of class "Counter"',
  );
  const gone = new Counter(2);
  gone.release();
  assertThrows(() => gone.add(1), GuestError, 'an object of class "Counter": it was released');
});

Deno.test("nothing leaks in a guest that counts references", async () => {
  using guest = await load(guestUrl("assemblyscript_arc/classes"), { symbols });
  const { Counter, middle } = guest.symbols;
  const round = () => {
    for (let call = 0; call < 2000; call++) {
      using mine = new Counter(call);
      mine.label = "another label";
      mine.merge(mine).release();
      guest.symbols.title = `title ${call} ${guest.symbols.title.length}`;
      assertEquals(middle({ x: 0, y: call }, { x: 2, y: call }), { x: 1, y: call });
    }
  };
  round();
  const before = guest.memory.size;
  for (let count = 0; count < 10; count++) round();
  assertStrictEquals(guest.memory.size, before);
});

Deno.test("exported functions can be the methods of a class", async () => {
  using guest = await load(guestUrl("assemblyscript/objects"), {
    symbols: {
      Counter: {
        type: "class",
        create: "makeCounter",
        parameters: ["i32"],
        methods: {
          add: { name: "addTo", parameters: ["i32"], result: "i32" },
          valueOf: { name: "valueOf", parameters: [], result: "i32" },
        },
      },
    },
  });
  for (let call = 0; call < 150; call++) {
    using mine = new guest.symbols.Counter(call);
    assertStrictEquals(mine.add(2), call + 2);
    assertStrictEquals(mine.valueOf(), call + 2);
  }
});

/** A declaration that does not fit, and its problem. */
function refused(title: string, symbols: unknown, problem: string): Row {
  return {
    name: title,
    guest: "assemblyscript_arc/classes",
    options: { symbols } as LoadOptions,
    ask: () => {},
    gives: new Thrown("LoadError", "symbols", `Cannot bind the declared symbols:\n${problem}`),
  };
}

testRows([
  refused(
    "a class needs its parameters",
    { Counter: { type: "class" } },
    'symbol "Counter": parameters is missing, expected an array of types such as ["string", "u32"]',
  ),
  refused(
    "a wrong part of a method is named",
    { Counter: { type: "class", parameters: [], methods: { add: { parameters: ["int"] } } } },
    'symbol "Counter": methods.add.parameters[0] is "int", did you mean "i32"?\n' +
      'symbol "Counter": methods.add.result is missing, expected a type',
  ),
]);
