// WebAssembly 3.0, sections 5.5.12 "Element section", 5.5.14 "Data section" and 5.5.16 "Data count
// section", and for offsets 5.4.9 "Expressions" and 3.4.15 "Constant expressions". The contents of
// an element segment are checked and discarded.

import { readHeapType, readReferenceType } from "./defined_types.ts";
import type { Draft } from "./draft.ts";
import { byteHex, type Reader } from "./reader.ts";
import type { ConstantValue, ModuleInfo, ValueType } from "./types.ts";

// The limits that engines have agreed on, as in `definitions.ts`.

/** The limit for element segments, and for the elements of one. */
const MAX_ELEMENTS = 10_000_000;

const MAX_DATA_SEGMENTS = 100_000;

/** The bit for segments that are passive, or declarative if an index would follow. */
const PASSIVE = 0x01;

const EXPLICIT_INDEX = 0x02;

const EXPRESSIONS = 0x04;

export function readElementSection(reader: Reader, draft: Draft): void {
  const count = reader.count("element segment count", MAX_ELEMENTS, 3);
  for (let segment = 0; segment < count; segment++) readElementSegment(reader, draft);
}

function readElementSegment(reader: Reader, draft: Draft): void {
  const flags = readFlags(reader, "element segment", 7);
  const isActive = (flags & PASSIVE) === 0;
  const isExplicit = (flags & EXPLICIT_INDEX) !== 0;
  const hasExpressions = (flags & EXPRESSIONS) !== 0;
  if (isActive) {
    const table = readTarget(reader, "element segment table", isExplicit, draft.tables.length);
    readConstant(reader, draft, draft.tables[table]!.address);
  }
  let element: ValueType = "funcref";
  if (!isActive || isExplicit) {
    if (hasExpressions) element = readReferenceType(reader, draft);
    else readElementKind(reader);
  }
  const count = reader.count("element count", MAX_ELEMENTS, hasExpressions ? 2 : 1);
  for (let item = 0; item < count; item++) {
    if (hasExpressions) readConstant(reader, draft, element);
    else reader.index("element", draft.functions.length);
  }
}

function readElementKind(reader: Reader): void {
  const start = reader.position;
  const kind = reader.u8("element kind");
  if (kind !== 0) reader.fail("element kind", start, `kind is ${byteHex(kind)}, expected 0x00`);
}

export function readDataCountSection(reader: Reader, draft: Draft): void {
  draft.pendingDataSegments = reader.u32("data count");
}

/** Reads the data section, without the contents of the segments. */
export function readDataSection(reader: Reader, draft: Draft): void {
  const start = reader.position;
  const count = reader.count("data segment count", MAX_DATA_SEGMENTS, 2);
  const expected = draft.pendingDataSegments ?? count;
  if (count !== expected) {
    const problem = `count is ${count}, expected ${expected} as in the data count section`;
    reader.fail("data segment count", start, problem);
  }
  draft.pendingDataSegments = undefined;
  for (let segment = 0; segment < count; segment++) readDataSegment(reader, draft);
}

function readDataSegment(reader: Reader, draft: Draft): void {
  const flags = readFlags(reader, "data segment", 2);
  if (flags === PASSIVE) {
    draft.dataSegments.push({ byteLength: readContents(reader) });
    return;
  }
  const isExplicit = flags === EXPLICIT_INDEX;
  const memory = readTarget(reader, "data segment memory", isExplicit, draft.memories.length);
  const offset = readConstant(reader, draft, draft.memories[memory]!.address);
  draft.dataSegments.push({ memory, offset, byteLength: readContents(reader) });
}

function readContents(reader: Reader): number {
  const byteLength = reader.count("data segment length", 2 ** 32 - 1, 1);
  reader.skip(byteLength, "data segment");
  return byteLength;
}

/**
 * Reads the table or the memory of an active segment: the first one unless the index is explicit.
 */
function readTarget(reader: Reader, what: string, isExplicit: boolean, length: number): number {
  const start = reader.position;
  if (isExplicit) return reader.index(what, length);
  if (length === 0) reader.fail(what, start, "index is 0, expected below 0");
  return 0;
}

function readFlags(reader: Reader, what: string, most: number): number {
  const start = reader.position;
  const flags = reader.u32(what);
  if (flags > most) reader.fail(what, start, `flag is ${flags}, expected 0 to ${most}`);
  return flags;
}

const WHAT = "constant expression";

const END = 0x0b;

const EXPRESSION: ConstantValue = { expression: true };

/** The result types of instructions for numbers, by their opcodes. */
const NUMBER_TYPES: Readonly<Record<number, ValueType>> = {
  0x41: "i32",
  0x42: "i64",
  0x43: "f32",
  0x44: "f64",
};

/**
 * Reads a constant expression including its `end`, without evaluating it.
 *
 * The type of a number or of another global is checked against `expected`; references and
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

/** Numbers have no subtypes, so their types can be compared. */
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

export function constantOf(info: ModuleInfo, index: number): number | undefined {
  const initial = info.globals[index]?.initial;
  return initial !== undefined && "value" in initial ? unsigned(initial.value) : undefined;
}

/** Returns the ends of the data segments whose addresses are constants. */
export function segmentEnds({ dataSegments }: ModuleInfo): number[] {
  return dataSegments.flatMap(({ offset, byteLength }) =>
    offset !== undefined && "value" in offset ? [unsigned(offset.value) + byteLength] : []
  );
}

/** Converts the signed address in a constant to an unsigned one. */
export function unsigned(value: number | bigint): number {
  return typeof value === "bigint" ? Number(BigInt.asUintN(64, value)) : value >>> 0;
}
