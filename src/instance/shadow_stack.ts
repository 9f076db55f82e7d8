import type { CoreFunction } from "../abi/core_value.ts";
import { GuestError } from "../base/errors.ts";
import { once } from "../base/lazy.ts";
import { hex } from "../base/show.ts";
import { type GlobalFunctions, globalFunctions } from "../binary/global_module.ts";
import { FARTHEST, toOffset } from "../memory/pointer.ts";
import { compileInvoke } from "./exports.ts";
import type { Frame, FrameValue } from "./frame.ts";
import type { Stack } from "./instance.ts";

/** Every toolchain's C ABI for wasm32 and wasm64 keeps the stack aligned to this many bytes. */
export const ALIGNMENT = 16;

/**
 * Finds a way to read and move the guest's stack pointer among its exports; nothing is taken below
 * `floor`.
 */
export function findStack(
  exports: WebAssembly.Exports,
  floor: () => number,
): Stack | undefined {
  const pointer = exports.__stack_pointer;
  if (pointer instanceof WebAssembly.Global && isMutable(pointer)) {
    const move: Move = (_frame, value) => pointer.value = value;
    return stackOf(() => pointer.value, move, floor, () => globalFunctions(pointer));
  }
  const save = exports.stackSave ?? exports.emscripten_stack_get_current;
  const restore = exports.stackRestore ?? exports._emscripten_stack_restore;
  if (typeof save === "function" && typeof restore === "function") {
    const current = compileInvoke(save as CoreFunction, []);
    const functions = { get: save, set: restore } as GlobalFunctions;
    return stackOf(current, callWith(restore as CoreFunction), floor, () => functions);
  }
  const move = exports.__wbindgen_add_to_stack_pointer;
  if (typeof move === "function") {
    const add = callWith(move as CoreFunction);
    const current: FrameValue = (frame) => add(frame, 0);
    const moveTo: Move = (frame, value) => add(frame, Number(value) - Number(current(frame)));
    const get = () => Number(move(0));
    const set = (value: number | bigint) => move(Number(value) - get());
    return stackOf(current, moveTo, floor, () => ({ get, set }));
  }
  return undefined;
}

type Move = (frame: Frame, value: unknown) => unknown;

function stackOf(
  save: FrameValue,
  move: Move,
  floor: () => number,
  functions: () => GlobalFunctions,
): Stack {
  const lowest = once(floor);
  return {
    save,
    restore: move,
    functions: once(functions),
    lowest,
    take(frame, byteLength, current = save(frame)) {
      const top = toOffset(current as number | bigint);
      const below = top - byteLength;
      const pointer = below - below % ALIGNMENT;
      if (pointer < lowest() || top >= FARTHEST) {
        const at = hex(typeof current === "bigint" ? BigInt.asUintN(64, current) : top);
        throw new GuestError(
          "out-of-memory",
          `Cannot take ${byteLength} bytes from the guest's stack: its pointer is at ${at}, and ` +
            (top >= FARTHEST
              ? "no memory reaches that far"
              : `static data ends at ${hex(lowest())}`),
        );
      }
      move(frame, typeof current === "bigint" ? BigInt(pointer) : pointer);
      return pointer;
    },
  };
}

function callWith(fn: CoreFunction): Move {
  return (frame, value) => {
    frame.inside = true;
    const result = fn(value);
    frame.inside = false;
    return result;
  };
}

function isMutable(global: WebAssembly.Global): boolean {
  try {
    // Writing the value back has no effect, and an immutable global throws.
    const { value } = global;
    global.value = value;
    return true;
  } catch {
    return false;
  }
}
