import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  assertMalformed,
  bodies,
  build,
  CODE,
  FUNCTION,
  GLOBAL,
  IMPORT,
  leb,
  MEMORY,
  type Part,
  readValid,
  section,
  START,
  TABLE,
  TAG,
  TYPE,
  VOID_TYPE,
} from "./_build.ts";

const TYPES = section(TYPE, 3, [0x60, 0, 0], [0x60, 1, 0x7f, 1, 0x7f], [0x5f, 0]);
const VOID = { parameters: [], results: [] } as const;
const I32_TO_I32 = { parameters: ["i32"], results: ["i32"] } as const;

Deno.test("functions follow the imported ones and have the types of the type section", () => {
  const info = readValid(
    TYPES,
    section(IMPORT, 1, ["env", "f", 0x00, 1]),
    section(FUNCTION, 2, 0, 0x80, 0x00),
    bodies(2),
  );
  assertEquals(info.functions, [I32_TO_I32, VOID, VOID]);
});

Deno.test("tables are read with and without initialisers", () => {
  const info = readValid(
    section(
      TABLE,
      3,
      [0x70, 0x00, 1],
      [0x40, 0x00, 0x6f, 0x00, 2, [0xd0, 0x6f, 0x0b]],
      [0x70, 0x00, 3],
    ),
  );
  const limits = { shared: false, address: "i32" } as const;
  assertEquals(info.tables, [
    { ...limits, element: "funcref", minimum: 1 },
    { ...limits, element: "externref", minimum: 2 },
    { ...limits, element: "funcref", minimum: 3 },
  ]);
});

Deno.test("memories, tags and globals follow the imported ones", () => {
  const info = readValid(
    TYPES,
    section(
      IMPORT,
      3,
      ["env", "m", 0x02, 0x00, 1],
      ["env", "t", 0x04, 0, 0],
      ["env", "g", 0x03, 0x7c, 0],
    ),
    section(MEMORY, 1, [0x00, 2]),
    section(TAG, 1, [0x80, 0x00, 0]), // an attribute as engines accept it
    section(GLOBAL, 1, [0x7f, 1, [0x41, 0x7f, 0x0b]]),
  );
  const limits = { shared: false, address: "i32", pageSize: 65536 } as const;
  assertEquals(info.memories, [{ ...limits, minimum: 1 }, { ...limits, minimum: 2 }]);
  assertEquals(info.tags, [{ function: VOID }, { function: VOID }]);
  assertEquals(info.globals, [
    { type: "f64", mutable: false },
    { type: "i32", mutable: true, initial: { value: -1 } },
  ]);
});

Deno.test("the start function is read, and absent if there is none", () => {
  const declaration = [VOID_TYPE, section(FUNCTION, 2, 0, 0)];
  assertStrictEquals(readValid(declaration, section(START, 1), bodies(2)).start, 1);
  assertStrictEquals("start" in readValid(declaration, bodies(2)), false);
});

// The type section ends at 0x15.
const malformed: [title: string, sections: Part, message: string][] = [
  [
    "a function of a type that does not exist",
    section(FUNCTION, 1, 3),
    "Cannot read function type at offset 0x18: index is 3, expected below 3",
  ],
  [
    "a function of a type that is not a function type",
    section(FUNCTION, 1, 2),
    "Cannot read function type at offset 0x18: type 2 is struct, expected function",
  ],
  [
    "more functions than there is room for",
    section(FUNCTION, leb(1000), 0, 0),
    "Cannot read function count at offset 0x17: " +
    "count is 1000, expected at most 2 with 2 bytes left",
  ],
  [
    "more functions than engines take",
    section(FUNCTION, leb(1_000_001)),
    "Cannot read function count at offset 0x17: count is 1000001, expected at most 1000000",
  ],
  [
    "a table whose reserved byte is not zero",
    section(TABLE, 1, [0x40, 0x01, 0x70, 0x00, 1, [0xd0, 0x70, 0x0b]]),
    "Cannot read table at offset 0x19: byte after 0x40 is 0x01, expected 0x00",
  ],
  [
    "more tables than engines take",
    section(TABLE, leb(100_001)),
    "Cannot read table count at offset 0x17: count is 100001, expected at most 100000",
  ],
  [
    "more memories than engines take",
    section(MEMORY, leb(100_001)),
    "Cannot read memory count at offset 0x17: count is 100001, expected at most 100000",
  ],
  [
    "more tags than engines take",
    section(TAG, leb(1_000_001)),
    "Cannot read tag count at offset 0x17: count is 1000001, expected at most 1000000",
  ],
  [
    "more globals than engines take",
    section(GLOBAL, leb(1_000_001)),
    "Cannot read global count at offset 0x17: count is 1000001, expected at most 1000000",
  ],
  [
    "a global whose mutability is neither",
    section(GLOBAL, 1, [0x7f, 2, [0x41, 0, 0x0b]]),
    "Cannot read mutability at offset 0x19: flag is 0x02, expected 0x00 or 0x01",
  ],
  [
    "a start function that does not exist",
    section(START, 0),
    "Cannot read start function at offset 0x17: index is 0, expected below 0",
  ],
  [
    "a start function that takes something",
    [section(FUNCTION, 1, 1), section(START, 0)],
    "Cannot read start function at offset 0x1b: type is (i32) -> i32, expected () -> ()",
  ],
  [
    "more bodies than functions",
    [section(FUNCTION, 1, 0), bodies(2)],
    "Cannot read code count at offset 0x1b: count is 2, expected 1 as in the function section",
  ],
  [
    "fewer bodies than functions",
    [section(FUNCTION, 2, 0, 0), bodies(1)],
    "Cannot read code count at offset 0x1c: count is 1, expected 2 as in the function section",
  ],
  [
    "bodies without functions",
    bodies(1),
    "Cannot read code count at offset 0x17: count is 1, expected 0 as in the function section",
  ],
  [
    "functions without bodies",
    section(FUNCTION, 2, 0, 0),
    "Cannot read code section at offset 0x1a: it is missing, expected for a function count of 2",
  ],
  [
    "more bodies than there is room for",
    section(CODE, leb(9), [2, 0, 0x0b]),
    "Cannot read code count at offset 0x17: " +
    "count is 9, expected at most 1 with 3 bytes left",
  ],
];

for (const [title, sections, message] of malformed) {
  Deno.test(`a definition is refused: ${title}`, () => {
    assertMalformed(build(TYPES, sections), message);
  });
}
