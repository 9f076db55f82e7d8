import { assertEquals } from "@std/assert";
import { parameterName, signature, TypeNames } from "../../../src/cli/types/typescript_types.ts";
import type { Primitive, ResourceType, ValueType } from "../../../src/component/types.ts";

const primitive = (name: Primitive): ValueType => ({ kind: "primitive", name });
const [STRING, U8, U64] = [primitive("string"), primitive("u8"), primitive("u64")];
const option = (type: ValueType): ValueType => ({ kind: "option", type });
const list = (type: ValueType): ValueType => ({ kind: "list", type });
const SHOWN: ResourceType = { kind: "resource", offset: 0, destructor: undefined };
const NAMELESS: ResourceType = { ...SHOWN };

/** Types with their TypeScript types by the table of the guide "Components". */
const TYPES: readonly (readonly [type: ValueType, shown: string])[] = [
  [primitive("bool"), "boolean"],
  [primitive("s32"), "number"],
  [primitive("f32"), "number"],
  [primitive("s64"), "bigint"],
  [U64, "bigint"],
  [primitive("char"), "string"],
  [STRING, "string"],
  [list(U8), "Uint8Array"],
  [list(primitive("s64")), "BigInt64Array"],
  [list(primitive("char")), "string[]"],
  [list(primitive("bool")), "boolean[]"],
  [list(option(STRING)), "(string | undefined)[]"],
  [list(list(U8)), "Uint8Array[]"],
  [option(option(U8)), '{ tag: "some"; val: number | undefined } | { tag: "none" }'],
  [
    option(option(option(U8))),
    '{ tag: "some"; val: number | undefined } | { tag: "none" } | undefined',
  ],
  [{ kind: "tuple", types: [U8, option(STRING)] }, "[number, string | undefined]"],
  [{ kind: "map", key: STRING, value: U64 }, "Map<string, bigint>"],
  [
    { kind: "result", ok: U8, error: STRING },
    '{ tag: "ok"; val: number } | { tag: "err"; val: string }',
  ],
  [
    { kind: "result", ok: undefined, error: undefined },
    '{ tag: "ok"; val?: undefined } | { tag: "err"; val?: undefined }',
  ],
  [{ kind: "enum", names: ["red", "dark-red"] }, '"red" | "dark-red"'],
  [{ kind: "flags", names: ["read", "at-end"] }, "{ read?: boolean; atEnd?: boolean }"],
  [
    {
      kind: "record",
      fields: [{ name: "x-axis", type: U8 }, { name: "label", type: option(STRING) }],
    },
    "{ xAxis: number; label?: string }",
  ],
  [
    { kind: "record", fields: [{ name: "label", type: option(option(U8)) }] },
    '{ label: { tag: "some"; val: number | undefined } | { tag: "none" } }',
  ],
  [
    { kind: "variant", cases: [{ name: "dot", type: undefined }, { name: "at-end", type: U8 }] },
    '{ tag: "dot" } | { tag: "at-end"; val: number }',
  ],
  [{ kind: "own", resource: SHOWN }, "File"],
  [{ kind: "borrow", resource: SHOWN }, "File"],
  [{ kind: "own", resource: NAMELESS }, "object"],
];

for (const [type, shown] of TYPES) {
  Deno.test(`${type.kind}: ${shown}`, () => {
    const names = new TypeNames([]);
    names.set(SHOWN, "File");
    assertEquals(names.format(type), shown);
  });
}

Deno.test("typed arrays that are made for the caller have a buffer of their own", () => {
  const type: ValueType = { kind: "tuple", types: [list(U8), option(list(primitive("f32")))] };
  const expected = "[Uint8Array<ArrayBuffer>, Float32Array<ArrayBuffer> | undefined]";
  assertEquals(new TypeNames([]).format(type, true), expected);
});

Deno.test("an alias has the name of the nearest type that it refers to", () => {
  const names = new TypeNames([]);
  const record: ValueType = { kind: "record", fields: [{ name: "x", type: U8 }] };
  const first: ValueType = { kind: "named", name: "a", owner: undefined, type: record };
  const second: ValueType = { kind: "named", name: "b", owner: undefined, type: first };
  assertEquals(names.format(second), "{ x: number }");
  names.set(record, "Point");
  assertEquals([names.format(second), names.format(list(first))], ["Point", "Point[]"]);
  names.set(first, "Place");
  assertEquals([names.format(second), names.format(record)], ["Place", "Point"]);
});

Deno.test("a name that is in use is qualified, and then numbered", () => {
  const names = new TypeNames(["Map"]);
  const chosen = ["Map", "Map", "Map", "Point"].map((name) => names.choose(name, "Base"));
  assertEquals(chosen, ["BaseMap", "BaseMap2", "BaseMap3", "Point"]);
});

Deno.test("a parameter does not have the name of a keyword", () => {
  assertEquals(["at-end", "class", "of"].map(parameterName), ["atEnd", "class_", "of"]);
});

Deno.test("a signature that is longer than a line has a line for each parameter", () => {
  const parameters = Array(8).fill("parameter: string");
  assertEquals(signature("f", ["a: string"], "void"), ["f(a: string): void;"]);
  assertEquals(signature("f", parameters, "void"), [
    "f(",
    ...parameters.map((one) => `  ${one},`),
    "): void;",
  ]);
});
