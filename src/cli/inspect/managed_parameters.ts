// AssemblyScript's incremental runtime: https://www.assemblyscript.org/runtime.html#memory-layout.
// An exported function first protects objects among its parameters from the garbage collector: it
// reserves space on the shadow stack, and stores each of them there.

import { WasmFormatError } from "../../base/errors.ts";
import type { Reader } from "../../binary/reader.ts";
import type { ModuleInfo } from "../../binary/types.ts";
import { eachSection } from "./sections.ts";

const CODE_SECTION = 10;

const UNREACHABLE = 0x00, BLOCK = 0x02, IF = 0x04, END = 0x0b, BR_IF = 0x0d, CALL = 0x10;

const LOCAL_GET = 0x20, GLOBAL_GET = 0x23, GLOBAL_SET = 0x24, I32_STORE = 0x36;

const I32_CONST = 0x41, I32_LESS = 0x48, I32_ADD = 0x6a, I32_SUB = 0x6b;

/**
 * Finds which parameters of AssemblyScript's exported functions are objects.
 *
 * @returns The indices by the names of functions that have such parameters; `undefined` if no
 * function shows any, such as without a garbage collector.
 */
export function managedParameters(
  bytes: Uint8Array,
  info: ModuleInfo,
): ReadonlyMap<string, readonly number[]> | undefined {
  const imported = info.imports.filter(({ kind }) => kind === "function").length;
  const bodies: { readonly from: number; readonly code: Reader }[] = [];
  eachSection(bytes, (id, _offset, code) => {
    if (id !== CODE_SECTION) return;
    for (let left = code.u32("code count"); left > 0; left--) {
      const body = code.range(code.u32("function body"), "function body");
      bodies.push({ from: body.position, code: body });
    }
  });
  const found = new Map<string, readonly number[]>();
  for (const item of info.exports) {
    const body = item.kind === "function" ? bodies[item.index - imported] : undefined;
    if (body === undefined) continue;
    body.code.position = body.from; // a function can be exported twice
    const kept = keptParameters(body.code);
    if (kept.length > 0) found.set(item.name, kept);
  }
  return found.size === 0 ? undefined : found;
}

/** Returns the parameters that a function stores on the shadow stack before anything else. */
function keptParameters(body: Reader): number[] {
  try {
    for (let groups = body.u32("local count"); groups > 0; groups--) {
      body.u32("local count");
      body.u8("local type");
    }
    const stack = readRoom(body);
    return stack === undefined ? [] : readStores(body, stack.global, stack.slots);
  } catch (error) {
    if (error instanceof WasmFormatError) return []; // a body of another form
    throw error;
  }
}

/** Reads `stack -= 4 * slots`. */
function readRoom(body: Reader): { readonly global: number; readonly slots: number } | undefined {
  if (body.u8("opcode") !== GLOBAL_GET) return undefined;
  const global = body.u32("global");
  if (body.u8("opcode") !== I32_CONST) return undefined;
  const size = body.s32("size");
  const calculates = body.u8("opcode");
  // In debug builds the compiler adds a negative number instead.
  const room = calculates === I32_SUB ? size : calculates === I32_ADD ? -size : 0;
  if (body.u8("opcode") !== GLOBAL_SET || body.u32("global") !== global) return undefined;
  return room > 0 && room % 4 === 0 ? { global, slots: room / 4 } : undefined;
}

/** Skips a block that ends the program, because the stack has overflowed. */
function skipAbort(body: Reader): void {
  body.s33("block type");
  for (let opcode = body.u8("opcode"); opcode !== END; opcode = body.u8("opcode")) {
    if (opcode === I32_CONST) body.s32("argument");
    else if (opcode === CALL) body.u32("index");
    else if (opcode !== UNREACHABLE) body.fail("opcode", body.position, "it is of another block");
  }
}

/** Reads the stores of parameters after the stack overflow check. */
function readStores(body: Reader, stack: number, slots: number): number[] {
  const kept: number[] = [];
  while (kept.length < slots) {
    const opcode = body.u8("opcode");
    if (opcode === BLOCK) body.s33("block type");
    else if (opcode === IF) skipAbort(body);
    else if (opcode === CALL || opcode === BR_IF) body.u32("index");
    else if (opcode !== GLOBAL_GET || body.u32("global") !== stack) return [];
    else {
      const next = body.u8("opcode");
      if (next === I32_CONST) { // the limit of the stack
        body.s32("limit");
        if (body.u8("opcode") !== I32_LESS) return [];
      } else if (next === LOCAL_GET) {
        kept.push(body.u32("local"));
        if (body.u8("opcode") !== I32_STORE) return [];
        body.u32("alignment");
        body.u32("offset");
      } else return [];
    }
  }
  return kept;
}
