import { assertEquals } from "@std/assert";
import type { ExportInfo } from "../../src/binary/types.ts";
import {
  assertMalformed,
  bodies,
  build,
  EXPORT,
  FUNCTION,
  GLOBAL,
  IMPORT,
  leb,
  MEMORY,
  type Part,
  readValid,
  section,
  TABLE,
  TAG,
  VOID_TYPE,
} from "./_build.ts";

const VOID = { parameters: [], results: [] } as const;

Deno.test("exports of every kind are read in order, with the types of their items", () => {
  const info = readValid(
    VOID_TYPE,
    section(IMPORT, 1, ["env", "g", 0x03, 0x7f, 0]),
    section(FUNCTION, 2, 0, 0),
    section(TABLE, 1, [0x6f, 0x00, 1]),
    section(MEMORY, 2, [0x00, 1], [0x01, 2, 3]),
    section(TAG, 1, [0, 0]),
    section(GLOBAL, 1, [0x7e, 1, 0x42, 0, 0x0b]),
    section(
      EXPORT,
      7,
      ["f", 0x00, 1],
      ["table", 0x01, 0],
      ["memory", 0x02, 1],
      ["imported", 0x03, 0],
      ["custom", 0x03, 1],
      ["", 0x04, 0],
      ["__proto__", 0x00, 0],
    ),
    bodies(2),
  );
  const unshared = { shared: false, address: "i32" } as const;
  assertEquals<readonly ExportInfo[]>(info.exports, [
    { name: "f", kind: "function", index: 1, type: VOID },
    {
      name: "table",
      kind: "table",
      index: 0,
      type: { ...unshared, element: "externref", minimum: 1 },
    },
    {
      name: "memory",
      kind: "memory",
      index: 1,
      type: { ...unshared, minimum: 2, maximum: 3, pageSize: 65536 },
    },
    { name: "imported", kind: "global", index: 0, type: { type: "i32", mutable: false } },
    { name: "custom", kind: "global", index: 1, type: { type: "i64", mutable: true } },
    { name: "", kind: "tag", index: 0, type: { function: VOID } },
    { name: "__proto__", kind: "function", index: 0, type: VOID },
  ]);
});

const malformed: [exports: Part, message: string][] = [
  [
    [1, ["f", 0x05, 0]],
    "Cannot read export kind at offset 0xd: kind is 0x05, expected 0x00 to 0x04",
  ],
  [
    [1, ["f", 0x20, 0]],
    "Cannot read export kind at offset 0xd: kind is 0x20, expected 0x00 to 0x04",
  ],
  [
    [1, ["f", 0x00, 0]],
    "Cannot read exported function at offset 0xe: index is 0, expected below 0",
  ],
  [
    [1, ["f", 0x01, 1]],
    "Cannot read exported table at offset 0xe: index is 1, expected below 0",
  ],
  [
    [1, ["f", 0x02, 2]],
    "Cannot read exported memory at offset 0xe: index is 2, expected below 0",
  ],
  [
    [1, ["f", 0x03, leb(300)]],
    "Cannot read exported global at offset 0xe: index is 300, expected below 0",
  ],
  [
    [1, ["f", 0x04, 4]],
    "Cannot read exported tag at offset 0xe: index is 4, expected below 0",
  ],
  [
    [1, [1, 0xff, 0x00, 0]],
    "Cannot read export name at offset 0xc: byte is 0xff, expected UTF-8",
  ],
  [
    [2, ["f", 0x00, 0]],
    "Cannot read export count at offset 0xa: " +
    "count is 2, expected at most 1 with 4 bytes left",
  ],
];

Deno.test("exports of items that do not exist are refused", () => {
  for (const [exports, message] of malformed) {
    assertMalformed(build(section(EXPORT, exports)), message);
  }
});

Deno.test("two exports of one name are refused for every kind", () => {
  const bytes = build(
    section(MEMORY, 1, [0x00, 1]),
    section(GLOBAL, 1, [0x7f, 0, 0x41, 0, 0x0b]),
    section(EXPORT, 3, ["twin", 0x02, 0], ["other", 0x02, 0], ["twin", 0x03, 0]),
  );
  assertMalformed(
    bytes,
    'Cannot read export name at offset 0x27: "twin" appears twice, expected distinct names',
  );
});
