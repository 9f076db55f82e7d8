// WebAssembly 3.0, section 5.4 "Instructions": the instructions that compilers use in small
// functions. The first pass of every program reads effects, and loading `Body` with the table of all
// operators takes 2 ms, so the immediates of these few are skipped here. A test compares both.

import { WasmFormatError } from "../base/errors.ts";
import type { Draft } from "./draft.ts";
import { Reader } from "./reader.ts";
import type { ExportInfo, FunctionEffects } from "./types.ts";

/** The largest amount of code to read, in bytes: effects are unknown for a function beyond that. */
const MOST_BYTES = 16 * 1024;

/** The depth to which calls are followed: a debug build wraps functions once or twice. */
const MOST_CALLS = 4;

const LOOP = 0x03;

const LOCAL_GET = 0x20, LOCAL_SET = 0x21, LOCAL_TEE = 0x22, GLOBAL_GET = 0x23, GLOBAL_SET = 0x24;

const I32_SUB = 0x6b, I64_SUB = 0x7d;

const I32_CONST = 0x41, I64_CONST = 0x42;

/** The opcodes of loads, followed by those of stores. */
const FIRST_LOAD = 0x28, FIRST_STORE = 0x36, LAST_STORE = 0x3e;

const BYTE_LOADS = new Set([0x2c, 0x2d, 0x30, 0x31]);

const FIRST_ARITHMETIC = 0x67, FIRST_CONVERSION = 0xa7;

/**
 * The immediates of opcodes up to those of numeric instructions, which have none: `-` none, `t` a
 * block type, `i` an index, `c` the index of a function, `a` an address, `s` and `l` an integer of 32
 * and of 64 bits, `4` and `8` bytes. Effects are not known for `.`.
 */
const IMMEDIATES = "--ttt-.....-ii.-c.........--....iiiii...aaaaaaaaaaaaaaaaaaaaaaai.sl48";

const LAST_NUMERIC = 0xc4;

/** The first byte of `memory.copy`, `memory.fill` and others. */
const PREFIX = 0xfc, MEMORY_COPY = 0x0a, MEMORY_FILL = 0x0b;

/** The block types that are references, after which a heap type follows. */
const NULLABLE = -0x1d, NOT_NULLABLE = -0x1c;

/** A bit in the alignment of a load or a store: the index of a memory follows. */
const HAS_MEMORY = 0x40;

type Effects = { -readonly [K in keyof FunctionEffects]: FunctionEffects[K] };

/**
 * Reads the effects of exported functions that take at most two values and return one integer: only
 * those can be getters, sizes, or transforms of a text in a buffer.
 *
 * @param code The code section after its count.
 * @param count The number of bodies.
 * @returns The effects by export name, without functions whose effects are not all known.
 */
export function readEffects(
  code: Reader,
  draft: Draft,
  count: number,
): ReadonlyMap<string, FunctionEffects> | undefined {
  const { bytes } = code;
  const sizes = new Reader(bytes, code.position, code.end);
  const imported = draft.functions.length - count;
  const starts: number[] = [], ends: number[] = [];
  let left = MOST_BYTES;

  function bodyOf(index: number): Reader | undefined {
    const wanted = index - imported;
    while (starts.length <= wanted && starts.length < count) {
      const byteLength = sizes.u32("function body");
      starts.push(sizes.skip(byteLength, "function body"));
      ends.push(sizes.position);
    }
    const start = starts[wanted];
    return start === undefined ? undefined : new Reader(bytes, start, ends[wanted]);
  }

  /** Adds the effects of a function; returns whether all of them are known. */
  function add(effects: Effects, index: number, callers: readonly number[]): boolean {
    if (callers.includes(index)) return effects.loops = true;
    const body = bodyOf(index);
    if (body === undefined || callers.length === MOST_CALLS) return false;
    if (body.remaining > left) return false;
    left -= body.remaining;
    if (!skipLocals(body)) return false;
    const inner = [...callers, index];
    const stack: OnStack = { base: -1, isKnown: false, pushed: [-1, -1] };
    for (let opcode = -1, before; body.remaining > 0;) {
      [before, opcode] = [opcode, body.u8("opcode")];
      const kind = opcode > LAST_NUMERIC ? "." : IMMEDIATES[opcode] ?? "-";
      const index = kind === "i" ? body.u32("index") : -1;
      const isKnown = kind === "c"
        ? add(effects, body.u32("function index"), inner)
        : opcode === PREFIX
        ? addPrefixed(effects, body)
        : skipImmediates(body, kind);
      if (!isKnown) return false;
      effects.loops ||= opcode === LOOP;
      if (opcode >= FIRST_ARITHMETIC && opcode < FIRST_CONVERSION) {
        effects[before === I32_CONST || before === I64_CONST ? "offsets" : "calculates"] = true;
      }
      const isLoad = opcode >= FIRST_LOAD && opcode < FIRST_STORE;
      const isStore = opcode >= FIRST_STORE && opcode <= LAST_STORE;
      if (isOnStack(stack, [before, opcode, index], isLoad ? 1 : isStore ? 2 : 0)) continue;
      effects.reads ||= isLoad;
      effects.peeks ||= BYTE_LOADS.has(opcode);
      effects.writes ||= opcode === GLOBAL_SET || isStore;
    }
    return true;
  }

  function find(index: number): FunctionEffects | undefined {
    const effects = {
      loops: false,
      reads: false,
      peeks: false,
      writes: false,
      calculates: false,
      offsets: false,
    };
    try {
      return add(effects, index, []) ? effects : undefined;
    } catch (error) {
      // The engine validates bodies; everything else in the module can still be read.
      if (error instanceof WasmFormatError) return undefined;
      throw error;
    }
  }

  const found = new Map<string, FunctionEffects>();
  for (const item of draft.exports) {
    const effects = isCandidate(item) ? find(item.index) : undefined;
    if (effects !== undefined) found.set(item.name, effects);
  }
  return found.size === 0 ? undefined : found;
}

/** The state of the scan for a function's variables on the shadow stack. */
interface OnStack {
  /** The local that has their address; -1 before it does. */
  base: number;
  /** Whether the function starts with the stack pointer and the local still has the address. */
  isKnown: boolean;
  /** The locals that the last instruction and the one before it pushed, or -1. */
  pushed: readonly [number, number];
}

/**
 * Processes one instruction.
 *
 * @param operands The number of operands, the address first, if it is a load or a store.
 * @returns Whether it only accesses variables on the stack. That is not an effect: unoptimised C
 * functions have all their variables there.
 */
function isOnStack(
  stack: OnStack,
  [before, opcode, index]: readonly [before: number, opcode: number, index: number],
  operands: 0 | 1 | 2,
): boolean {
  const address = operands === 0 ? -1 : stack.pushed[operands - 1];
  stack.pushed = [opcode === LOCAL_GET ? index : -1, stack.pushed[0]];
  const isStackPointer = index === 0 && (opcode === GLOBAL_GET || opcode === GLOBAL_SET);
  if (before < 0) stack.isKnown = isStackPointer;
  if (opcode === LOCAL_SET || opcode === LOCAL_TEE) {
    const isRoom = stack.base < 0 && (before === I32_SUB || before === I64_SUB);
    if (isRoom) stack.base = index;
    else if (index === stack.base) stack.isKnown = false;
  }
  return stack.isKnown && stack.base >= 0 && (isStackPointer || address === stack.base);
}

function isCandidate(item: ExportInfo): item is ExportInfo & { kind: "function" } {
  if (item.kind !== "function") return false;
  const { parameters, results } = item.type;
  // Packing a pointer and a length into one number looks like arithmetic.
  const packs = results[0] === "i64" && parameters.length === 2 && parameters[0] === "i32";
  return parameters.length <= 2 && results.length === 1 && !packs &&
    (results[0] === "i32" || results[0] === "i64");
}

/** Adds the effects of a bulk memory instruction; returns whether it is one. */
function addPrefixed(effects: Effects, body: Reader): boolean {
  const opcode = body.u32("opcode");
  if (opcode !== MEMORY_COPY && opcode !== MEMORY_FILL) return false;
  body.u32("memory index");
  if (opcode === MEMORY_COPY) {
    body.u32("memory index");
    effects.reads = true;
  }
  return effects.writes = effects.loops = true;
}

/** Skips the declarations of locals; returns whether all of them are numbers. */
function skipLocals(body: Reader): boolean {
  for (let groups = body.u32("local count"); groups > 0; groups--) {
    body.u32("local count");
    const type = body.u8("local type");
    if (type < 0x7c || type > 0x7f) return false;
  }
  return true;
}

/** Skips the immediates of a kind, unless it is an index; returns whether effects are known. */
function skipImmediates(body: Reader, kind: string): boolean {
  const what = "immediate";
  switch (kind) {
    case "t": {
      const type = body.s33(what);
      return type !== NULLABLE && type !== NOT_NULLABLE;
    }
    case "a":
      if ((body.u32(what) & HAS_MEMORY) !== 0) body.u32(what);
      body.u64(what);
      break;
    case "s":
      body.s32(what);
      break;
    case "l":
      body.s64(what);
      break;
    case "4":
    case "8":
      body.skip(Number(kind), what);
  }
  return kind !== ".";
}
