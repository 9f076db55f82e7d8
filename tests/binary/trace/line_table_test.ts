import { assertEquals } from "@std/assert";
import { findPlaces, type SourcePlace } from "../../../src/binary/trace/line_table.ts";

const NONE = new Uint8Array(0);
const ascii = (text: string) => [...new TextEncoder().encode(text), 0];
const u16 = (value: number) => [value & 0xff, value >> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];

/** The opcodes: 1 to 12 are standard, the others advance address and line. */
const OPCODE_BASE = 13, LINE_BASE = -5, LINE_RANGE = 14;
const LENGTHS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

/** Returns the special opcode that advances the address and the line, and adds a row. */
const special = (address: number, line: number) =>
  line - LINE_BASE + LINE_RANGE * address + OPCODE_BASE;
const setAddress = (address: number) => [0, 5, 2, ...u32(address)];
const END = [0, 1, 1];

/** Makes a unit of version 4 or 5, whose names are encoded in `names`. */
function unit(version: 4 | 5, names: readonly number[], program: readonly number[]): number[] {
  const header = [1, 1, 1, LINE_BASE & 0xff, LINE_RANGE, OPCODE_BASE, ...LENGTHS, ...names];
  const whole = [
    ...u16(version),
    ...(version === 5 ? [4, 0] : []),
    ...u32(header.length),
    ...header,
    ...program,
  ];
  return [...u32(whole.length), ...whole];
}

const NAMES_4 = [
  ...ascii("src"),
  0,
  ...ascii("main.c"),
  ...[0, 0, 0],
  ...ascii("part.h"),
  ...[1, 0, 0],
  ...ascii("/usr/include/x.h"),
  ...[1, 0, 0],
  0,
];

/** Names by `line_strp` and a checksum, as clang writes them, or by `strp`. */
function names5(form: 0x1f | 0x0e): number[] {
  return [
    ...[1, 1, form, 2, ...u32(0), ...u32(2)],
    ...[3, 1, form, 2, 0x0b, 5, 0x1e, 2],
    ...[...u32(6), 0, ...Array(16).fill(7)],
    ...[...u32(13), 1, ...Array(16).fill(8)],
  ];
}
const TEXT_5 = Uint8Array.from([".", "src", "main.c", "part.h"].flatMap(ascii));

const PROGRAM = [
  ...setAddress(0x10),
  ...[3, 9], // line 10
  ...[5, 4], // column 4
  1, // the row of 0x10
  special(2, 1), // 0x12: line 11
  ...[2, 4], // 4 bytes
  ...[3, 0x7d], // line 8
  ...[4, 2], // file 2
  ...[5, 0], // no column
  1, // 0x16
  8, // 17 bytes, as special(17, 0) would
  special(0, 2), // 0x27: line 10
  ...[9, ...u16(0x100)],
  ...END, // at 0x127
];

function find(
  line: readonly number[],
  addresses: readonly number[],
  { text = NONE, lineText = NONE } = {},
): (string | undefined)[] {
  const show = (place: SourcePlace | undefined) =>
    place && `${place.file}:${place.line}:${place.column}`;
  return findPlaces({ line: Uint8Array.from(line), text, lineText }, addresses).map(show);
}

const ADDRESSES = [0x0f, 0x10, 0x11, 0x12, 0x15, 0x16, 0x26, 0x27, 0x126, 0x127, NaN];
const PLACES = (file: string, part: string) => [
  undefined,
  `${file}:10:4`,
  `${file}:10:4`,
  `${file}:11:4`,
  `${file}:11:4`,
  `${part}:8:0`,
  `${part}:8:0`,
  `${part}:10:0`,
  `${part}:10:0`,
  undefined,
  undefined,
];

Deno.test("version 4: an address has the row before it, up to the end of its sequence", () => {
  assertEquals(find(unit(4, NAMES_4, PROGRAM), ADDRESSES), PLACES("main.c", "src/part.h"));
});

Deno.test("version 5 counts files from 0, and has its names in other sections", () => {
  // The program sets file 2, which is the third: it begins with file 1, the second.
  const program = [
    ...setAddress(0x10),
    ...[4, 0],
    1,
    special(2, 1),
    ...[4, 1],
    1,
    ...[2, 9],
    ...END,
  ];
  for (const [form, names] of [[0x1f, "lineText"], [0x0e, "text"]] as const) {
    assertEquals(
      find(unit(5, names5(form), program), [0x10, 0x12, 0x1a, 0x1b], { [names]: TEXT_5 }),
      [
        "main.c:1:0",
        "src/part.h:2:0",
        "src/part.h:2:0",
        undefined,
      ],
    );
  }
});

Deno.test("an absolute path gets no directory before it, and an unknown file has no place", () => {
  const at = (file: number) => [...setAddress(8), 4, file, 1, special(4, 1), ...END];
  assertEquals(find(unit(4, NAMES_4, at(3)), [8]), ["/usr/include/x.h:1:0"]);
  assertEquals(find(unit(4, NAMES_4, at(9)), [8]), [undefined]);
});

Deno.test("lines of functions that the linker removed are not taken for those of others", () => {
  const removed = [...setAddress(0), ...[3, 50], 1, ...[2, 0x7f], ...END];
  const kept = [...setAddress(0x10), ...[3, 4], 1, ...[2, 8], ...END];
  assertEquals(find(unit(4, NAMES_4, [...removed, ...kept]), [0x04, 0x12]), [
    undefined,
    "main.c:5:0",
  ]);
});

Deno.test("code without a line has no place", () => {
  const program = [...setAddress(8), ...[3, 0x7f], 1, ...[2, 4], ...END]; // line 0
  assertEquals(find(unit(4, NAMES_4, program), [8]), [undefined]);
});

Deno.test("a table of several units is searched to its end", () => {
  const first = unit(4, NAMES_4, [...setAddress(8), 1, ...[2, 4], ...END]);
  const unknown = [...u32(6), ...u16(9), 1, 2, 3, 4]; // a version of the future
  const second = unit(4, NAMES_4, [...setAddress(0x20), ...[3, 6], 1, ...[2, 4], ...END]);
  assertEquals(find([...first, ...unknown, ...second], [9, 0x21]), ["main.c:1:0", "main.c:7:0"]);
});

Deno.test("a table that is cut or changed has fewer places, and never throws or hangs", () => {
  const table = unit(4, NAMES_4, PROGRAM);
  const other = unit(5, names5(0x1f), PROGRAM);
  for (const whole of [table, other]) {
    for (let length = 0; length < whole.length; length++) {
      find(whole.slice(0, length), ADDRESSES, { lineText: TEXT_5 });
      for (const byte of [0, 0x7f, 0xff]) {
        find([...whole.slice(0, length), byte, ...whole.slice(length + 1)], ADDRESSES);
      }
    }
  }
  assertEquals(find([...u32(0xffff_fff0)], [1]), [undefined]);
});
