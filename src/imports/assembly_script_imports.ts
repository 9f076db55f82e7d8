// The imports of AssemblyScript's standard library: its "builtins.ts", "bindings/dom.ts" and
// "bindings/node.ts". Until version 0.19 `Math` and `Date` were separate modules. The caller has to
// provide imports that would give a guest the host's own objects (`globalThis`, `Reflect`,
// `document`).

import { framesOf, GuestError, Problem } from "../base/errors.ts";
import { printable, quote } from "../base/show.ts";
import type { FunctionType, GlobalType } from "../binary/types.ts";
import type { ToolchainImports } from "./toolchain_imports.ts";
import { hostFunction } from "./host_function.ts";
import type { HostImports } from "./host_imports.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import { exitError } from "../wasi/modules.ts";

/** A string: UTF-16 with its length in bytes in front. */
const STRING = {
  type: "string",
  encoding: "utf-16",
  pass: ["pointer"],
  length: { prefix: "u32", offset: -4 },
  nullable: true,
} as const;

/** The methods of `console` that take one text. */
const CONSOLE = ["log", "debug", "info", "warn", "error", "time", "timeLog", "timeEnd"] as const;

/** The maximum number of random bytes that a browser returns at once. */
const MOST_RANDOM = 65536;

/** AssemblyScript's imports, by name and type. */
export const ASSEMBLY_SCRIPT: ToolchainImports = {
  "abort (i32, i32, i32, i32) -> ()": (host) =>
    hostFunction(
      { parameters: [STRING, STRING, "u32", "u32"], result: "void" },
      (message, file, line, column) => {
        throw abortError(host, { message, file, line, column });
      },
    ),
  "seed () -> f64": () => () => Date.now() * Math.random(),
  "trace (i32, i32, f64, f64, f64, f64, f64) -> ()": () =>
    hostFunction(
      { parameters: [STRING, "u32", "f64", "f64", "f64", "f64", "f64"], result: "void" },
      (message, count, ...numbers) => {
        // Standard output belongs to the program, and a trace is for debugging.
        console.error(["trace:", message ?? "", ...numbers.slice(0, count)].join(" "));
      },
    ),
  ...Object.fromEntries(CONSOLE.map((name) => [`console.${name} (i32) -> ()`, () => print(name)])),
  "console.assert (i32, i32) -> ()": () =>
    hostFunction(
      { parameters: ["bool", STRING], result: "void" },
      (condition, message) => console.assert(condition, message ?? ""),
    ),
  "Date.now () -> f64": () => () => Date.now(),
  "performance.now () -> f64": () => () => performance.now(),
  "crypto.getRandomValuesN (i32) -> i32": (host) => {
    const convention = host.context.convention();
    if (convention instanceof Problem || convention.name !== "AssemblyScript") return refuseBytes;
    return hostFunction(
      { parameters: ["u32"], result: { type: "bytes", class: "Uint8Array" } },
      randomBytes,
    );
  },
  "process.exit (i32) -> ()": (host) => (code: number) => {
    throw exit(host, code);
  },
};

function print(name: typeof CONSOLE[number]) {
  return hostFunction(
    { parameters: [STRING], result: "void" },
    // Looked up at each call, because a program can replace its console.
    (text) => console[name](text ?? ""),
  );
}

function randomBytes(count: number): Uint8Array {
  if (count > MOST_RANDOM) {
    throw new RangeError(`Cannot give ${count} random bytes: expected at most ${MOST_RANDOM}`);
  }
  return crypto.getRandomValues(new Uint8Array(count));
}

/** Throws in place of random bytes in a guest that cannot receive an object. */
function refuseBytes(): never {
  throw new GuestError(
    "missing-export",
    'Cannot give the guest random bytes: it exports no "__new", expected AssemblyScript\'s ' +
      "--exportRuntime when it is compiled",
    { export: "__new" },
  );
}

/** Makes the error for a guest that exits. */
function exit({ instance }: HostImports, code: number): GuestError {
  const error = exitError(code);
  return instance?.poison(error) ?? error;
}

/** Returns a function or a constant of `Math`, if the type fits: numbers alone. */
export function mathImport(name: string, { kind, type }: WantedImport): unknown {
  const key = name.slice("Math.".length) as keyof Math;
  const found = Object.hasOwn(Math, key) ? Math[key] : undefined;
  if (kind === "global") {
    const { type: value, mutable } = type as GlobalType;
    return typeof found === "number" && value === "f64" && !mutable ? found : undefined;
  }
  if (kind !== "function" || typeof found !== "function") return undefined;
  const { parameters, results } = type as FunctionType;
  const isOfNumbers = parameters.every((parameter) => parameter === "f64") &&
    results.length === 1 && results[0] === (key === "fround" ? "f32" : "f64");
  return isOfNumbers ? found : undefined;
}

/** The message of a guest that aborts. */
interface Abort {
  readonly message?: string | null;
  readonly file?: string | null;
  readonly line?: number;
  readonly column?: number;
}

/** Makes the error for a guest that aborts. The guest is poisoned, as by a trap. */
export function abortError(host: HostImports, abort: Abort): GuestError {
  const { message, file, line, column } = abort;
  const place = column === undefined ? line : `${line}:${column}`;
  const error = new GuestError(
    "abort",
    "Cannot continue: the guest aborted" +
      (typeof message === "string" ? ` with ${quote(message)}` : "") +
      (typeof file === "string" ? ` at ${printable(file)}:${place}` : ""),
    {
      guestMessage: message ?? undefined,
      details: { ...abort },
      frames: framesOf(new Error()),
    },
  );
  return host.instance?.poison(error) ?? error;
}
