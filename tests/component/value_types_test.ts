// The component model's binary format, "Type Definitions": the opcodes are its own.
import { assertEquals } from "@std/assert";
import type { Part } from "../binary/_build.ts";
import { formatType } from "../../src/component/wit_types.ts";
import type { ValueType } from "../../src/component/types.ts";
import { list, read, refusal, TYPE } from "./_build.ts";

/** Types, each with the WIT that the binary format gives for its opcode. */
const TYPES: readonly (readonly [bytes: Part, wit: string])[] = [
  [0x7f, "bool"],
  [0x7e, "s8"],
  [0x7d, "u8"],
  [0x7c, "s16"],
  [0x7b, "u16"],
  [0x7a, "s32"],
  [0x79, "u32"],
  [0x78, "s64"],
  [0x77, "u64"],
  [0x76, "f32"],
  [0x75, "f64"],
  [0x74, "char"],
  [0x73, "string"],
  [[0x72, 2, "a", 0x7d, "b-c", 0x73], "record { a: u8, b-c: string }"],
  [[0x71, 2, "a", 0x01, 0x79, 0x00, "b", 0x00, 0x00], "variant { a(u32), b }"],
  [[0x70, 0x7d], "list<u8>"],
  [[0x6f, 2, 0x7d, 0x73], "tuple<u8, string>"],
  [[0x6e, 2, "a", "b"], "flags { a, b }"],
  [[0x6d, 2, "a", "b"], "enum { a, b }"],
  [[0x6b, 0x74], "option<char>"],
  [[0x6a, 0x00, 0x00], "result"],
  [[0x6a, 0x01, 0x7d, 0x00], "result<u8>"],
  [[0x6a, 0x00, 0x01, 0x73], "result<_, string>"],
  [[0x6a, 0x01, 0x7d, 0x01, 0x73], "result<u8, string>"],
  [[0x66, 0x00], "stream"],
  [[0x66, 0x01, 0x7d], "stream<u8>"],
  [[0x65, 0x00], "future"],
  [[0x65, 0x01, 0x7d], "future<u8>"],
  [[0x63, 0x73, 0x79], "map<string, u32>"],
];

for (const [bytes, wit] of TYPES) {
  Deno.test(`the type ${wit} is read`, () => {
    const [item] = read(list(TYPE, bytes)).definitions;
    assertEquals(item?.kind === "type" && formatType(item.type as ValueType, new Map()), wit);
  });
}

// The section's head takes 0x8 to 0xa, so the type begins at 0xb.
const REFUSED: readonly (readonly [what: string, items: Part[], message: string])[] = [
  [
    "a record without fields",
    [[0x72, 0]],
    "Cannot read field count at offset 0xc: count is 0, expected at least 1",
  ],
  [
    "33 flags",
    [[0x6e, 33, Array.from({ length: 33 }, (_, index) => `a${index}`)]],
    "Cannot read flag count at offset 0xc: count is 33, expected at most 32",
  ],
  [
    "a label that is not a word",
    [[0x6d, 1, "A_b"]],
    'Cannot read enum case at offset 0xd: name is "A_b", expected words in kebab case',
  ],
  [
    "labels that differ in case alone",
    [[0x6d, 2, "a", "A"]],
    'Cannot read enum case at offset 0xf: "A" appears twice, expected distinct names',
  ],
  [
    "a map with keys of f32",
    [[0x63, 0x76, 0x79]],
    "Cannot read key of a map at offset 0xc: it is f32, expected bool, an integer, char or string",
  ],
  [
    "an index that no type has",
    [[0x70, 0x00]],
    "Cannot read value type at offset 0xc: index is 0, expected below 0",
  ],
  [
    "a function as a value",
    [[0x40, 0, 1, 0], [0x70, 0x00]],
    "Cannot read value type at offset 0x10: type 0 is a function, expected that of a value",
  ],
  [
    "a handle of a type that is not a resource",
    [[0x70, 0x7d], [0x69, 0x00]],
    "Cannot read resource type at offset 0xe: it is a list, expected a resource",
  ],
  [
    "a presence that is neither",
    [[0x6a, 0x02, 0x00]],
    "Cannot read presence of a type at offset 0xc: flag is 0x02, expected 0x00 or 0x01",
  ],
];

for (const [what, items, message] of REFUSED) {
  Deno.test(`${what} is refused`, () => {
    assertEquals(refusal(list(TYPE, ...items)), message);
  });
}
