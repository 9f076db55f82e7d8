// WebAssembly 3.0, sections 5.4.9 "Expressions" and 3.4.15 "Constant expressions".

import { byteHex } from "./bytes.ts";
import type { Draft } from "./draft.ts";
import type { Reader } from "./reader.ts";
import type { ConstantValue, ValueType } from "./types.ts";
import { readHeapType } from "./value_types.ts";

const WHAT = "constant expression";
const END = 0x0b;
const EXPRESSION: ConstantValue = { expression: true };

/** What the instructions for numbers give, by their opcodes. */
const NUMBER_TYPES: Readonly<Record<number, ValueType>> = {
  0x41: "i32",
  0x42: "i64",
  0x43: "f32",
  0x44: "f64",
};

/**
 * Reads a constant expression up to and with its end, without running it.
 *
 * Where it is a number or another global, its type is checked against `expected`; references and
 * expressions of several instructions are not typed.
 */
export function readConstant(reader: Reader, draft: Draft, expected: ValueType): ConstantValue {
  const start = reader.position;
  const opcode = reader.peek(WHAT);
  if (opcode === END) reader.fail(WHAT, start, "it is empty, expected an instruction");
  let constant = readInstruction(reader, draft);
  if (reader.peek(WHAT) === END) {
    const type = "global" in constant ? draft.globals[constant.global]!.type : NUMBER_TYPES[opcode];
    checkType(reader, start, type, expected);
  }
  while (reader.peek(WHAT) !== END) {
    readInstruction(reader, draft);
    constant = EXPRESSION;
  }
  reader.skip(1, WHAT);
  return constant;
}

/** Numbers have no subtypes, so that theirs can be compared. */
function checkType(
  reader: Reader,
  start: number,
  type: ValueType | undefined,
  expected: ValueType,
): void {
  if (type === undefined || type === expected) return;
  if (!type.includes("ref")) reader.fail(WHAT, start, `type is ${type}, expected ${expected}`);
}

function readInstruction(reader: Reader, draft: Draft): ConstantValue {
  const start = reader.position;
  const opcode = reader.u8(WHAT);
  switch (opcode) {
    case 0x41:
      return { value: reader.s32("i32.const") };
    case 0x42:
      return { value: reader.s64("i64.const") };
    case 0x43:
      return { value: reader.f32("f32.const") };
    case 0x44:
      return { value: reader.f64("f64.const") };
    case 0x23:
      return { global: reader.index("global.get", draft.globals.length) };
    case 0xd0:
      readHeapType(reader, draft);
      return EXPRESSION;
    case 0xd2:
      reader.index("ref.func", draft.functions.length);
      return EXPRESSION;
    case 0x6a: // i32.add, i32.sub, i32.mul
    case 0x6b:
    case 0x6c:
    case 0x7c: // i64.add, i64.sub, i64.mul
    case 0x7d:
    case 0x7e:
      return EXPRESSION;
    case 0xfb:
      readAggregate(reader, draft);
      return EXPRESSION;
    case 0xfd:
      readVector(reader);
      return EXPRESSION;
  }
  return reader.fail(WHAT, start, `opcode is ${byteHex(opcode)}, expected a constant instruction`);
}

function readAggregate(reader: Reader, draft: Draft): void {
  const start = reader.position;
  const opcode = reader.u32(WHAT);
  switch (opcode) {
    case 0x20: // struct.new_desc, struct.new_default_desc
    case 0x21:
      draft.unsupported.add("custom descriptors");
      reader.index("struct.new_desc", draft.types.length);
      return;
    case 0x00: // struct.new, struct.new_default, array.new, array.new_default
    case 0x01:
    case 0x06:
    case 0x07:
      reader.index("aggregate type", draft.types.length);
      return;
    case 0x08: // array.new_fixed
      reader.index("aggregate type", draft.types.length);
      reader.u32("array.new_fixed");
      return;
    case 0x1f: // ref.i31_shared
      draft.unsupported.add("shared types");
      return;
    case 0x1a: // any.convert_extern, extern.convert_any, ref.i31
    case 0x1b:
    case 0x1c:
      return;
  }
  const problem = `opcode is 0xfb ${byteHex(opcode)}, expected a constant instruction`;
  reader.fail(WHAT, start, problem);
}

function readVector(reader: Reader): void {
  const start = reader.position;
  const opcode = reader.u32(WHAT);
  if (opcode !== 0x0c) {
    const problem = `opcode is 0xfd ${byteHex(opcode)}, expected v128.const`;
    reader.fail(WHAT, start, problem);
  }
  reader.skip(16, "v128.const");
}
