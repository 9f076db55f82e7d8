// Results that exist only in some cases, and values whose type depends on a tag.
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type GuestErrorCode, hostFunction, load, type SymbolDeclaration } from "../../mod.ts";
import { guestErrorOf } from "../_errors.ts";
import { guestPath } from "../_guests.ts";
import { assertRejectsWith } from "./_refused.ts";

/** More calls than it takes until a plan is compiled. */
const OFTEN = 120;

const FOUND = { value: "result", is: 0 } as const;

/** Offsets of `struct value` and its size, by the size of a pointer: the guest states them too. */
const VALUE = { 4: { as: 8, size: 16 }, 8: { as: 8, size: 24 } } as const;

for (const word of [4, 8] as const) {
  const path = guestPath(word === 8 ? "c/variants_64" : "c/variants");
  const { as, size } = VALUE[word];

  Deno.test(`a result exists for one status only, word ${word}`, async () => {
    const arguments_ = [{ parameter: 0 }, { area: 0 }, { area: 1 }] as const;
    const status = { value: "result", fails: "negative" } as const;
    const live = { name: "live_allocations", parameters: [], result: "pointer" } as const;
    using guest = await load(path, {
      symbols: {
        live,
        find: {
          parameters: ["i32"],
          arguments: arguments_,
          status,
          result: {
            type: "record",
            fields: {
              name: { type: "string", pointer: { word: 0 }, length: "nul" },
              age: { type: "u32", value: { load: "u32", offset: word } },
            },
            when: FOUND,
          },
        },
        name: {
          name: "find_copy",
          parameters: ["i32"],
          arguments: arguments_,
          status,
          result: {
            type: "string",
            pointer: { word: 0 },
            length: "nul",
            freedBy: { call: "free" },
            when: FOUND,
          },
        },
        parts: {
          name: "find_copy",
          parameters: ["i32"],
          arguments: arguments_,
          status,
          result: {
            type: "record",
            fields: {
              status: { type: "i32", value: "result" },
              name: {
                type: "string",
                pointer: { word: 0 },
                length: "nul",
                freedBy: { call: "free" },
                when: FOUND,
              },
              age: { type: "u32", value: { load: "u32", offset: word }, when: FOUND },
            },
          },
        },
      },
    });
    const { find, name, parts, live: alive } = guest.symbols;
    for (let call = 0; call < OFTEN; call++) {
      const ada: { name: string; age: number } | undefined = find(0);
      assertEquals(ada, { name: "Ada", age: 36 });
      assertStrictEquals(find(4), undefined);
      const grace: string | undefined = name(2);
      assertEquals([grace, name(4)], ["Grace", undefined]);
      assertEquals(parts(2), { status: 0, name: "Grace", age: 85 });
      assertEquals(parts(4), { status: 1, name: undefined, age: undefined });
      assertEquals(guestErrorOf(() => name(1))[0], "guest-error" satisfies GuestErrorCode);
      assertEquals(Number(alive()), 0, `call ${call}`);
    }
    assertEquals((await guest.plan("name")).steps.map(({ text }) => text).slice(5, 7), [
      "check the result: a negative number is the guest's error",
      "unless the result is 0, there is no value",
    ]);
  });

  const value = {
    type: "variant",
    tag: { load: "u32", at: "result" },
    cases: {
      null: { is: 0 },
      boolean: { is: 1, value: { type: "bool", value: { load: "i32", at: "result", offset: as } } },
      number: { is: 2, value: { type: "f64", value: { load: "f64", at: "result", offset: as } } },
      text: {
        is: [3],
        value: {
          type: "string",
          pointer: { load: word === 8 ? "u64" : "u32", at: "result", offset: as },
          length: { load: word === 8 ? "u64" : "u32", at: "result", offset: as + word },
        },
      },
      pair: {
        is: 4,
        value: {
          type: "record",
          fields: {
            first: { type: "i16", value: { load: "i16", at: "result", offset: as } },
            second: { type: "i16", value: { load: "i16", at: "result", offset: as + 2 } },
          },
        },
      },
    },
  } as const;

  type Tagged =
    | { tag: "null" }
    | { tag: "boolean"; value: boolean }
    | { tag: "number"; value: number }
    | { tag: "text"; value: string }
    | { tag: "pair"; value: { first: number; second: number } };

  Deno.test(`a tagged union is one of its cases, word ${word}`, async () => {
    const number = { parameters: [], result: "pointer" } as const;
    using guest = await load(path, {
      symbols: {
        size_of_value: number,
        offset_of_as: number,
        value_at: { parameters: ["u32"], result: value },
        values: {
          parameters: ["u32"],
          result: {
            type: "list",
            pointer: "result",
            count: { parameter: 0 },
            stride: size,
            item: value,
          },
        },
      },
    });
    const { value_at, values, size_of_value, offset_of_as } = guest.symbols;
    assertEquals([Number(size_of_value()), Number(offset_of_as())], [size, as]);
    const all: Tagged[] = [
      { tag: "null" },
      { tag: "boolean", value: true },
      { tag: "number", value: 2.5 },
      { tag: "text", value: "text" },
      { tag: "pair", value: { first: -1, second: 300 } },
    ];
    const error = (value: string) => [
      "signature",
      `Cannot lift ${value}: its tag is 9, expected 0 for "null", 1 for "boolean", ` +
      '2 for "number", one of 3 for "text", 4 for "pair"',
    ];
    for (let call = 0; call < OFTEN; call++) {
      const found: Tagged[] = [0, 1, 2, 3, 4].map((index) => value_at(index));
      assertEquals(found, all);
      assertEquals(values(5), all);
      assertEquals(values(0), []);
    }
    assertEquals(guestErrorOf(() => value_at(5)), error('the result of "value_at"'));
    assertEquals(guestErrorOf(() => values(6)), error('an item of the result of "values"'));
  });
}

Deno.test("cases with one tag, and a variant without any, are refused", async () => {
  const of = (result: object) => ({ parameters: ["u32"], result }) as object as SymbolDeclaration;
  await assertRejectsWith("c/variants", "value_at", [
    [
      of({ type: "variant", tag: "result", cases: { a: { is: 1 }, b: { is: [2, 1] } } }),
      'result.cases.b has the tag 1, which "a" has',
    ],
    [
      of({ type: "variant", tag: "result", cases: { a: { value: { type: "u8", value: 1 } } } }),
      'result.cases.a.is is missing, expected "negative", "zero", "nonzero", a number',
    ],
    [
      of({ type: "variant", tag: { parameter: 1 }, cases: { a: { is: 1 } } }),
      "result.tag is { parameter: 1 }, expected 0, the only parameter",
    ],
    [
      of({ type: "u32", value: "result", when: { value: { result: 1 }, is: 0 } }),
      'result.when.value is { result: 1 }, but the export returns one result, expected "result"',
    ],
  ]);
});

Deno.test("a result of a callback cannot depend on a status, or on a function of the arguments", async () => {
  const log = (declaration: object) => hostFunction(declaration as never, (() => {}) as never);
  const rows: [declaration: object, problem: string][] = [
    [
      { parameters: [], result: { type: "string", when: FOUND } },
      "result.when is unknown, expected",
    ],
    [
      { parameters: [{ type: "string", length: () => 3 }], result: "void" },
      "which is not known when argument 0 is read",
    ],
  ];
  for (const [declaration, problem] of rows) {
    const imports = { env: { log: log(declaration), number: () => 1, unused: () => 1 } };
    const error = await assertRejects(() => load(guestPath("c/constructors"), { imports }), Error);
    assertStrictEquals(error.message.includes(problem), true, error.message);
  }
});
