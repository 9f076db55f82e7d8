import { assertEquals } from "@std/assert";
import {
  assertMalformed,
  bodies,
  build,
  CODE,
  DATA,
  DATA_COUNT,
  ELEMENT,
  EXPORT,
  FUNCTION,
  GLOBAL,
  IMPORT,
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

const CUSTOM = section(0, "note", 1, 2, 3);

Deno.test("a module without sections is read", () => {
  assertEquals(readValid(), {
    types: [],
    imports: [],
    exports: [],
    functions: [],
    tables: [],
    memories: [],
    globals: [],
    tags: [],
    dataSegments: [],
    customSections: [],
    producers: [],
    unsupported: [],
  });
});

Deno.test("all sections are read in their order, with custom ones in between", () => {
  const sections = [
    VOID_TYPE,
    section(IMPORT, 0),
    section(FUNCTION, 1, 0),
    section(TABLE, 0),
    section(MEMORY, 0),
    section(TAG, 0),
    section(GLOBAL, 0),
    section(EXPORT, 0),
    section(START, 0),
    section(ELEMENT, 0),
    section(DATA_COUNT, 0),
    bodies(1),
    section(DATA, 0),
  ];
  const info = readValid(sections.flatMap((part) => [CUSTOM, part]), CUSTOM);
  assertEquals(info.customSections.length, sections.length + 1);
  assertEquals(info.start, 0);
});

Deno.test("a section's size may be written in five bytes", () => {
  assertEquals(readValid([TYPE, 0x84, 0x80, 0x80, 0x80, 0x00, 1, 0x60, 0, 0]).types.length, 1);
});

const malformed: [title: string, sections: Part, message: string][] = [
  [
    "an unknown id",
    [0x0e, 1, 0],
    "Cannot read section id at offset 0x8: id is 0x0e, expected 0x00 to 0x0d",
  ],
  [
    "a section twice",
    [section(TYPE, 0), CUSTOM, section(TYPE, 0)],
    "Cannot read section at offset 0x15: the type section appears twice, expected it once",
  ],
  [
    "a section out of order",
    [section(MEMORY, 0), section(TABLE, 0)],
    "Cannot read section at offset 0xb: " +
    "the table section follows the memory section, expected it before",
  ],
  [
    "tags after globals",
    [section(GLOBAL, 0), section(TAG, 0)],
    "Cannot read section at offset 0xb: " +
    "the tag section follows the global section, expected it before",
  ],
  [
    "tags before memories",
    [section(TAG, 0), section(MEMORY, 0)],
    "Cannot read section at offset 0xb: " +
    "the memory section follows the tag section, expected it before",
  ],
  [
    "a data count after the code",
    [section(CODE, 0), section(DATA_COUNT, 0)],
    "Cannot read section at offset 0xb: " +
    "the data count section follows the code section, expected it before",
  ],
  [
    "elements after a data count",
    [section(DATA_COUNT, 0), section(ELEMENT, 0)],
    "Cannot read section at offset 0xb: " +
    "the element section follows the data count section, expected it before",
  ],
  [
    "a size beyond the end",
    [TYPE, 5, 1, 0x60, 0, 0],
    "Cannot read type section at offset 0x9: size is 5 bytes, expected at most 4 " +
    "(a truncated file has to be fetched or built again)",
  ],
  [
    "a size beyond the end of the file in code, which is skipped",
    [CODE, 0xff, 0xff, 0x03, 0],
    "Cannot read code section at offset 0x9: " +
    "size is 65535 bytes, expected at most 1 " +
    "(a truncated file has to be fetched or built again)",
  ],
  [
    "a size that is larger than the contents",
    [TYPE, 6, 1, 0x60, 0, 0, 0, 0],
    "Cannot read type section at offset 0xe: 2 bytes left, expected the end of the section",
  ],
  [
    "a size that is smaller than the contents",
    [TYPE, 3, 1, 0x60, 0, 0],
    "Cannot read result count at offset 0xd: 0 bytes left, expected 1",
  ],
  [
    "an id without a size",
    [TYPE],
    "Cannot read type section at offset 0x9: 0 bytes left, expected 1",
  ],
  [
    "a size that is overlong",
    [TYPE, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
    "Cannot read type section at offset 0x9: " +
    "byte 5 of the LEB128 is 0x80, expected 0x00 to 0x0f",
  ],
  [
    "a custom section without a name",
    [0, 0],
    "Cannot read custom section name at offset 0xa: 0 bytes left, expected 1",
  ],
  [
    "a custom section whose name goes past it",
    [0, 2, 5, 0x61],
    "Cannot read custom section name at offset 0xa: " +
    "length is 5 bytes, expected at most 1",
  ],
  [
    "a custom section whose name is not UTF-8",
    [0, 3, 2, 0x61, 0xc0],
    "Cannot read custom section name at offset 0xc: byte is 0xc0, expected UTF-8",
  ],
];

for (const [title, sections, message] of malformed) {
  Deno.test(`sections are refused: ${title}`, () => assertMalformed(build(sections), message));
}
