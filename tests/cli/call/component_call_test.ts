import { assertEquals, assertThrows } from "@std/assert";
import { type Guest, GuestError, LoadError } from "../../../mod.ts";
import { chooseComponentCall, toValue } from "../../../src/cli/call/component_call.ts";
import { UsageError } from "../../../src/cli/exit_codes.ts";
import type { ValueType } from "../../../src/component/types.ts";
import { guestBytes } from "../../_guests.ts";

const LINKED = await guestBytes("component/linked");

const argument = (content: string | Uint8Array<ArrayBuffer>) => ({ name: "given", content });

/** Calls a function of a guest whose functions return their path and their arguments. */
function call(bytes: Uint8Array<ArrayBuffer>, name: string, ...args: string[]): unknown {
  const functions = (owner: string) =>
    new Proxy({}, { get: (_, key) => (...values: unknown[]) => [owner, key, ...values] });
  const interfaces = new Proxy({}, { get: (_, owner) => functions(owner as string) });
  const file = { name: "a file", source: "a file", bytes };
  const made = chooseComponentCall(file, name, args.map(argument));
  return made({ interfaces } as unknown as Guest);
}

const TEXTS = "test:linked/texts@1.2.0";

Deno.test("a function is called by its full name, without the version, or without its interface", () => {
  for (const name of [`${TEXTS}#twice`, "test:linked/texts#twice", "twice"]) {
    assertEquals(call(LINKED, name, "a"), [TEXTS, "twice", "a"]);
  }
  assertEquals(call(LINKED, "call-back"), ["", "callBack"]);
});

const RESOURCES = await guestBytes("component/resources");

const REFUSED: readonly (readonly [Uint8Array<ArrayBuffer>, name: string, string[], string])[] = [
  [
    LINKED,
    "twise",
    ["a"],
    'Cannot call "twise": the guest exports no function of this name, did you mean "twice"?',
  ],
  [
    RESOURCES,
    "no",
    [],
    'Cannot call "no": the guest exports no function of this name, expected one of ' +
    '"counters#consume", "counters#give", "counters#dropped", "measure", "keep", "give-back", ' +
    '"borrowed", "forgets", "total", "twice"',
  ],
  [
    RESOURCES,
    "[method]counter.value",
    [],
    'Cannot call "[method]counter.value": it belongs to a resource, which only a program can hold, ' +
    "expected one with counter.value()",
  ],
  [
    await guestBytes("component_wasi/hello"),
    "run",
    [],
    'Cannot call "run": it runs the whole component, expected _start',
  ],
];

for (const [bytes, name, args, message] of REFUSED) {
  Deno.test(`a function that cannot be called is refused: ${name}`, () => {
    const error = assertThrows(() => call(bytes, name, ...args), GuestError);
    assertEquals([error.message, error.code], [message, "missing-export"]);
  });
}

Deno.test("an asynchronous component is refused, whatever is called", async () => {
  const bytes = await guestBytes("component/async");
  const message =
    "Cannot run a file: it uses async at offset 0xe, expected a synchronous component";
  assertThrows(() => call(bytes, "run"), LoadError, message);
});

Deno.test("the number of arguments is that of the parameters", () => {
  const message = 'Cannot call "twice": it is given 2 arguments, expected 1 (string)';
  assertEquals(assertThrows(() => call(LINKED, "twice", "a", "b"), UsageError).message, message);
});

const U64: ValueType = { kind: "primitive", name: "u64" };
const U8: ValueType = { kind: "primitive", name: "u8" };
const STRING: ValueType = { kind: "primitive", name: "string" };

/** Arguments with the values that the table of the guide "Components" has for their types. */
const VALUES:
  readonly (readonly [type: ValueType, given: string | Uint8Array<ArrayBuffer>, unknown])[] = [
    [STRING, "3", "3"],
    [{ kind: "primitive", name: "char" }, "ß", "ß"],
    [{ kind: "primitive", name: "bool" }, "true", true],
    [{ kind: "primitive", name: "f32" }, "-1.5", -1.5],
    [U8, "7", 7],
    [U64, "18446744073709551615", 2n ** 64n - 1n],
    [{ kind: "enum", names: ["red"] }, "red", "red"],
    [{ kind: "option", type: STRING }, "null", null],
    [{ kind: "option", type: STRING }, "text", "text"],
    [{ kind: "list", type: U8 }, "[1, 2]", [1, 2]],
    [{ kind: "list", type: U8 }, Uint8Array.of(0, 255), Uint8Array.of(0, 255)],
    [{ kind: "list", type: U64 }, "[1, 18446744073709551615n]", [1n, 2n ** 64n - 1n]],
    [{ kind: "tuple", types: [U8, U64] }, "[1, 2]", [1, 2n]],
    [{ kind: "map", key: STRING, value: U64 }, '[["a", 1]]', [["a", 1n]]],
    [{ kind: "record", fields: [{ name: "x-axis", type: U64 }] }, '{ "xAxis": 1 }', { xAxis: 1n }],
    [
      { kind: "variant", cases: [{ name: "dot", type: undefined }, { name: "big", type: U64 }] },
      '{ "tag": "big", "val": 1 }',
      { tag: "big", val: 1n },
    ],
    [{ kind: "result", ok: U64, error: U8 }, '{ "tag": "ok", "val": 1 }', { tag: "ok", val: 1n }],
    [{ kind: "result", ok: U64, error: U8 }, '{ "tag": "err", "val": 1 }', { tag: "err", val: 1 }],
    [
      { kind: "option", type: { kind: "option", type: U64 } },
      '{ "tag": "some", "val": 1 }',
      { tag: "some", val: 1n },
    ],
    [
      { kind: "record", fields: [{ name: "a", type: { kind: "option", type: U64 } }] },
      "{ a: 1 }",
      { a: 1n },
    ],
    [{ kind: "flags", names: ["read"] }, "{ read: true }", { read: true }],
  ];

for (const [type, given, value] of VALUES) {
  Deno.test(`an argument for a ${type.kind} is a value: ${given}`, () => {
    assertEquals(toValue(argument(given), { name: "it", type }), value);
  });
}

Deno.test("a resource is refused as an argument, and so is a value that does not fit, with its type", () => {
  const resource = { kind: "resource", offset: 0, destructor: undefined } as const;
  const lent: ValueType = { kind: "borrow", resource };
  for (
    const [type, message] of [
      [lent, 'Cannot pass "given" as "it": it is a resource, which only a program can hold'],
      [U64, 'Cannot pass "given": it is not an integer, expected u64'],
      [U8, 'Cannot pass "given": it is not a number, expected u8'],
    ] as const
  ) {
    const convert = () => toValue(argument("x"), { name: "it", type });
    assertEquals(assertThrows(convert, TypeError).message, message);
  }
});
