import { assertEquals } from "@std/assert";
import type { ModuleInfo } from "../../src/binary/types.ts";
import {
  assertMalformed,
  build,
  GLOBAL,
  type Part,
  readUnsupported,
  readValid,
  section,
  TYPE,
} from "./_build.ts";

/** Makes a module whose type 0 is a struct and whose type 1 takes one value of the type. */
function takes(type: Part): Part {
  return section(TYPE, 2, [0x5f, 0], [0x60, 1, type, 0]);
}

function parameter(info: ModuleInfo): string | undefined {
  const type = info.types[1];
  return type?.kind === "function" ? type.function.parameters[0] : undefined;
}

const supported: [type: Part, text: string][] = [
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
  [0x74, "nullexnref"],
  [0x73, "nullfuncref"],
  [0x72, "nullexternref"],
  [0x71, "nullref"],
  [0x70, "funcref"],
  [0x6f, "externref"],
  [0x6e, "anyref"],
  [0x6d, "eqref"],
  [0x6c, "i31ref"],
  [0x6b, "structref"],
  [0x6a, "arrayref"],
  [0x69, "exnref"],
  [[0x63, 0x70], "funcref"],
  [[0x63, 0x71], "nullref"],
  [[0x63, 0xf0, 0x7f], "funcref"],
  [[0x64, 0x6f], "(ref extern)"],
  [[0x64, 0x73], "(ref nofunc)"],
  [[0x64, 0x69], "(ref exn)"],
  [[0x63, 0x00], "(ref null 0)"],
  [[0x64, 0x00], "(ref 0)"],
  [[0x64, 0x80, 0x00], "(ref 0)"],
  [[0x64, 0x01], "(ref 1)"],
];

Deno.test("value types are formatted as in the text format", () => {
  for (const [type, text] of supported) assertEquals(parameter(readValid(takes(type))), text);
});

const unsupported: [feature: string, type: Part, text: string][] = [
  ["custom descriptors", [0x63, 0x62, 0x00], "(ref null (exact 0))"],
  ["custom descriptors", [0x64, 0x62, 0x00], "(ref (exact 0))"],
  ["shared types", [0x64, 0x65, 0x70], "(ref (shared func))"],
  ["shared types", [0x63, 0x65, 0x6e], "(ref null (shared any))"],
  ["shared types", [0x65, 0x6f], "(ref null (shared extern))"],
  ["stack switching", 0x68, "contref"],
  ["stack switching", 0x75, "nullcontref"],
  ["stack switching", [0x64, 0x68], "(ref cont)"],
];

Deno.test("value types of proposals that the engine does not accept are read and named", () => {
  for (const [feature, type, text] of unsupported) {
    assertEquals(parameter(readUnsupported(feature, takes(type))), text);
  }
});

const malformed: [type: Part, message: string][] = [
  [0x7a, "Cannot read value type at offset 0xf: code is 0x7a, expected the code of a value type"],
  [0x40, "Cannot read value type at offset 0xf: code is 0x40, expected the code of a value type"],
  [0x00, "Cannot read value type at offset 0xf: code is 0x00, expected the code of a value type"],
  [0x78, "Cannot read value type at offset 0xf: code is 0x78, expected the code of a value type"],
  [0xf0, "Cannot read value type at offset 0xf: code is 0xf0, expected the code of a value type"],
  [
    [0x65, 0x65],
    "Cannot read value type at offset 0x10: code is 0x65, expected the code of a value type",
  ],
  [
    [0x63, 0x7f],
    "Cannot read heap type at offset 0x10: code is 0x7f, expected the code of a heap type",
  ],
  [
    [0x63, 0x65, 0x00],
    "Cannot read heap type at offset 0x11: code is 0x00, expected the code of a heap type",
  ],
  [[0x64, 0x02], "Cannot read heap type at offset 0x10: index is 2, expected below 2"],
  [[0x64, 0xff, 0x7e], "Cannot read heap type at offset 0x10: index is -129, expected below 2"],
  [[0x64, 0x62, 0x02], "Cannot read heap type at offset 0x11: index is 2, expected below 2"],
  [
    [0x64, 0x80, 0x80, 0x80, 0x80, 0x10],
    "Cannot read heap type at offset 0x10: " +
    "byte 5 of the LEB128 is 0x10, expected 0x00 to 0x0f or 0x70 to 0x7f",
  ],
];

Deno.test("a type index is refused if there is no type section", () => {
  assertMalformed(
    build(section(GLOBAL, 1, [0x63, 0x00, 0, 0xd0, 0x00, 0x0b])),
    "Cannot read heap type at offset 0xc: index is 0, expected below 0",
  );
});

Deno.test("value types that do not exist are refused", () => {
  for (const [type, message] of malformed) assertMalformed(build(takes(type)), message);
});
