import { assertEquals } from "@std/assert";
import type { ConstantValue } from "../../src/binary/types.ts";
import {
  assertMalformed,
  bodies,
  build,
  DATA,
  ELEMENT,
  FUNCTION,
  GLOBAL,
  IMPORT,
  MEMORY,
  type Part,
  readUnsupported,
  readValid,
  section,
  TABLE,
  TYPE,
} from "./_build.ts";

// Types: 0 a function, 1 a struct of an i32, 2 an array of i32. Global 0 is an imported i32.
const TYPES = section(TYPE, 3, [0x60, 0, 0], [0x5f, 1, 0x7f, 0], [0x5e, 0x7f, 0]);
const GLOBAL_0 = section(IMPORT, 1, ["env", "g", 0x03, 0x7f, 0]);
const FUNCTION_0 = section(FUNCTION, 1, 0);

/** Puts a global of `type` with the initialiser `code` into a module. */
function around(type: Part, code: Part): [before: Part, after: Part] {
  const global = section(GLOBAL, 1, [type, 0, code]);
  const element = section(ELEMENT, 1, [0x03, 0x00, 1, 0]); // declares function 0
  return [[TYPES, GLOBAL_0, FUNCTION_0, global], [element, bodies(1)]];
}

const EXPRESSION = { expression: true } as const;
const valid: [title: string, type: Part, code: Part, constant: ConstantValue][] = [
  ["i32.const", 0x7f, [0x41, 0xff, 0x00, 0x0b], { value: 127 }],
  ["i32.const of the least", 0x7f, [0x41, 0x80, 0x80, 0x80, 0x80, 0x78, 0x0b], {
    value: -2147483648,
  }],
  ["i64.const", 0x7e, [0x42, 0x7f, 0x0b], { value: -1n }],
  ["f32.const", 0x7d, [0x43, 0x00, 0x00, 0xc0, 0x3f, 0x0b], { value: 1.5 }],
  ["f64.const", 0x7c, [0x44, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x0b], { value: -0 }],
  ["global.get", 0x7f, [0x23, 0, 0x0b], { global: 0 }],
  ["v128.const", 0x7b, [0xfd, 0x0c, Array.from({ length: 16 }, () => 0x0b), 0x0b], EXPRESSION],
  ["ref.null", 0x6f, [0xd0, 0x6f, 0x0b], EXPRESSION],
  ["ref.null of a defined type", [0x63, 0x01], [0xd0, 0x01, 0x0b], EXPRESSION],
  ["ref.func", 0x70, [0xd2, 0, 0x0b], EXPRESSION],
  ["extended i32", 0x7f, [0x41, 1, 0x41, 2, 0x6a, 0x41, 3, 0x6b, 0x41, 4, 0x6c, 0x0b], EXPRESSION],
  ["extended i64", 0x7e, [0x42, 1, 0x42, 2, 0x7c, 0x42, 3, 0x7d, 0x42, 4, 0x7e, 0x0b], EXPRESSION],
  ["extended with a global", 0x7f, [0x23, 0, 0x41, 2, 0x6a, 0x0b], EXPRESSION],
  ["struct.new", [0x64, 0x01], [0x41, 7, 0xfb, 0x00, 0x01, 0x0b], EXPRESSION],
  ["struct.new_default", [0x64, 0x01], [0xfb, 0x01, 0x01, 0x0b], EXPRESSION],
  ["array.new", [0x64, 0x02], [0x41, 7, 0x41, 2, 0xfb, 0x06, 0x02, 0x0b], EXPRESSION],
  ["array.new_default", [0x64, 0x02], [0x41, 2, 0xfb, 0x07, 0x02, 0x0b], EXPRESSION],
  ["array.new_fixed", [0x64, 0x02], [0x41, 7, 0x41, 8, 0xfb, 0x08, 0x02, 2, 0x0b], EXPRESSION],
  ["ref.i31", [0x64, 0x6c], [0x41, 7, 0xfb, 0x1c, 0x0b], EXPRESSION],
  ["any.convert_extern", 0x6e, [0xd0, 0x6f, 0xfb, 0x1a, 0x0b], EXPRESSION],
  ["extern.convert_any", 0x6f, [0xd0, 0x6e, 0xfb, 0x1b, 0x0b], EXPRESSION],
  ["a longer form of an opcode", [0x64, 0x01], [0xfb, 0x81, 0x00, 0x01, 0x0b], EXPRESSION],
];

for (const [title, type, code, initial] of valid) {
  Deno.test(`a constant expression is read: ${title}`, () => {
    const [before, after] = around(type, code);
    assertEquals(readValid(before, after).globals[1]?.initial, initial);
  });
}

Deno.test("a constant expression is read: global.get of a global of the module's own", () => {
  const info = readValid(
    section(GLOBAL, 2, [0x7f, 0, [0x41, 5, 0x0b]], [0x7f, 1, [0x23, 0, 0x0b]]),
  );
  assertEquals(info.globals, [
    { type: "i32", mutable: false, initial: { value: 5 } },
    { type: "i32", mutable: true, initial: { global: 0 } },
  ]);
});

Deno.test("a constant expression is read: struct.new_desc, which is reported as unsupported", () => {
  const types = section(TYPE, 1, [0x4e, 2, [0x4d, 1, 0x5f, 0], [0x4c, 0, 0x5f, 0]]);
  const code = [0xfb, 0x01, 1, 0xfb, 0x20, 0, 0x0b];
  const info = readUnsupported(
    "custom descriptors",
    types,
    section(GLOBAL, 1, [[0x64, 0x00], 0, code]),
  );
  assertEquals(info.globals, [{ type: "(ref 0)", mutable: false, initial: EXPRESSION }]);
});

Deno.test("a constant expression is read: ref.i31_shared, which is reported as unsupported", () => {
  const code = [0x41, 7, 0xfb, 0x1f, 0x0b];
  const info = readUnsupported("shared types", section(GLOBAL, 1, [0x6e, 0, code]));
  assertEquals(info.globals, [{ type: "anyref", mutable: false, initial: EXPRESSION }]);
});

const MEMORIES = section(MEMORY, 2, [0x00, 1], [0x04, 1]);
const mistyped: [title: string, sections: Part, message: string][] = [
  [
    "a global of a number whose initialiser is a global of another",
    [GLOBAL_0, section(GLOBAL, 1, [0x7e, 0, [0x23, 0, 0x0b]])],
    "at offset 0x19: type is i32, expected i64",
  ],
  [
    "a reference whose initialiser is a number",
    section(GLOBAL, 1, [0x70, 0, [0x43, 0, 0, 0, 0, 0x0b]]),
    "at offset 0xd: type is f32, expected funcref",
  ],
  [
    "a 64-bit offset in a 32-bit memory",
    [MEMORIES, section(DATA, 1, [0, [0x42, 0, 0x0b], "x"])],
    "at offset 0x13: type is i64, expected i32",
  ],
  [
    "a 32-bit offset in a 64-bit memory",
    [MEMORIES, section(DATA, 1, [2, 1, [0x41, 0, 0x0b], "x"])],
    "at offset 0x14: type is i32, expected i64",
  ],
  [
    "a 32-bit offset in a 64-bit table",
    [section(TABLE, 1, [0x70, 0x04, 1]), section(ELEMENT, 1, [0, [0x41, 0, 0x0b], 0])],
    "at offset 0x12: type is i32, expected i64",
  ],
];

for (const [title, sections, message] of mistyped) {
  Deno.test(`a constant expression is refused: ${title}`, () => {
    assertMalformed(build(sections), `Cannot read constant expression ${message}`);
  });
}

// The initialiser of the global is at 0x2a.
const malformed: [title: string, code: Part, message: string][] = [
  ["nothing", [0x0b, 0], "at offset 0x2a: it is empty, expected an instruction"],
  ["a call", [0x10, 0, 0x0b], "at offset 0x2a: opcode is 0x10, expected a constant instruction"],
  [
    "a load",
    [0x41, 0, 0x28, 2, 0, 0x0b],
    "at offset 0x2c: opcode is 0x28, expected a constant instruction",
  ],
  [
    "an aggregate instruction that is not constant",
    [0xfb, 0x0f, 0x0b],
    "at offset 0x2b: opcode is 0xfb 0x0f, expected a constant instruction",
  ],
  [
    "a vector instruction that is not constant",
    [0xfd, 0x0d, 0x0b],
    "at offset 0x2b: opcode is 0xfd 0x0d, expected v128.const",
  ],
  ["a number of another type", [0x42, 0, 0x0b], "at offset 0x2a: type is i64, expected i32"],
  ["no end", [0x41, 0], "at offset 0x2c: 0 bytes left, expected 1"],
];

for (const [title, code, message] of malformed) {
  Deno.test(`a constant expression is refused: ${title}`, () => {
    const [before] = around(0x7f, code);
    assertMalformed(build(before), `Cannot read constant expression ${message}`);
  });
}

const malformedItems: [title: string, code: Part, message: string][] = [
  ["itself", [0x23, 1], "Cannot read global.get at offset 0x2b: index is 1, expected below 1"],
  [
    "a missing function",
    [0xd2, 1],
    "Cannot read ref.func at offset 0x2b: index is 1, expected below 1",
  ],
  [
    "a missing type",
    [0xfb, 0x01, 3],
    "Cannot read aggregate type at offset 0x2c: index is 3, expected below 3",
  ],
  [
    "a number that is cut off",
    [0x44, 0, 0, 0, 0, 0, 0],
    "Cannot read f64.const at offset 0x2b: 6 bytes left, expected 8",
  ],
  [
    "a vector that is cut off",
    [0xfd, 0x0c, 0, 0],
    "Cannot read v128.const at offset 0x2c: 2 bytes left, expected 16",
  ],
  [
    "a heap type that does not exist",
    [0xd0, 0x7f],
    "Cannot read heap type at offset 0x2b: code is 0x7f, expected the code of a heap type",
  ],
];

for (const [title, code, message] of malformedItems) {
  Deno.test(`a constant expression is refused: ${title}`, () => {
    const [before] = around(0x7f, code);
    assertMalformed(build(before), message);
  });
}
