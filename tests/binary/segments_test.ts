import { assertEquals } from "@std/assert";
import {
  assertMalformed,
  bodies,
  build,
  DATA,
  DATA_COUNT,
  ELEMENT,
  FUNCTION,
  GLOBAL,
  IMPORT,
  leb,
  MEMORY,
  type Part,
  readValid,
  section,
  TABLE,
  VOID_TYPE,
} from "./_build.ts";

const MEMORIES = section(MEMORY, 2, [0x00, 1], [0x04, 1]);

Deno.test("data segments are read with the place of each, and without their contents", () => {
  const info = readValid(
    section(IMPORT, 1, ["env", "base", 0x03, 0x7f, 0]),
    MEMORIES,
    section(DATA_COUNT, 5),
    section(
      DATA,
      5,
      [0, [0x41, 0x80, 0x08, 0x0b], "Hello"],
      [1, "passive"],
      [2, 1, [0x42, 16, 0x0b], ""],
      [0, [0x23, 0, 0x0b], "x"],
      [0, [0x23, 0, 0x41, 4, 0x6a, 0x0b], "y".repeat(200)],
    ),
  );
  assertEquals(info.dataSegments, [
    { memory: 0, offset: { value: 1024 }, byteLength: 5 },
    { byteLength: 7 },
    { memory: 1, offset: { value: 16n }, byteLength: 0 },
    { memory: 0, offset: { global: 0 }, byteLength: 1 },
    { memory: 0, offset: { expression: true }, byteLength: 200 },
  ]);
});

Deno.test("an offset above 2 GiB is negative, as the instruction has it", () => {
  const info = readValid(
    section(MEMORY, 1, [0x00, leb(65536)]),
    section(DATA, 1, [0, [0x41, 0x80, 0x80, 0x80, 0x80, 0x78, 0x0b], "far"]),
  );
  assertEquals(info.dataSegments, [{ memory: 0, offset: { value: -2147483648 }, byteLength: 3 }]);
});

Deno.test("data counts of 0 are accepted", () => {
  assertEquals(readValid(section(DATA_COUNT, 0)).dataSegments, []);
  assertEquals(readValid(section(DATA_COUNT, 0), section(DATA, 0)).dataSegments, []);
});

const FUNCTION_AND_TABLES = [
  VOID_TYPE,
  section(FUNCTION, 1, 0),
  section(TABLE, 2, [0x70, 0x00, 9], [0x70, 0x00, 9]),
];
const AT_1 = [0x41, 1, 0x0b];
const REF_FUNC_0 = [0xd2, 0, 0x0b];

Deno.test("element segments of all eight forms are read over", () => {
  const info = readValid(
    FUNCTION_AND_TABLES,
    section(
      ELEMENT,
      8,
      [0, AT_1, 2, 0, 0],
      [1, 0x00, 1, 0],
      [2, 1, AT_1, 0x00, 1, 0],
      [3, 0x00, 1, 0],
      [4, AT_1, 2, REF_FUNC_0, [0xd0, 0x70, 0x0b]],
      [5, 0x70, 1, REF_FUNC_0],
      [6, 1, AT_1, 0x70, 1, REF_FUNC_0],
      [7, 0x6f, 1, [0xd0, 0x6f, 0x0b]],
    ),
    bodies(1),
  );
  assertEquals(info.tables.length, 2); // and no error
});

// Sections begin at 0x8.
const malformedData: [title: string, sections: Part, message: string][] = [
  [
    "an unknown form",
    [MEMORIES, section(DATA, 1, [3, ""])],
    "Cannot read data segment at offset 0x12: flag is 3, expected 0 to 2",
  ],
  [
    "a memory that does not exist",
    [MEMORIES, section(DATA, 1, [2, 2, AT_1, "x"])],
    "Cannot read data segment memory at offset 0x13: index is 2, expected below 2",
  ],
  [
    "no memory at all",
    section(DATA, 1, [0, AT_1, "x"]),
    "Cannot read data segment memory at offset 0xc: index is 0, expected below 0",
  ],
  [
    "contents that go past the section",
    [MEMORIES, section(DATA, 1, [1, leb(300), 0, 0])],
    "Cannot read data segment length at offset 0x13: " +
    "count is 300, expected at most 2 with 2 bytes left",
  ],
  [
    "more segments than there is room for",
    section(DATA, leb(1000), [1, ""]),
    "Cannot read data segment count at offset 0xa: " +
    "count is 1000, expected at most 1 with 2 bytes left",
  ],
  [
    "more segments than engines take",
    section(DATA, leb(100_001)),
    "Cannot read data segment count at offset 0xa: count is 100001, expected at most 100000",
  ],
  [
    "more segments than announced",
    [section(DATA_COUNT, 1), section(DATA, 2, [1, ""], [1, ""])],
    "Cannot read data segment count at offset 0xd: " +
    "count is 2, expected 1 as in the data count section",
  ],
  [
    "fewer segments than announced",
    [section(DATA_COUNT, 3), section(DATA, 2, [1, ""], [1, ""])],
    "Cannot read data segment count at offset 0xd: " +
    "count is 2, expected 3 as in the data count section",
  ],
  [
    "none though announced",
    section(DATA_COUNT, 1),
    "Cannot read data section at offset 0xb: it is missing, expected for a data count of 1",
  ],
];

for (const [title, sections, message] of malformedData) {
  Deno.test(`data segments are refused: ${title}`, () => {
    assertMalformed(build(sections), message);
  });
}

// The element section begins at 0x1b and its first segment at 0x1e.
const malformedElements: [title: string, sections: Part, message: string][] = [
  [
    "an unknown form",
    section(ELEMENT, 1, [8, 0x00, 0]),
    "Cannot read element segment at offset 0x1e: flag is 8, expected 0 to 7",
  ],
  [
    "an unknown kind",
    section(ELEMENT, 1, [1, 0x01, 1, 0]),
    "Cannot read element kind at offset 0x1f: kind is 0x01, expected 0x00",
  ],
  [
    "a function that does not exist",
    section(ELEMENT, 1, [1, 0x00, 2, 0, 1]),
    "Cannot read element at offset 0x22: index is 1, expected below 1",
  ],
  [
    "a table that does not exist",
    section(ELEMENT, 1, [2, 2, AT_1, 0x00, 0]),
    "Cannot read element segment table at offset 0x1f: index is 2, expected below 2",
  ],
  [
    "a type that is not a reference",
    section(ELEMENT, 1, [5, 0x7f, 0]),
    "Cannot read reference type at offset 0x1f: code is 0x7f, " +
    "expected the code of a reference type",
  ],
  [
    "more elements than there is room for",
    section(ELEMENT, 1, [1, 0x00, leb(500), 0]),
    "Cannot read element count at offset 0x20: " +
    "count is 500, expected at most 1 with 1 byte left",
  ],
  [
    "more expressions than there is room for",
    section(ELEMENT, 1, [5, 0x70, 2, REF_FUNC_0]),
    "Cannot read element count at offset 0x20: " +
    "count is 2, expected at most 1 with 3 bytes left",
  ],
  [
    "more elements than engines take",
    section(ELEMENT, 1, [1, 0x00, leb(10_000_001)]),
    "Cannot read element count at offset 0x20: count is 10000001, expected at most 10000000",
  ],
  [
    "more segments than engines take",
    section(ELEMENT, leb(10_000_001)),
    "Cannot read element segment count at offset 0x1d: " +
    "count is 10000001, expected at most 10000000",
  ],
];

for (const [title, part, message] of malformedElements) {
  Deno.test(`element segments are refused: ${title}`, () => {
    assertMalformed(build(FUNCTION_AND_TABLES, part), message);
  });
}

Deno.test("an element segment without a table is refused", () => {
  assertMalformed(
    build(section(GLOBAL, 0), section(ELEMENT, 1, [0, AT_1, 0])),
    "Cannot read element segment table at offset 0xf: index is 0, expected below 0",
  );
});
