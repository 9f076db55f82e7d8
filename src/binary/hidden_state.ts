// WebAssembly 3.0, section 5.4 "Instructions": what functions write beside memory. The host can copy
// an instance's memory and its exported globals, so whatever else changes is hidden from it.

import { WasmFormatError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { HEADER_BYTES, Reader } from "./reader.ts";
import type { ModuleInfo } from "./types.ts";

const CODE_SECTION = 10, NAME_SECTION = "name", GLOBAL_NAMES = 7;

const UNREACHABLE = 0x00, BR_TABLE = 0x0e, SELECT_TYPED = 0x1c, TRY_TABLE = 0x1f;

const LOCAL_GET = 0x20, LOCAL_TEE = 0x22, GLOBAL_SET = 0x24, TABLE_SET = 0x26;

const I32_CONST = 0x41, I64_CONST = 0x42, F32_CONST = 0x43, F64_CONST = 0x44;

const I32_ADD = 0x6a, I32_SUB = 0x6b, I32_AND = 0x71;

const I64_ADD = 0x7c, I64_SUB = 0x7d, I64_AND = 0x83;

const REF_NULL = 0xd0, BULK = 0xfc, VECTOR = 0xfd, ATOMIC = 0xfe;

const FIRST_LOAD = 0x28, LAST_STORE = 0x3e, FIRST_NUMERIC = 0x45, LAST_NUMERIC = 0xc4;

/** `unreachable`, `nop`, `else`, `throw_ref`, `end`, `return`, `catch_all`, `drop`, `select` and others. */
const PLAIN = new Set([0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x19, 0x1a, 0x1b, 0xd1, 0xd3, 0xd4]);

/** `block`, `loop`, `if` and `try`. */
const WITH_TYPE = new Set([0x02, 0x03, 0x04, 0x06]);

/** `catch`, `throw`, `rethrow`, `br`, `br_if`, calls, variables, tables and the size of memory. */
const WITH_INDEX = new Set([
  ...[0x07, 0x08, 0x09, 0x18, 0x0c, 0x0d, 0x10, 0x12, 0x14, 0x15],
  ...[LOCAL_GET, 0x21, LOCAL_TEE, 0x23, GLOBAL_SET, 0x25, TABLE_SET, 0x3f, 0x40, 0xd2, 0xd5, 0xd6],
]);

/** `call_indirect` and `return_call_indirect`. */
const WITH_INDICES = new Set([0x11, 0x13]);

/** The number of indices after each opcode that follows {@linkcode BULK}. */
const BULK_INDICES = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

const DATA_DROP = 9, ELEM_DROP = 13;

/** `table.init`, `table.copy`, `table.grow` and `table.fill`. */
const WRITES_TABLE = new Set([12, 14, 15, 17]);

/** The exports of toolchains that move the stack pointer on purpose. */
const STACK_EXPORTS =
  /^(?:_?emscripten_)?_?stack_?(?:alloc|restore)$|^__wbindgen_add_to_stack_pointer$/i;

/** A block's type, or a type of a reference, that a heap type follows. */
const NULLABLE = -0x1d, NOT_NULLABLE = -0x1c;

/** An instruction that the reader does not know. */
class Unknown {}

/** What the functions of a module write, beside memory. */
interface Writes {
  /** The globals that are set, each with whether all functions treat it as a stack pointer. */
  readonly globals: Map<number, boolean>;
  tables: boolean;
  segments: boolean;
}

/**
 * Finds the state of a module's instances that the host cannot copy: globals that are set and not
 * exported, tables that change, segments that are dropped, references.
 *
 * The pointer of the stack that compilers keep in memory is no such state: between two calls it has
 * the value that it began with. It is recognised by its name, or because every function that lowers
 * it raises it again.
 *
 * @param bytes The whole binary.
 * @param info Its declarations.
 * @returns Each piece of hidden state in a few words; none if the host can copy all there is.
 */
export function findHiddenState(bytes: Uint8Array, info: ModuleInfo): string[] {
  const found: string[] = [];
  const writes = readWrites(bytes, info);
  if (writes === undefined) return ["its code has instructions that Passage does not read"];
  const exported = new Set(info.exports.map(({ kind, index }) => `${kind} ${index}`));
  const names = readGlobalNames(bytes, info);
  const imported = info.imports.filter(({ kind }) => kind === "global").length;
  for (const [index, { mutable, type }] of info.globals.entries()) {
    const name = names.get(index);
    const shown = `global ${index}${name === undefined ? "" : ` ${quote(name)}`}`;
    const isNumber = /^[if]/.test(type);
    if (!isNumber && (mutable || !isFixed(type, info))) {
      found.push(`${shown} of type ${type} is not a number`);
    } else if (mutable && index < imported) found.push(`${shown} is imported`);
    else if (mutable && writes.globals.has(index) && !exported.has(`global ${index}`)) {
      const isStackPointer = name === "__stack_pointer" || writes.globals.get(index)!;
      if (!isStackPointer) found.push(`${shown} is set and not exported`);
    }
  }
  for (const [index, { element }] of info.tables.entries()) {
    if (!isFixed(element, info)) found.push(`table ${index} holds ${element}`);
  }
  for (const [index, { shared }] of info.memories.entries()) {
    if (shared) found.push(`memory ${index} is shared between threads`);
    if (info.memories.length > 1 && !exported.has(`memory ${index}`)) {
      found.push(`memory ${index} is one of several and not exported`);
    }
  }
  if (writes.tables) found.push("its code changes tables");
  if (writes.segments) found.push("its code drops segments");
  return found;
}

/** Returns whether a reference is to a function or to a value of the host, which have no parts. */
function isFixed(type: string, { types }: ModuleInfo): boolean {
  const [, index] = /^\(ref (?:null )?(\d+)\)$/.exec(type) ?? [];
  if (index !== undefined) return types[Number(index)]?.kind === "function";
  return /^(?:no)?(?:func|extern)ref$|^null(?:func|extern)ref$|^\(ref (?:null )?(?:no)?(?:func|extern)\)$/
    .test(type);
}

/** Reads what functions write; `undefined` if one has an unknown instruction. */
function readWrites(bytes: Uint8Array, info: ModuleInfo): Writes | undefined {
  const writes: Writes = { globals: new Map(), tables: false, segments: false };
  const code = findSection(bytes);
  if (code === undefined) return writes;
  const count = code.u32("code count");
  const imported = info.functions.length - count;
  const movesStack = new Set(
    info.exports.filter(({ kind, name }) => kind === "function" && STACK_EXPORTS.test(name))
      .map(({ index }) => index),
  );
  try {
    for (let index = 0; index < count; index++) {
      const body = code.range(code.u32("function body"), "function body");
      readBody(body, writes, movesStack.has(imported + index));
    }
  } catch (error) {
    // Bodies are for the engine to judge.
    if (error instanceof Unknown || error instanceof WasmFormatError) return undefined;
    throw error;
  }
  return writes;
}

function findSection(bytes: Uint8Array): Reader | undefined {
  const reader = new Reader(bytes, HEADER_BYTES);
  while (reader.remaining > 0) {
    const id = reader.u8("section id");
    const section = reader.range(reader.u32("section size"), "section");
    if (id === CODE_SECTION) return section;
  }
  return undefined;
}

/** Reads the names of globals in the `name` section; none if it is faulty. */
function readGlobalNames(
  bytes: Uint8Array,
  { customSections }: ModuleInfo,
): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const section = customSections.find(({ name }) => name === NAME_SECTION);
  if (section === undefined) return names;
  const { offset, byteLength } = section;
  const reader = new Reader(bytes, offset, offset + byteLength);
  try {
    while (reader.remaining > 0) {
      const id = reader.u8("subsection");
      const contents = reader.range(reader.u32("subsection size"), "subsection");
      if (id !== GLOBAL_NAMES) continue;
      for (let count = contents.u32("name count"); count > 0; count--) {
        const index = contents.u32("global index");
        names.set(index, contents.name("global name"));
      }
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
  }
  return names;
}

/** Reads one function. `movesStack` is set for one that moves the stack pointer on purpose. */
function readBody(body: Reader, writes: Writes, movesStack: boolean): void {
  for (let groups = body.u32("local count"); groups > 0; groups--) {
    body.u32("local count");
    skipType(body);
  }
  const lowered = new Set<number>(), raised = new Set<number>(), other = new Set<number>();
  let opcode = 0, before = 0, earlier = 0;
  while (body.remaining > 0) {
    [opcode, before, earlier] = [body.u8("opcode"), opcode, before];
    if (opcode === GLOBAL_SET) {
      const last = before === LOCAL_TEE ? earlier : before;
      const group = last === I32_SUB || last === I64_SUB || last === I32_AND || last === I64_AND
        ? lowered
        : before === LOCAL_GET || before === I32_ADD || before === I64_ADD
        ? raised
        : other;
      group.add(body.u32("global index"));
    } else if (opcode === BULK) readBulk(body, writes);
    else {
      writes.tables ||= opcode === TABLE_SET;
      skipImmediates(body, opcode);
    }
  }
  // A function that always traps need not raise it.
  const neverReturns = before === UNREACHABLE;
  for (const index of new Set([...lowered, ...raised, ...other])) {
    const isBalanced = lowered.has(index) && (raised.has(index) || neverReturns) &&
      !other.has(index);
    const isSo = writes.globals.get(index) ?? true;
    writes.globals.set(index, isSo && (isBalanced || movesStack));
  }
}

function readBulk(body: Reader, writes: Writes): void {
  const opcode = body.u32("opcode");
  const count = BULK_INDICES[opcode];
  if (count === undefined) throw new Unknown();
  for (let index = 0; index < count; index++) body.u32("index");
  writes.tables ||= WRITES_TABLE.has(opcode);
  writes.segments ||= opcode === DATA_DROP || opcode === ELEM_DROP;
}

/** Moves past the immediates of an opcode. */
function skipImmediates(body: Reader, opcode: number): void {
  const what = "immediate";
  if (PLAIN.has(opcode) || opcode >= FIRST_NUMERIC && opcode <= LAST_NUMERIC) return;
  if (WITH_INDEX.has(opcode)) body.u32(what);
  else if (WITH_TYPE.has(opcode)) skipType(body);
  else if (opcode >= FIRST_LOAD && opcode <= LAST_STORE) skipAddress(body);
  else if (opcode === I32_CONST) body.s32(what);
  else if (opcode === I64_CONST) body.s64(what);
  else if (opcode === F32_CONST) body.skip(4, what);
  else if (opcode === F64_CONST) body.skip(8, what);
  else if (WITH_INDICES.has(opcode)) {
    body.u32(what);
    body.u32(what);
  } else if (opcode === BR_TABLE) {
    for (let count = body.u32(what); count >= 0; count--) body.u32(what);
  } else if (opcode === SELECT_TYPED) {
    for (let count = body.u32(what); count > 0; count--) skipType(body);
  } else if (opcode === TRY_TABLE) {
    skipType(body);
    for (let count = body.u32(what); count > 0; count--) {
      if (body.u8(what) < 2) body.u32(what);
      body.u32(what);
    }
  } else if (opcode === REF_NULL) body.s33(what);
  else if (opcode === VECTOR) skipVector(body);
  else if (opcode === ATOMIC) {
    if (body.u32("opcode") === 0x03) body.u8(what); // atomic.fence
    else skipAddress(body);
  } else throw new Unknown();
}

/** Moves past a value type, or the type of a block. */
function skipType(body: Reader): void {
  const type = body.s33("type");
  if (type === NULLABLE || type === NOT_NULLABLE) body.s33("heap type");
}

/** Moves past the alignment, the memory and the offset of a load or a store. */
function skipAddress(body: Reader): void {
  if ((body.u32("alignment") & 0x40) !== 0) body.u32("memory index");
  body.u64("offset");
}

function skipVector(body: Reader): void {
  const opcode = body.u32("opcode");
  if (opcode <= 11 || opcode === 92 || opcode === 93) skipAddress(body);
  else if (opcode === 12 || opcode === 13) body.skip(16, "immediate");
  else if (opcode >= 21 && opcode <= 34) body.skip(1, "lane");
  else if (opcode >= 84 && opcode <= 91) {
    skipAddress(body);
    body.skip(1, "lane");
  }
}
