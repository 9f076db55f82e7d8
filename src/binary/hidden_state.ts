// WebAssembly 3.0, section 5.4 "Instructions": the state that functions change besides memory. The
// host can copy an instance's memory and its exported globals, so any other state that changes is
// hidden from it.

import { WasmFormatError } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import { Body, findBodies } from "./body.ts";
import { OPERATORS } from "./operators.ts";
import { HEADER_BYTES, Reader } from "./reader.ts";
import type { ModuleInfo } from "./types.ts";

const CODE_SECTION = 10, NAME_SECTION = "name", GLOBAL_NAMES = 7;

const UNREACHABLE = 0x00, LOCAL_GET = 0x20, LOCAL_TEE = 0x22, GLOBAL_SET = 0x24;

const I32_ADD = 0x6a, I32_SUB = 0x6b, I32_AND = 0x71;

const I64_ADD = 0x7c, I64_SUB = 0x7d, I64_AND = 0x83;

const WRITES_TABLE: ReadonlySet<number> = numbersOf(
  ["table.set", "table.init", "table.copy", "table.grow", "table.fill"],
);

const DROPS_SEGMENT: ReadonlySet<number> = numbersOf(["data.drop", "elem.drop"]);

/** The exports of toolchains that move the stack pointer on purpose. */
const STACK_EXPORTS =
  /^(?:_?emscripten_)?_?stack_?(?:alloc|restore)$|^__wbindgen_add_to_stack_pointer$/i;

function numbersOf(names: readonly string[]): ReadonlySet<number> {
  return new Set(names.map((name) => OPERATORS.findIndex((operator) => operator?.name === name)));
}

/** The state that the functions of a module change besides memory. */
interface Writes {
  /** The globals that are set, and for each whether all functions treat it as a stack pointer. */
  readonly globals: Map<number, boolean>;
  tables: boolean;
  segments: boolean;
}

/**
 * Finds the state of a module's instances that the host cannot copy: globals that are set but not
 * exported, tables that change, segments that are dropped, references.
 *
 * The pointer of the shadow stack does not count: between calls it has its initial value. It is
 * recognised by its name, or because every function that lowers it raises it again.
 *
 * @param bytes The whole binary.
 * @param info Its declarations.
 * @returns A description of each piece of hidden state; none if the host can copy everything.
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

/** Returns whether a reference is to a function or a host value, which have no mutable parts. */
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
  const movesStack = new Set(
    info.exports.filter(({ kind, name }) => kind === "function" && STACK_EXPORTS.test(name))
      .map(({ index }) => index),
  );
  try {
    const bodies = findBodies(code);
    const imported = info.functions.length - bodies.length;
    const body = new Body(bytes);
    for (const [index, range] of bodies.entries()) {
      body.enter(range);
      readBody(body, writes, movesStack.has(imported + index));
    }
  } catch (error) {
    // The engine validates bodies.
    if (error instanceof WasmFormatError) return undefined;
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

/** Reads the names of globals in the `name` section; none if it is malformed. */
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
function readBody(body: Body, writes: Writes, movesStack: boolean): void {
  const lowered = new Set<number>(), raised = new Set<number>(), other = new Set<number>();
  let operator = 0, before = 0, earlier = 0;
  while (!body.isAtEnd) {
    [operator, before, earlier] = [body.next(), operator, before];
    if (operator === GLOBAL_SET) {
      const last = before === LOCAL_TEE ? earlier : before;
      const group = last === I32_SUB || last === I64_SUB || last === I32_AND || last === I64_AND
        ? lowered
        : before === LOCAL_GET || before === I32_ADD || before === I64_ADD
        ? raised
        : other;
      group.add(body.index);
    }
    writes.tables ||= WRITES_TABLE.has(operator);
    writes.segments ||= DROPS_SEGMENT.has(operator);
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
