import { decodeBase64, undeclared } from "../../base/runtime.ts";
import { PAGE_SIZE } from "../pointer.ts";
import type { ByteSource } from "./codec.ts";
import type { Staging, Utf8Helper } from "./helper_types.ts";

// The modules in `utf8_encode.wat` and `utf8_decode.wat`: testdata/helper.ts generates them.
// deno-fmt-ignore
export const UTF8_ENCODE_MODULE: string =
  "AGFzbQEAAAABSwxedwFgA29jAH8Bf2ADb39/AWRvYAJvfwF/YAJ/fwBgBG9/f38Bf2ACf38Bf2ADf39/An9/YAN/" +
  "f38Bf2ABfwF/YAF/AX5gAAJ/fwJjBA53YXNtOmpzLXN0cmluZxFpbnRvQ2hhckNvZGVBcnJheQABDndhc206anMt" +
  "c3RyaW5nCXN1YnN0cmluZwACB3Bhc3NhZ2UHc3RhZ2luZwIAAQdwYXNzYWdlBWd1ZXN0AgAAAwsKAwQFBgYHCAkK" +
  "CQbkAQxkAABBgCD7BwALfwBBkIgCC3sA/QwA+AD4APgA+AD4APgA+AD4C3sA/QwA2ADYANgA2ADYANgA2ADYC3sA" +
  "/QzAD8APwA/AD8APwA/AD8APC3sA/Qw/AD8APwA/AD8APwA/AD8AC3sA/QzggOCA4IDggOCA4IDggOCAC3sA/QyA" +
  "AIAAgACAAIAAgACAAIAAC3sA/QwAAYACA4AEBYAGB4AICYAKC3sA/QyAgACAgAKAgASAgAaAgAiAC3sA/QwLgAwN" +
  "gA4PgAAAAAAAAAAAC3sA/QyACoCADICADgAAAAAAAAAACwcbAwVzdGFnZQACB3B1Ymxpc2gAAwV3cml0ZQAECqkH" +
  "CnoBA38jASEEA0AgAUGAIE0EbyAABSAAIAIgAkGAIGoQAQsjAEEAEAAhAyACIANqIAFJBEBBgLADQYD4AyMAIANB" +
  "AWv7DQBxRgRAIANBAWshAwsLIAMgBBAFIQQgBEEASARAQX8PCyACIANqIQIgAiABSQ0ACyAEIwFrCwwAIAAjASAB" +
  "/AoBAAs0AQF/IAAjAEEAEABBABAFIQQgBEEASARAQX4PCyAEIANLBEBBfw8LIAJBACAE/AoBACAEC1MBBX8gACAB" +
  "EAYhAiABIAJqIQEDQCACIAAgARAHIQUiBCEGIAUhASAGIQIgAiAASQRAIAIgACABEAghAyACIANqIQIgASADQQNs" +
  "aiEBDAELCyABC24BBX8CQANAIAJBBGogAEsNASACEAkhAyACQQFqEAkhBCACQQJqEAkhBSACQQNqEAkhBkH/ACAD" +
  "IARyIAUgBnJySQ0BIAEgAmogAyAEQQh0ciAFQRB0IAZBGHRycjYCACACQQRqIQIMAAsACyACC7kCAQN/AkADQCAA" +
  "IAFPDQEDQCAAEAkhAyAAQQFqIQAgA0GAAUkEQCACIAM6AAAgAkEBaiECQQAhBSAAIAFJDQEMAwsLIANBgBBJBEAg" +
  "AkHAgQIgA0EGdiADQT9xQQh0cnI7AQAgAkECaiECDAELIANBgPADcUGAsANHBEAgAkHggQIgA0EMdiADQcAfcUEC" +
  "dHJyOwEAIAJBgAEgA0E/cXI6AAIgAkEDaiECIAVBAWohBSAFQQhJDQEMAgsgACABSQRAIAAQCUGAuANrIQQgAEEB" +
  "aiEAIANBgLgDSSAEQYAISXEEQEGAgIRlIANBCnQgBGpqIQMgAkHwgYKEeCADQRJ2IANBgOAPcUEEdnIgA0HAH3FB" +
  "CnQgA0E/cUEYdHJycjYCACACQQRqIQIMAgsLQX9Bfw8LAAsgACACC7sBAgF/BHsgACEDAkADQCADQQhqIAFLDQEg" +
  "AxAK/RIgA0EEahAK/R4BIQQgBCMC/U4hBSAFIwP9LSAF/QwAAAAAAAAAAAAAAAAAAAAA/S39UP1TDQEjBiAEQQz9" +
  "jQEgBCME/U5BAv2LAf1Q/VAhBiMHIAQjBf1O/VAhByACIAYjCP0OIAcjCf0O/VD9CwQAIAIgBiMK/Q4gByML/Q79" +
  "UP1bAxAAIANBCGohAyACQRhqIQIMAAsACyADIABrCwkAIwAgAPsNAAsTACAAEAutIABBAmoQC61CIIaECxEAIAAQ" +
  "CSAAQQFqEAlBEHRyCw==";

// deno-fmt-ignore
export const UTF8_DECODE_MODULE: string =
  "AGFzbQEAAAABHgVedwFgA2MAf38BZG9gAn9/AW9gAn9/AGACf38BfwI1Ag53YXNtOmpzLXN0cmluZxFmcm9tQ2hh" +
  "ckNvZGVBcnJheQABB3Bhc3NhZ2UFZ3Vlc3QCAAADBQQCAwQEBgsBZAAAQYAg+wcACwcSAgRyZWFkAAEHZmluZE51" +
  "bAAECtkFBKEDAQV/IAAgAWohAyAAIAEQAyECIAAgAmohAAJAA0AgAyAAayEEIARFBEAjAEEAIAIQAA8LIAAtAAAh" +
  "BSAFQYABSQRAIAIgBRACIAJBAWohAiAAQQFqIQAMAQsgBUHgAUkEQCAFQcIBSSAEQQJJcg0CIAAtAAEhBiAGQcAB" +
  "cUGAAUcNAiACIAVBH3FBBnQgBkE/cXIQAiACQQFqIQIgAEECaiEADAELIAVB8AFJBEAgBEEDSQ0CIAAvAQEhBiAG" +
  "QcCBA3FBgIECRw0CIAVBD3FBDHQgBkE/cUEGdCAGQQh2QT9xcnIhBiAGQYAQSQ0CIAZBgPADcUGAsANGDQIgAiAG" +
  "EAIgAkEBaiECIABBA2ohAAwBCyAEQQRJDQEgACgCACEGIAZB+IGDhnxxQfCBgoR4Rw0BIAZBB3FBEnQgBkGA/gBx" +
  "QQR0ciAGQYCA/AFxQQp2IAZBGHZBP3FyckGAgARrIQYgBkGAgMAATw0BIAJBgLADIAZBCnZqEAIgAkEBakGAuAMg" +
  "BkH/B3FqEAIgAkECaiECIABBBGohAAwACwAL0HILCwAjACAAIAH7DgALuQECAX8BZAAjACEDAkADQCACQQhqIAFL" +
  "DQFCACAAKQMAQoCBgoSIkKDAgH+DUg0BIAMgAiAALQAA+w4AIAMgAkEBaiAALQAB+w4AIAMgAkECaiAALQAC+w4A" +
  "IAMgAkEDaiAALQAD+w4AIAMgAkEEaiAALQAE+w4AIAMgAkEFaiAALQAF+w4AIAMgAkEGaiAALQAG+w4AIAMgAkEH" +
  "aiAALQAH+w4AIAJBCGohAiAAQQhqIQAMAAsACyACC20BAn8CQANAIAEgAmtBEE8EQP0MAAAAAAAAAAAAAAAAAAAA" +
  "ACAAIAJq/QAEAP0j/WQhAyADBEAgAiADaGoPCyACQRBqIQIMAQsgAiABRg0BIAAgAmotAABFBEAgAg8LIAJBAWoh" +
  "AgwACwALQX8L";

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
