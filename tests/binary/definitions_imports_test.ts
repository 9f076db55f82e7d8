import { assertEquals } from "@std/assert";
import type { ImportInfo } from "../../src/binary/types.ts";
import {
  assertMalformed,
  build,
  IMPORT,
  leb,
  type Part,
  readUnsupported,
  readValid,
  section,
  TYPE,
  VOID_TYPE,
} from "./_build.ts";

const TYPES = section(TYPE, 3, [0x60, 1, 0x7f, 0], [0x60, 0, 0], [0x5f, 0]);
const I32_TO_NOTHING = { parameters: ["i32"], results: [] } as const;
const NOTHING = { parameters: [], results: [] } as const;

Deno.test("imports of every kind are read in order, and begin their index spaces", () => {
  const info = readValid(
    TYPES,
    section(
      IMPORT,
      6,
      ["env", "log", 0x00, 0],
      ["env", "table", 0x01, 0x70, 0x01, 1, 2],
      ["env", "memory", 0x02, 0x01, 16, 32],
      ["a", "", 0x03, 0x7e, 1],
      ["\u{1f980}", "tag", 0x04, 0, 0],
      ["env", "log", 0x00, 1],
    ),
  );
  const table = {
    element: "funcref",
    minimum: 1,
    maximum: 2,
    shared: false,
    address: "i32",
  } as const;
  const memory = {
    minimum: 16,
    maximum: 32,
    shared: false,
    address: "i32",
    pageSize: 65536,
  } as const;
  const global = { type: "i64", mutable: true } as const;
  assertEquals<readonly ImportInfo[]>(info.imports, [
    { module: "env", name: "log", kind: "function", type: I32_TO_NOTHING },
    { module: "env", name: "table", kind: "table", type: table },
    { module: "env", name: "memory", kind: "memory", type: memory },
    { module: "a", name: "", kind: "global", type: global },
    { module: "\u{1f980}", name: "tag", kind: "tag", type: { function: I32_TO_NOTHING } },
    { module: "env", name: "log", kind: "function", type: NOTHING },
  ]);
  const { functions, tables, memories, globals, tags } = info;
  assertEquals({ functions, tables, memories, globals, tags }, {
    functions: [I32_TO_NOTHING, NOTHING],
    tables: [table],
    memories: [memory],
    globals: [global],
    tags: [{ function: I32_TO_NOTHING }],
  });
});

// compact-import-section, proposals/compact-import-section/Overview.md, section "Binary format"
const compact: [title: string, imports: Part, expected: ImportInfo[]][] = [
  [
    "several items of one module",
    section(IMPORT, 1, ["env", "", 0x7f, 2, ["f", 0x00, 0], ["g", 0x03, 0x7f, 0]]),
    [
      { module: "env", name: "f", kind: "function", type: I32_TO_NOTHING },
      { module: "env", name: "g", kind: "global", type: { type: "i32", mutable: false } },
    ],
  ],
  [
    "several items of one module and one type",
    section(IMPORT, 1, ["env", "", 0x7e, 0x03, 0x7e, 1, 3, "a", "b", ""]),
    ["a", "b", ""].map((name) => ({
      module: "env",
      name,
      kind: "global",
      type: { type: "i64", mutable: true },
    })),
  ],
  [
    "groups among plain imports, one without items",
    section(
      IMPORT,
      4,
      ["m", "first", 0x00, 1],
      ["none", "", 0x7f, 0],
      ["m", "", 0x7e, 0x00, 0, 1, "second"],
      ["", "", 0x00, 1],
    ),
    [
      { module: "m", name: "first", kind: "function", type: NOTHING },
      { module: "m", name: "second", kind: "function", type: I32_TO_NOTHING },
      { module: "", name: "", kind: "function", type: NOTHING },
    ],
  ],
];

for (const [title, imports, expected] of compact) {
  Deno.test(`compact imports are read: ${title}`, () => {
    const info = readUnsupported("compact imports", TYPES, imports);
    assertEquals<readonly ImportInfo[]>(info.imports, expected);
    const functions = expected.flatMap(({ kind, type }) => kind === "function" ? [type] : []);
    const globals = expected.flatMap(({ kind, type }) => kind === "global" ? [type] : []);
    assertEquals<readonly unknown[]>(info.functions, functions);
    assertEquals<readonly unknown[]>(info.globals, globals);
  });
}

Deno.test("an import of an exact function is read and reported as unsupported", () => {
  const part = section(IMPORT, 1, ["env", "f", 0x20, 1]);
  assertEquals<readonly ImportInfo[]>(readUnsupported("custom descriptors", TYPES, part).imports, [
    { module: "env", name: "f", kind: "function", type: NOTHING },
  ]);
});

// The type section ends at 0x14, so that the count of the import section is at 0x16.
const malformed: [title: string, imports: Part, message: string][] = [
  [
    "an unknown kind",
    section(IMPORT, 1, ["env", "f", 0x05, 0]),
    "Cannot read import kind at offset 0x1d: kind is 0x05, expected 0x00 to 0x04",
  ],
  [
    "a compact form behind a name",
    section(IMPORT, 1, ["env", "f", 0x7f, 0, 0, 0]),
    "Cannot read import kind at offset 0x1d: kind is 0x7f, expected 0x00 to 0x04",
  ],
  [
    "a type that does not exist",
    section(IMPORT, 1, ["env", "f", 0x00, 3]),
    "Cannot read function type at offset 0x1e: index is 3, expected below 3",
  ],
  [
    "a type that is not a function",
    section(IMPORT, 1, ["env", "f", 0x00, 2]),
    "Cannot read function type at offset 0x1e: type 2 is struct, expected function",
  ],
  [
    "an unknown attribute of a tag",
    section(IMPORT, 1, ["env", "f", 0x04, 1, 0]),
    "Cannot read tag attribute at offset 0x1e: attribute is 1, expected 0",
  ],
  [
    "a name that goes past the section",
    section(IMPORT, 1, [4, 0x65, 0x6e, 0x76]),
    "Cannot read import module at offset 0x17: " +
    "length is 4 bytes, expected at most 3",
  ],
  [
    "more imports than there is room for",
    section(IMPORT, leb(70_000), ["env", "f", 0x00, 0]),
    "Cannot read import count at offset 0x16: " +
    "count is 70000, expected at most 2 with 8 bytes left",
  ],
  [
    "more imports than engines take",
    section(IMPORT, leb(2 ** 32 - 1)),
    "Cannot read import count at offset 0x16: count is 4294967295, expected at most 1000000",
  ],
  [
    "more compact imports than there is room for",
    section(IMPORT, 1, ["env", "", 0x7f, 2, ["f", 0x00, 0]]),
    "Cannot read import count at offset 0x1d: " +
    "count is 2, expected at most 1 with 4 bytes left",
  ],
  [
    "more compact imports of one type than there is room for",
    section(IMPORT, 1, ["env", "", 0x7e, 0x00, 0, 2, ""]),
    "Cannot read import count at offset 0x1f: " +
    "count is 2, expected at most 1 with 1 byte left",
  ],
];

for (const [title, imports, message] of malformed) {
  Deno.test(`the import section is refused: ${title}`, () => {
    assertMalformed(build(TYPES, imports), message);
  });
}

Deno.test("an import's type is that of the type section, not a copy", () => {
  const info = readValid(VOID_TYPE, section(IMPORT, 2, ["a", "b", 0, 0], ["a", "c", 0, 0]));
  const type = info.types[0];
  assertEquals(info.functions.map((each) => type?.kind === "function" && each === type.function), [
    true,
    true,
  ]);
});
