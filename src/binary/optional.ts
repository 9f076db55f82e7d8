// How AssemblyScript compiles optional parameters: the host passes the number of arguments to
// `__setArgumentsLength`, and the export starts with a jump table on that number.
// https://www.assemblyscript.org/compiler.html, "Host bindings".

import { u32 } from "./function_module.ts";
import { HEADER_BYTES, Reader } from "./reader.ts";
import type { FunctionType, ModuleInfo } from "./types.ts";

/**
 * The export that sets the number of arguments, or the global itself if globals can be exported.
 */
const SETTER = "__setArgumentsLength";

const GLOBAL = "__argumentsLength";

const LOCAL_GET = 0x20, GLOBAL_GET = 0x23, GLOBAL_SET = 0x24;

const CALL = 0x10, BR_TABLE = 0x0e, I32_CONST = 0x41, I32_SUB = 0x6b;

/** The body of a function in the binary. */
interface Body {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the exports with optional arguments. Only AssemblyScript guests that have some load this
 * file.
 *
 * @param bytes The binary.
 * @param info The contents of the binary.
 * @returns The minimum number of arguments of each of them.
 */
export function readOptional(bytes: Uint8Array, info: ModuleInfo): ReadonlyMap<string, number> {
  const bodies = findBodies(bytes);
  const imported = info.functions.length - bodies.length;
  const found = new Map<string, number>();
  const global = findGlobal(bytes, info, (index) => bodies[index - imported]);
  if (global === undefined) return found;
  const get = [GLOBAL_GET, ...u32(global)], set = [GLOBAL_SET, ...u32(global)];

  /**
   * Returns the minimum from the function's own jump table, before it calls other functions with
   * optional arguments.
   */
  function leastOf({ start, end }: Body): number | undefined {
    const at = indexOf(bytes, get, start, indexOf(bytes, set, start, end));
    return readJump(bytes, at + get.length, end);
  }

  for (const item of info.exports) {
    if (item.kind !== "function" || item.type.parameters.length === 0) continue;
    const body = bodies[item.index - imported];
    if (body === undefined) continue;
    const least = leastOf(body) ??
      calledBy(bytes, { start: body.start, end: indexOf(bytes, set, body.start, body.end) })
        .filter((index) => isAlike(info.functions[index], item.type))
        .map((index) => bodies[index - imported])
        .map((callee) => callee && leastOf(callee))
        .find((least) => least !== undefined);
    if (least !== undefined) found.set(item.name, least);
  }
  return found;
}

const CODE_SECTION = 10;

/** Finds the bodies in the code section of a module that the engine has accepted. */
function findBodies(bytes: Uint8Array): Body[] {
  const bodies: Body[] = [];
  const reader = new Reader(bytes, HEADER_BYTES);
  while (reader.remaining > 0) {
    const id = reader.u8("section id");
    const section = reader.range(reader.u32("section"), "section");
    if (id !== CODE_SECTION) continue;
    for (let left = section.u32("code count"); left > 0; left--) {
      const { position: start, end } = section.range(section.u32("function body"), "function body");
      bodies.push({ start, end });
    }
  }
  return bodies;
}

/**
 * Finds the global with the number of arguments: an exported global, or the one that the setter
 * sets.
 */
function findGlobal(
  bytes: Uint8Array,
  { exports }: ModuleInfo,
  bodyOf: (index: number) => Body | undefined,
): number | undefined {
  const global = exports.find(({ kind, name }) => kind === "global" && name === GLOBAL);
  if (global !== undefined) return global.index;
  const setter = exports.find(({ kind, name }) => kind === "function" && name === SETTER);
  const body = setter && bodyOf(setter.index);
  if (body === undefined) return undefined;
  const begin = [0, LOCAL_GET, 0, GLOBAL_SET];
  const isSetter = indexOf(bytes, begin, body.start, body.end) === body.start;
  return isSetter ? readLeb(bytes, body.start + begin.length) : undefined;
}

/**
 * Reads the minimum number of arguments from the jump at `at`: 0, or the number that is subtracted.
 */
function readJump(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (at >= end) return undefined;
  if (bytes[at] === BR_TABLE) return 0;
  const [opcode, least = 0, subtract, jump] = bytes.subarray(at, at + 4);
  // One byte carries an `i32.const` up to 63, which is more than any function has.
  const isJump = opcode === I32_CONST && least < 64 && subtract === I32_SUB && jump === BR_TABLE;
  return isJump ? least : undefined;
}

/** Returns the functions that may be called in a range, because an export can be a wrapper. */
function calledBy(bytes: Uint8Array, { start, end }: Body): number[] {
  const found: number[] = [];
  for (let at = start; at < end; at++) {
    if (bytes[at] === CALL) found.push(readLeb(bytes, at + 1));
  }
  return found;
}

function isAlike(type: FunctionType | undefined, other: FunctionType): boolean {
  return type !== undefined && `${type.parameters}>${type.results}` ===
      `${other.parameters}>${other.results}`;
}

/** Returns the start of `pattern` in a range, or the end of the range. */
function indexOf(
  bytes: Uint8Array,
  pattern: readonly number[],
  start: number,
  end: number,
): number {
  for (let at = start; at + pattern.length <= end; at++) {
    if (pattern.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return end;
}

function readLeb(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return value;
}
