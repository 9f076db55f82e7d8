import type { FunctionType } from "./binary/types.ts";
import { formatFunctionType } from "./binary/format.ts";
import type { Realm } from "./engine/realm.ts";
import type { WantedImport } from "./describe_import.ts";
import { GuestError } from "./errors.ts";
import { hostFunction } from "./host.ts";
import type { HostImports } from "./host_imports.ts";
import { PAGE_SIZE } from "./grow_memory.ts";

/** What a toolchain's own JavaScript would answer an import with. */
type Answer = (realm: () => Realm) => unknown;

/**
 * Imports that toolchains expect of their own JavaScript in the module `env`, and whose meaning is fixed, by name
 * and type. A value of the caller's goes before.
 */
const ANSWERS: Readonly<Record<string, Answer>> = {
  "abort (i32, i32, i32, i32) -> ()": () =>
    hostFunction({
      parameters: [ASSEMBLYSCRIPT_STRING, ASSEMBLYSCRIPT_STRING, "u32", "u32"],
      result: "void",
      arguments: [{ text: 0, as: "pointer" }, { text: 1, as: "pointer" }, { parameter: 2 }, {
        parameter: 3,
      }],
    }, (message, file, line, column) => {
      throw new GuestError(
        "guest-error",
        `Cannot go on: the guest aborted with ${JSON.stringify(message ?? "")} ` +
          `at ${file ?? "an unknown file"}:${line}:${column}`,
      );
    }),
  "seed () -> f64": () => () => Date.now() * Math.random(),
  "trace (i32, i32, f64, f64, f64, f64, f64) -> ()": () =>
    hostFunction({
      parameters: [ASSEMBLYSCRIPT_STRING, "u32", "f64", "f64", "f64", "f64", "f64"],
      result: "void",
      arguments: [
        { text: 0, as: "pointer" },
        ...[1, 2, 3, 4, 5, 6].map((parameter) => ({ parameter })),
      ],
    }, (message, count, ...numbers) => {
      console.error(["trace:", message ?? "", ...numbers.slice(0, count)].join(" "));
    }),
  "emscripten_notify_memory_growth (i32) -> ()": () => () => {},
  "emscripten_resize_heap (i32) -> i32": (realm) => (size: number) => {
    const { memory } = realm();
    try {
      memory.grow(Math.max(0, Math.ceil(((size >>> 0) - memory.size) / PAGE_SIZE)));
      return 1;
    } catch {
      return 0;
    }
  },
  "emscripten_memcpy_big (i32, i32, i32) -> ()": copyWithin,
  "emscripten_memcpy_js (i32, i32, i32) -> ()": copyWithin,
  "_emscripten_memcpy_js (i32, i32, i32) -> ()": copyWithin,
  "emscripten_get_now () -> f64": () => () => performance.now(),
  "emscripten_date_now () -> f64": () => () => Date.now(),
  "abort () -> ()": () => abort,
  "_abort_js () -> ()": () => abort,
};

/** A string of AssemblyScript's: UTF-16 with its length in bytes ahead of it. */
const ASSEMBLYSCRIPT_STRING = {
  type: "string",
  encoding: "utf-16",
  length: { prefix: "u32", offset: -4 },
  nullable: true,
} as const;

/** What a toolchain's own JavaScript would give for an import; nothing where it is not known. */
export function toolchainImport(item: WantedImport, host: HostImports): unknown {
  const { module, name, type } = item;
  if (module !== "env" || type === undefined || item.kind !== "function") return undefined;
  // Embind's classes and constants are for JavaScript that is not there: nobody asks for them.
  if (name.startsWith("_embind_register_") && (type as FunctionType).results.length === 0) {
    return () => {};
  }
  const key = `${name} ${formatFunctionType(type as FunctionType)}`;
  return Object.hasOwn(ANSWERS, key)
    ? ANSWERS[key]!(() => host.realmFor(`env.${name}`))
    : undefined;
}

function copyWithin(realm: () => Realm) {
  return (target: number, source: number, byteLength: number) => {
    const { memory } = realm();
    memory.writeBytes(target, memory.view(source, byteLength >>> 0));
  };
}

function abort(): never {
  throw new GuestError("guest-error", "Cannot go on: the guest aborted");
}
