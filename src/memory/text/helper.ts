import { decodeBase64, undeclared } from "../../base/runtime.ts";
import { PAGE_SIZE } from "../pointer.ts";
import type { ByteSource } from "./codec.ts";
import type { Staging, Utf8Helper } from "./helper_types.ts";

// The modules in `utf8_encode.wat` and `utf8_decode.wat`: testdata/helper.ts generates them.
// deno-fmt-ignore
export const UTF8_ENCODE_MODULE: string =
  "AGFzbQEAAAABSwxedwFgA29jAH8Bf2ADb39/AWRvYAJvfwF/YAJ/fwBgBG9/f38Bf2ACf38Bf2ADf39/An9/YAN/" +
  "f38Bf2ABfwF/YAF/AX5gAAJ/fwJzBQ53YXNtOmpzLXN0cmluZxFpbnRvQ2hhckNvZGVBcnJheQABDndhc206anMt" +
  "c3RyaW5nCXN1YnN0cmluZwACB3Bhc3NhZ2UEbG9uZQN/AAdwYXNzYWdlB3N0YWdpbmcCAAEHcGFzc2FnZQVndWVz" +
  "dAIAAAMLCgMEBQYGBwgJCgkG5AEMZAAAQYAg+wcAC38AQZCIAgt7AP0MAPgA+AD4APgA+AD4APgA+At7AP0MANgA" +
  "2ADYANgA2ADYANgA2At7AP0MwA/AD8APwA/AD8APwA/ADwt7AP0MPwA/AD8APwA/AD8APwA/AAt7AP0M4IDggOCA" +
  "4IDggOCA4IDggAt7AP0MgACAAIAAgACAAIAAgACAAAt7AP0MAAGAAgOABAWABgeACAmACgt7AP0MgIAAgIACgIAE" +
  "gIAGgIAIgAt7AP0MC4AMDYAOD4AAAAAAAAAAAAt7AP0MgAqAgAyAgA4AAAAAAAAAAAsHGwMFc3RhZ2UAAgdwdWJs" +
  "aXNoAAMFd3JpdGUABAq6Bwp6AQN/IwIhBANAIAFBgCBNBG8gAAUgACACIAJBgCBqEAELIwFBABAAIQMgAiADaiAB" +
  "SQRAQYCwA0GA+AMjASADQQFr+w0AcUYEQCADQQFrIQMLCyADIAQQBSEEIARBAEgEQEF/DwsgAiADaiECIAIgAUkN" +
  "AAsgBCMCawsMACAAIwIgAfwKAQALNAEBfyAAIwFBABAAQQAQBSEEIARBAEgEQEF+DwsgBCADSwRAQX8PCyACQQAg" +
  "BPwKAQAgBAtTAQV/IAAgARAGIQIgASACaiEBA0AgAiAAIAEQByEFIgQhBiAFIQEgBiECIAIgAEkEQCACIAAgARAI" +
  "IQMgAiADaiECIAEgA0EDbGohAQwBCwsgAQtuAQV/AkADQCACQQRqIABLDQEgAhAJIQMgAkEBahAJIQQgAkECahAJ" +
  "IQUgAkEDahAJIQZB/wAgAyAEciAFIAZyckkNASABIAJqIAMgBEEIdHIgBUEQdCAGQRh0cnI2AgAgAkEEaiECDAAL" +
  "AAsgAgvKAgEDfwJAA0AgACABTw0BA0AgABAJIQMgAEEBaiEAIANBgAFJBEAgAiADOgAAIAJBAWohAkEAIQUgACAB" +
  "SQ0BDAMLCyADQYAQSQRAIAJBwIECIANBBnYgA0E/cUEIdHJyOwEAIAJBAmohAgwBCyADQYDwA3FBgLADRgRAIAAg" +
  "AUkEQCAAEAlBgLgDayEEIANBgLgDSSAEQYAISXEEQCAAQQFqIQBBgICEZSADQQp0IARqaiEDIAJB8IGChHggA0ES" +
  "diADQYDgD3FBBHZyIANBwB9xQQp0IANBP3FBGHRycnI2AgAgAkEEaiECDAMLCyMARQRAQX9Bfw8LIwBBAkYEQEH9" +
  "/wMhAwsLIAJB4IECIANBDHYgA0HAH3FBAnRycjsBACACQYABIANBP3FyOgACIAJBA2ohAiAFQQFqIQUgBUEISQ0A" +
  "CwsgACACC7sBAgF/BHsgACEDAkADQCADQQhqIAFLDQEgAxAK/RIgA0EEahAK/R4BIQQgBCMD/U4hBSAFIwT9LSAF" +
  "/QwAAAAAAAAAAAAAAAAAAAAA/S39UP1TDQEjByAEQQz9jQEgBCMF/U5BAv2LAf1Q/VAhBiMIIAQjBv1O/VAhByAC" +
  "IAYjCf0OIAcjCv0O/VD9CwQAIAIgBiML/Q4gByMM/Q79UP1bAxAAIANBCGohAyACQRhqIQIMAAsACyADIABrCwkA" +
  "IwEgAPsNAAsTACAAEAutIABBAmoQC61CIIaECxEAIAAQCSAAQQFqEAlBEHRyCw==";

// deno-fmt-ignore
export const UTF8_DECODE_MODULE: string =
  "AGFzbQEAAAABIwZedwFgA2MAf38BZG9gAn9/AW9gAX8Bf2ACf38AYAJ/fwF/AkUDDndhc206anMtc3RyaW5nEWZy" +
  "b21DaGFyQ29kZUFycmF5AAEHcGFzc2FnZQRsb25lA38AB3Bhc3NhZ2UFZ3Vlc3QCAAADBgUCAwQFBQYLAWQAAEGA" +
  "IPsHAAsHEgIEcmVhZAABB2ZpbmROdWwABQqPBgW3AwEFfyAAIAFqIQMgACABEAQhAiAAIAJqIQACQANAIAMgAGsh" +
  "BCAERQRAIwFBACACEAAPCyAALQAAIQUgBUGAAUkEQCACIAUQAyACQQFqIQIgAEEBaiEADAELIAVB4AFJBEAgBUHC" +
  "AUkgBEECSXINAiAALQABIQYgBkHAAXFBgAFHDQIgAiAFQR9xQQZ0IAZBP3FyEAMgAkEBaiECIABBAmohAAwBCyAF" +
  "QfABSQRAIARBA0kNAiAALwEBIQYgBkHAgQNxQYCBAkcNAiAFQQ9xQQx0IAZBP3FBBnQgBkEIdkE/cXJyIQYgBkGA" +
  "EEkNAiAGQYDwA3FBgLADRgRAIwBBAUcNAyAGQYC4A08gAhACcQ0DCyACIAYQAyACQQFqIQIgAEEDaiEADAELIARB" +
  "BEkNASAAKAIAIQYgBkH4gYOGfHFB8IGChHhHDQEgBkEHcUESdCAGQYD+AHFBBHRyIAZBgID8AXFBCnYgBkEYdkE/" +
  "cXJyQYCABGshBiAGQYCAwABPDQEgAkGAsAMgBkEKdmoQAyACQQFqQYC4AyAGQf8HcWoQAyACQQJqIQIgAEEEaiEA" +
  "DAALAAvQcgsfACAARQRAQQAPC0GAsANBgPgDIwEgAEEBa/sNAHFGCwsAIwEgACAB+w4AC7kBAgF/AWQAIwEhAwJA" +
  "A0AgAkEIaiABSw0BQgAgACkDAEKAgYKEiJCgwIB/g1INASADIAIgAC0AAPsOACADIAJBAWogAC0AAfsOACADIAJB" +
  "AmogAC0AAvsOACADIAJBA2ogAC0AA/sOACADIAJBBGogAC0ABPsOACADIAJBBWogAC0ABfsOACADIAJBBmogAC0A" +
  "BvsOACADIAJBB2ogAC0AB/sOACACQQhqIQIgAEEIaiEADAALAAsgAgttAQJ/AkADQCABIAJrQRBPBED9DAAAAAAA" +
  "AAAAAAAAAAAAAAAgACACav0ABAD9I/1kIQMgAwRAIAIgA2hqDwsgAkEQaiECDAELIAIgAUYNASAAIAJqLQAARQRA" +
  "IAIPCyACQQFqIQIMAAsAC0F/Cw==";

// Compiled on first use, because it takes half a millisecond that `load` should not pay.
let utf8: { readonly encode: WebAssembly.Module; readonly decode: WebAssembly.Module } | undefined;

/**
 * Makes instances of both on the memory of `source`; `undefined` if the engine refuses.
 *
 * @param lone How lone surrogates are handled, as in `utf8_encode.wat`.
 */
export function createUtf8Helper(
  source: ByteSource,
  lone: 0 | 1 | 2 = 0,
): Utf8Helper | undefined {
  return attempt(() => {
    utf8 ??= { encode: compile(UTF8_ENCODE_MODULE), decode: compile(UTF8_DECODE_MODULE) };
    const guest = source.memory;
    return {
      ...instantiate(utf8.encode, { guest, staging: staging().memory, lone }),
      ...instantiate(utf8.decode, { guest, lone }),
    };
  }) as Utf8Helper | undefined;
}

/**
 * Calls `make`; `undefined` if the engine refuses, because it lacks the string builtins, or because
 * the memory is shared or 64-bit. Only the engine knows.
 */
export function attempt(make: () => WebAssembly.Exports): unknown {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Compiles a module with the string builtins. */
export function compile(base64: string): WebAssembly.Module {
  return new undeclared.Module(decodeBase64(base64), { builtins: ["js-string"] });
}

/** Makes an instance on memories and numbers. */
export function instantiate(
  module: WebAssembly.Module,
  passage: Record<string, WebAssembly.Memory | number>,
): WebAssembly.Exports {
  return new WebAssembly.Instance(module, { passage }).exports;
}

/**
 * The start of staged bytes, as in `utf8_encode.wat`, which says why, and `utf16.wat`. Short texts
 * use the memory before it.
 */
const STAGED = 33_808;

let one: Staging | undefined;

/** Returns the staging memory. All guests share it, because text stays there for only one pass. */
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
