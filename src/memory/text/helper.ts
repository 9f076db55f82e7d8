import { decodeBase64, undeclared } from "../../base/runtime.ts";
import { PAGE_SIZE } from "../pointer.ts";
import type { ByteSource } from "./codec.ts";
import { UTF8_DECODE_MODULE, UTF8_ENCODE_MODULE } from "./helper_modules.ts";
import type { Staging, Utf8Helper } from "./helper_types.ts";

// Compiled once, when the first text passes: it takes half a millisecond that `load` can spare.
let utf8: { readonly encode: WebAssembly.Module; readonly decode: WebAssembly.Module } | undefined;

/** Makes instances of both on the memory of `source`; `undefined` if the engine refuses. */
export function createUtf8Helper(source: ByteSource): Utf8Helper | undefined {
  return attempt(() => {
    utf8 ??= { encode: compile(UTF8_ENCODE_MODULE), decode: compile(UTF8_DECODE_MODULE) };
    const guest = source.memory;
    return {
      ...instantiate(utf8.encode, { guest, staging: staging().memory }),
      ...instantiate(utf8.decode, { guest }),
    };
  }) as Utf8Helper | undefined;
}

/**
 * Calls `make`; `undefined` if the engine refuses, because it lacks the builtins for strings, or
 * because the memory is shared or has 64-bit pointers. No check of ours would know better.
 */
export function attempt(make: () => WebAssembly.Exports): unknown {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Compiles a module with the builtins for strings. */
export function compile(base64: string): WebAssembly.Module {
  return new undeclared.Module(decodeBase64(base64), { builtins: ["js-string"] });
}

/** Makes an instance on memories. */
export function instantiate(
  module: WebAssembly.Module,
  memories: Record<string, WebAssembly.Memory>,
): WebAssembly.Exports {
  return new WebAssembly.Instance(module, { passage: memories }).exports;
}

/**
 * The start of staged bytes, as in `utf8_encode.wat`, which says why, and `utf16.wat`. Short texts
 * use the memory before it.
 */
const STAGED = 33_808;

let one: Staging | undefined;

/** Returns the staging memory. All guests share one, because text stays there for one pass only. */
export function staging(): Staging {
  return one ??= createStaging();
}

function createStaging(): Staging {
  const memory = new WebAssembly.Memory({ initial: 1 });
  let view = new Uint8Array(memory.buffer, STAGED);
  return {
    memory,
    text: undefined,
    byteLength: 0,
    reserve(byteLength) {
      if (byteLength > view.length) {
        memory.grow(Math.ceil((byteLength - view.length) / PAGE_SIZE));
        view = new Uint8Array(memory.buffer, STAGED);
      }
      return view;
    },
  };
}
