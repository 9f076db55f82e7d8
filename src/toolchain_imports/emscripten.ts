import { PAGE_SIZE } from "../grow_memory.ts";
import { hostFunction } from "../host.ts";
import type { HostImports } from "../host_imports.ts";
import type { GuestMemory } from "../memory.ts";
import type { Answers } from "../toolchain_imports.ts";
import { abortError } from "./abort_error.ts";

/** A string of C's. */
const STRING = {
  type: "string",
  encoding: "utf-8",
  pass: ["pointer"],
  length: "nul",
  nullable: true,
} as const;

/** What Emscripten imports from `env`, by name and type, where no file system is needed for it. */
export const EMSCRIPTEN: Answers = {
  "__assert_fail (i32, i32, i32, i32) -> ()": (host) =>
    hostFunction(
      { parameters: [STRING, STRING, "u32", STRING], result: "void" },
      (condition, file, line) => {
        throw abortError(host, { message: `Assertion failed: ${condition}`, file, line });
      },
    ),
  "abort () -> ()": giveUp,
  "_abort_js () -> ()": giveUp,
  "emscripten_notify_memory_growth (i32) -> ()": () => () => {},
  "emscripten_resize_heap (i32) -> i32": (host, name) => (size: number) =>
    growTo(size >>> 0, host.realmFor(name).memory),
  "emscripten_memcpy_big (i32, i32, i32) -> ()": copyWithin,
  "emscripten_memcpy_big (i32, i32, i32) -> i32": copyWithin,
  "emscripten_memcpy_js (i32, i32, i32) -> ()": copyWithin,
  "_emscripten_memcpy_js (i32, i32, i32) -> ()": copyWithin,
  "emscripten_get_now () -> f64": () => () => performance.now(),
  "emscripten_date_now () -> f64": () => () => Date.now(),
};

function giveUp(host: HostImports) {
  return () => {
    throw abortError(host, {});
  };
}

/** Answers 1 where memory has, or gets, `byteLength` bytes. */
function growTo(byteLength: number, memory: GuestMemory): 0 | 1 {
  const missing = byteLength - memory.size;
  if (missing <= 0) return 1;
  try {
    memory.grow(Math.ceil(missing / PAGE_SIZE));
    return 1;
  } catch {
    return 0;
  }
}

function copyWithin(host: HostImports, name: string) {
  return (target: number, source: number, byteLength: number) => {
    const { memory } = host.realmFor(name);
    memory.writeBytes(target, memory.view(source, byteLength >>> 0));
    return target;
  };
}
