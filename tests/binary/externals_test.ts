import { assertEquals } from "@std/assert";
import { readModule } from "../../src/binary/module.ts";
import type { MemoryType, TableType } from "../../src/binary/types.ts";
import {
  assertMalformed,
  build,
  leb,
  MEMORY,
  type Part,
  readUnsupported,
  readValid,
  section,
  TABLE,
} from "./_build.ts";

const MAX_U64 = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
const unshared = { shared: false, address: "i32", pageSize: 65536 } as const;

const memories: [limits: Part, type: MemoryType][] = [
  [[0x00, 0], { ...unshared, minimum: 0 }],
  [[0x00, 0x80, 0x02], { ...unshared, minimum: 256 }],
  [[0x01, 1, 2], { ...unshared, minimum: 1, maximum: 2 }],
  [[0x01, 3, 3], { ...unshared, minimum: 3, maximum: 3 }],
  [[0x01, 0, leb(65536)], { ...unshared, minimum: 0, maximum: 65536 }],
  [[0x03, 1, 2], { ...unshared, minimum: 1, maximum: 2, shared: true }],
  [[0x04, 1], { ...unshared, minimum: 1n, address: "i64" }],
  [[0x05, 1, 2], { ...unshared, minimum: 1n, maximum: 2n, address: "i64" }],
  [
    [0x05, 1, leb(262144)],
    { ...unshared, minimum: 1n, maximum: 262144n, address: "i64" },
  ],
  [[0x07, 1, 2], { ...unshared, minimum: 1n, maximum: 2n, shared: true, address: "i64" }],
];

const smallPages: [limits: Part, type: MemoryType][] = [
  [[0x08, 5, 0], { ...unshared, minimum: 5, pageSize: 1 }],
  [[0x08, 5, 16], { ...unshared, minimum: 5 }],
  [[0x09, 5, 6, 0], { ...unshared, minimum: 5, maximum: 6, pageSize: 1 }],
  [
    [0x09, 0, leb(2 ** 32 - 1), 0],
    { ...unshared, minimum: 0, maximum: 4294967295, pageSize: 1 },
  ],
  [[0x0b, 5, 6, 0], { ...unshared, minimum: 5, maximum: 6, shared: true, pageSize: 1 }],
  [[0x0c, 5, 0], { ...unshared, minimum: 5n, address: "i64", pageSize: 1 }],
  [
    [0x0d, 5, MAX_U64, 0],
    { ...unshared, minimum: 5n, maximum: 2n ** 64n - 1n, address: "i64", pageSize: 1 },
  ],
  [
    [0x0f, 5, 6, 0],
    { shared: true, minimum: 5n, maximum: 6n, address: "i64", pageSize: 1 },
  ],
];

Deno.test("memories are read with every form of limits", () => {
  for (const [limits, type] of memories) {
    assertEquals(readValid(section(MEMORY, 1, limits)).memories, [type]);
  }
});

Deno.test("a 64-bit memory may declare as much as it can address, though no engine allocates it", () => {
  const bytes = build(section(MEMORY, 1, [0x05, 0, leb(2 ** 48)]));
  assertEquals(readModule(bytes).memories, [
    { ...unshared, minimum: 0n, maximum: 281474976710656n, address: "i64" },
  ]);
});

Deno.test("memories are read with custom page sizes, which are reported as unsupported", () => {
  for (const [limits, type] of smallPages) {
    const { memories } = readUnsupported("custom page size", section(MEMORY, 1, limits));
    assertEquals(memories, [type]);
  }
});

const tables: [table: Part, type: TableType][] = [
  [[0x70, 0x00, 7], { element: "funcref", minimum: 7, shared: false, address: "i32" }],
  [[0x6f, 0x01, 0, 9], {
    element: "externref",
    minimum: 0,
    maximum: 9,
    shared: false,
    address: "i32",
  }],
  [[0x63, 0x6b, 0x04, 1], {
    element: "structref",
    minimum: 1n,
    shared: false,
    address: "i64",
  }],
  [[0x70, 0x05, 1, MAX_U64], {
    element: "funcref",
    minimum: 1n,
    maximum: 18446744073709551615n,
    shared: false,
    address: "i64",
  }],
];

Deno.test("tables are read with every form of limits", () => {
  for (const [table, type] of tables) {
    assertEquals(readValid(section(TABLE, 1, table)).tables, [type]);
  }
});

Deno.test("a shared table is read and reported as unsupported", () => {
  const { tables } = readUnsupported("shared types", section(TABLE, 1, [0x70, 0x03, 1, 2]));
  assertEquals(tables, [
    { element: "funcref", minimum: 1, maximum: 2, shared: true, address: "i32" },
  ]);
});

const malformed: [part: Part, message: string][] = [
  [
    section(MEMORY, 1, [0x81, 0]),
    "Cannot read memory limits at offset 0xb: flag is 0x81, expected 0x00 to 0x0f",
  ],
  [
    section(MEMORY, 1, [0x10, 0]),
    "Cannot read memory limits at offset 0xb: flag is 0x10, expected 0x00 to 0x0f",
  ],
  [
    section(MEMORY, 1, [0x02, 0]),
    "Cannot read memory limits at offset 0xb: flag is 0x02, expected a maximum for a shared memory",
  ],
  [
    section(MEMORY, 1, [0x06, 0]),
    "Cannot read memory limits at offset 0xb: flag is 0x06, expected a maximum for a shared memory",
  ],
  [
    section(MEMORY, 1, [0x01, 2, 1]),
    "Cannot read memory limits at offset 0xc: maximum is 1, expected at least the minimum 2",
  ],
  [
    section(MEMORY, 1, [0x05, 2, 1]),
    "Cannot read memory limits at offset 0xc: maximum is 1, expected at least the minimum 2",
  ],
  [
    section(MEMORY, 1, [0x00, leb(65537)]),
    "Cannot read memory limits at offset 0xb: memory has 65537 pages, expected at most 65536",
  ],
  [
    section(MEMORY, 1, [0x01, 0, leb(65537)]),
    "Cannot read memory limits at offset 0xb: memory has 65537 pages, expected at most 65536",
  ],
  [
    section(MEMORY, 1, [0x05, 0, leb(2 ** 48 + 1)]),
    "Cannot read memory limits at offset 0xb: " +
    "memory has 281474976710657 pages, expected at most 281474976710656",
  ],
  [
    section(MEMORY, 1, [0x08, 1, 12]),
    "Cannot read page size at offset 0xd: exponent is 12, expected 0 or 16",
  ],
  [
    section(MEMORY, 1, [0x00, 0x80, 0x80, 0x80, 0x80, 0x10]),
    "Cannot read memory limits at offset 0xc: " +
    "byte 5 of the LEB128 is 0x10, expected 0x00 to 0x0f",
  ],
  [
    section(MEMORY, 1, [0x01, 1]),
    "Cannot read memory limits at offset 0xd: 0 bytes left, expected 1",
  ],
  [
    section(TABLE, 1, [0x70, 0x08, 1, 0]),
    "Cannot read table limits at offset 0xc: flag is 0x08, expected 0x00 to 0x07",
  ],
  [
    section(TABLE, 1, [0x70, 0x01, 2, 1]),
    "Cannot read table limits at offset 0xd: maximum is 1, expected at least the minimum 2",
  ],
  [
    section(TABLE, 1, [0x7f, 0x00, 1]),
    "Cannot read reference type at offset 0xb: code is 0x7f, " +
    "expected the code of a reference type",
  ],
];

Deno.test("limits that do not exist or contradict themselves are refused", () => {
  for (const [part, message] of malformed) assertMalformed(build(part), message);
});
