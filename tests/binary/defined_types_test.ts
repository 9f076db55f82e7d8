import { assertEquals, assertStrictEquals } from "@std/assert";
import { formatFunctionType } from "../../src/binary/defined_types.ts";
import type { DefinedType, ValueType } from "../../src/binary/types.ts";
import {
  assertMalformed,
  build,
  leb,
  type Part,
  readUnsupported,
  readValid,
  section,
  TYPE,
} from "./_build.ts";

const plain = { final: true, supertypes: [], group: 0 };
const I32_FIELD = { storage: "i32", mutable: false } as const;

const valid: [title: string, section: Part, types: DefinedType[]][] = [
  ["no type", section(TYPE, 0), []],
  [
    "functions",
    section(TYPE, 2, [0x60, 2, 0x7f, 0x7e, 0], [0x60, 0, 2, 0x7d, 0x7c]),
    [
      { ...plain, kind: "function", function: { parameters: ["i32", "i64"], results: [] } },
      {
        ...plain,
        group: 1,
        kind: "function",
        function: { parameters: [], results: ["f32", "f64"] },
      },
    ],
  ],
  [
    "a struct with packed and mutable fields",
    section(TYPE, 1, [0x5f, 3, 0x78, 0, 0x77, 1, 0x6f, 1]),
    [{
      ...plain,
      kind: "struct",
      fields: [
        { storage: "i8", mutable: false },
        { storage: "i16", mutable: true },
        { storage: "externref", mutable: true },
      ],
    }],
  ],
  [
    "an array",
    section(TYPE, 1, [0x5e, 0x78, 1]),
    [{ ...plain, kind: "array", element: { storage: "i8", mutable: true } }],
  ],
  [
    "sub types, open and final, with and without a supertype",
    section(
      TYPE,
      3,
      [0x50, 0, 0x5f, 1, 0x7f, 0],
      [0x50, 1, 0, 0x5f, 1, 0x7f, 0],
      [0x4f, 1, 1, 0x5f, 1, 0x7f, 0],
    ),
    [
      { final: false, supertypes: [], group: 0, kind: "struct", fields: [I32_FIELD] },
      { final: false, supertypes: [0], group: 1, kind: "struct", fields: [I32_FIELD] },
      { final: true, supertypes: [1], group: 2, kind: "struct", fields: [I32_FIELD] },
    ],
  ],
  [
    "recursion groups, an empty one too, laid out flat",
    section(
      TYPE,
      4,
      [0x4e, 2, [0x5e, 0x63, 1, 0], [0x5e, 0x64, 0, 0]],
      [0x4e, 0],
      [0x4e, 1, [0x60, 0, 1, 0x63, 2]],
      [0x5e, 0x63, 3, 0],
    ),
    [
      { ...plain, kind: "array", element: { storage: "(ref null 1)", mutable: false } },
      { ...plain, kind: "array", element: { storage: "(ref 0)", mutable: false } },
      {
        ...plain,
        group: 2,
        kind: "function",
        function: { parameters: [], results: ["(ref null 2)"] },
      },
      { ...plain, group: 3, kind: "array", element: { storage: "(ref null 3)", mutable: false } },
    ],
  ],
];

for (const [title, part, types] of valid) {
  Deno.test(`the type section is read: ${title}`, () => {
    assertEquals<readonly DefinedType[]>(readValid(part).types, types);
  });
}

const unsupported: [feature: string, section: Part, types: DefinedType[]][] = [
  [
    "custom descriptors",
    section(TYPE, 1, [0x4e, 2, [0x4d, 1, 0x5f, 0], [0x4c, 0, 0x5f, 0]]),
    [
      { ...plain, descriptor: 1, kind: "struct", fields: [] },
      { ...plain, describes: 0, kind: "struct", fields: [] },
    ],
  ],
  [
    "custom descriptors",
    section(TYPE, 1, [0x4e, 3, [0x4d, 1, 0x5f, 0], [0x4c, 0, 0x4d, 2, 0x5f, 0], [
      0x4c,
      1,
      0x5f,
      0,
    ]]),
    [
      { ...plain, descriptor: 1, kind: "struct", fields: [] },
      { ...plain, describes: 0, descriptor: 2, kind: "struct", fields: [] },
      { ...plain, describes: 1, kind: "struct", fields: [] },
    ],
  ],
  [
    "stack switching",
    section(TYPE, 2, [0x60, 0, 0], [0x5d, 0]),
    [
      { ...plain, kind: "function", function: { parameters: [], results: [] } },
      { ...plain, group: 1, kind: "continuation", continuation: 0 },
    ],
  ],
  [
    "shared types",
    section(TYPE, 1, [0x65, 0x5f, 0]),
    [{ ...plain, shared: true, kind: "struct", fields: [] }],
  ],
];

for (const [feature, part, types] of unsupported) {
  Deno.test(`the type section is read: ${feature}`, () => {
    assertEquals<readonly DefinedType[]>(readUnsupported(feature, part).types, types);
  });
}

const malformed: [title: string, section: Part, message: string][] = [
  [
    "an unknown form",
    section(TYPE, 1, [0x61, 0, 0]),
    "Cannot read type at offset 0xb: form is 0x61, " +
    "expected 0x60 (function), 0x5f (struct) or 0x5e (array)",
  ],
  [
    "two supertypes",
    section(TYPE, 1, [0x50, 2, 0, 0, 0x5f, 0]),
    "Cannot read supertype count at offset 0xc: count is 2, expected at most 1",
  ],
  [
    "itself as supertype",
    section(TYPE, 1, [0x50, 1, 0, 0x5f, 0]),
    "Cannot read supertype at offset 0xd: index is 0, expected below 0",
  ],
  [
    "a type of a later recursion group",
    section(TYPE, 2, [0x5e, 0x63, 1, 0], [0x5e, 0x7f, 0]),
    "Cannot read heap type at offset 0xd: index is 1, expected below 1",
  ],
  [
    "a mutability that is neither",
    section(TYPE, 1, [0x5e, 0x7f, 2]),
    "Cannot read mutability at offset 0xd: flag is 0x02, expected 0x00 or 0x01",
  ],
  [
    "a recursion group in a recursion group",
    section(TYPE, 1, [0x4e, 1, [0x4e, 1, [0x60, 0, 0]]]),
    "Cannot read type at offset 0xd: form is 0x4e, " +
    "expected 0x60 (function), 0x5f (struct) or 0x5e (array)",
  ],
  [
    "more types than there is room for",
    section(TYPE, leb(300), [0x60, 0, 0]),
    "Cannot read type count at offset 0xa: " +
    "count is 300, expected at most 1 with 3 bytes left",
  ],
  [
    "more types than engines take",
    section(TYPE, leb(1_000_001)),
    "Cannot read type count at offset 0xa: count is 1000001, expected at most 1000000",
  ],
  [
    "a larger recursion group than there is room for",
    section(TYPE, 1, [0x4e, 0xff, 0xff, 0x03, [0x60, 0, 0]]),
    "Cannot read recursion group at offset 0xc: " +
    "count is 65535, expected at most 1 with 3 bytes left",
  ],
  [
    "more parameters than engines take",
    section(TYPE, 1, [0x60, leb(1001), Array.from({ length: 1001 }, () => 0x7f), 0]),
    "Cannot read parameter count at offset 0xd: count is 1001, expected at most 1000",
  ],
  [
    "more results than engines take",
    section(TYPE, 1, [0x60, 0, leb(1001), Array.from({ length: 1001 }, () => 0x7f)]),
    "Cannot read result count at offset 0xe: count is 1001, expected at most 1000",
  ],
  [
    "more fields than engines take",
    section(TYPE, 1, [0x5f, leb(10_001), Array.from({ length: 10_001 }, () => [0x7f, 0])]),
    "Cannot read field count at offset 0xe: count is 10001, expected at most 10000",
  ],
  [
    "an array that ends before its mutability",
    section(TYPE, 1, [0x5e, 0x7f]),
    "Cannot read mutability at offset 0xd: 0 bytes left, expected 1",
  ],
];

for (const [title, part, message] of malformed) {
  Deno.test(`the type section is refused: ${title}`, () => assertMalformed(build(part), message));
}

const table: [parameters: ValueType[], results: ValueType[], text: string][] = [
  [[], [], "() -> ()"],
  [["i32", "i32"], [], "(i32, i32) -> ()"],
  [[], ["i32"], "() -> i32"],
  [["i32"], ["i32", "i64"], "(i32) -> (i32, i64)"],
  [["externref"], ["(ref null 3)"], "(externref) -> (ref null 3)"],
];

Deno.test("formatFunctionType() writes one result bare and any other number in parentheses", () => {
  for (const [parameters, results, text] of table) {
    assertStrictEquals(formatFunctionType({ parameters, results }), text);
  }
});
