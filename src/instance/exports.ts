import type { CoreFunction } from "../abi/core_value.ts";
import { nearest } from "../base/misnomers.ts";
import { orThrow, Problem } from "../base/errors.ts";
import { list, quote } from "../base/show.ts";
import type { FunctionType, ModuleInfo } from "../binary/types.ts";
import { stackFloor } from "../detect/capacity.ts";
import type { FrameValue } from "./frame.ts";
import type { Instance, Stack } from "./instance.ts";

/**
 * Returns an exported function, or a named function of the table; or a problem that lists the
 * existing names.
 */
export function findFunction({ exports, pointed }: Instance, name: string): CoreFunction | Problem {
  const found = Object.hasOwn(exports, name) ? exports[name] : pointed?.get(name)?.fn;
  return typeof found === "function"
    ? found as CoreFunction
    : missingExport(name, exports, "function");
}

/**
 * Returns an exported function.
 *
 * @throws {GuestError} with the code `missing-export`.
 */
export function exportedFunction(instance: Instance, name: string): CoreFunction {
  return orThrow(findFunction(instance, name));
}

/**
 * Compiles a call of an export, which first sets the number of arguments if the guest has optional
 * ones.
 *
 * @param passed The number of passed arguments; the export uses defaults for the others.
 * @param wrap Wraps the export before it is called.
 */
export function compileExportCall(
  instance: Instance,
  name: string,
  picks: readonly FrameValue[],
  passed = picks.length,
  wrap: (fn: CoreFunction) => CoreFunction = (fn) => fn,
): FrameValue {
  const call = compileInvoke(wrap(exportedFunction(instance, name)), picks);
  const count = compileCount(instance, name, passed);
  if (count === undefined) return call;
  return (frame) => {
    count();
    return call(frame);
  };
}

/**
 * Compiles the setting of the number of arguments; `undefined` if the guest has no optional ones.
 */
export function compileCount(
  { setArgumentsLength }: Instance,
  name: string,
  passed: number,
): (() => void) | undefined {
  if (setArgumentsLength === undefined) return undefined;
  const count = countOf(name, passed);
  return () => setArgumentsLength(count);
}

/** Returns the number of arguments that the guest counts, without the object of a method. */
export function countOf(name: string, passed: number): number {
  return name.includes("#") ? Math.max(0, passed - 1) : passed;
}

/** Makes the problem for a missing export, with the nearest name and the existing ones. */
export function missingExport(
  name: string,
  exports: WebAssembly.Exports,
  wanted: "function" | "function or global" | "global",
): Problem {
  const names = Object.keys(exports).filter((key) => isA(wanted, exports[key]));
  const near = nearest(name, names);
  return new Problem({
    code: "missing-export",
    part: "name",
    cannot: `Cannot find ${wanted === "global" ? wanted : "export"} ${quote(name)}`,
    found: (near === undefined ? "" : `did you mean ${quote(near)}? `) +
      `The guest exports ${wanted}s ${list(names)}`,
    export: name,
  });
}

function isA(wanted: string, value: unknown): boolean {
  return (wanted !== "global" && typeof value === "function") ||
    (wanted !== "function" && value instanceof WebAssembly.Global);
}

/**
 * Makes a call of `fn` with the values of `picks`. Each common arity has its own closure, because a
 * spread costs more than the call.
 */
export function compileInvoke(fn: CoreFunction, picks: readonly FrameValue[]): FrameValue {
  const [a, b, c, d] = picks as [FrameValue, FrameValue, FrameValue, FrameValue];
  switch (picks.length) {
    case 0:
      return (frame) => {
        frame.inside = true;
        const result = fn();
        frame.inside = false;
        return result;
      };
    case 1:
      return (frame) => {
        const first = a(frame);
        frame.inside = true;
        const result = fn(first);
        frame.inside = false;
        return result;
      };
    case 2:
      return (frame) => {
        const first = a(frame), second = b(frame);
        frame.inside = true;
        const result = fn(first, second);
        frame.inside = false;
        return result;
      };
    case 3:
      return (frame) => {
        const first = a(frame), second = b(frame), third = c(frame);
        frame.inside = true;
        const result = fn(first, second, third);
        frame.inside = false;
        return result;
      };
    case 4:
      return (frame) => {
        const first = a(frame), second = b(frame), third = c(frame), fourth = d(frame);
        frame.inside = true;
        const result = fn(first, second, third, fourth);
        frame.inside = false;
        return result;
      };
    default:
      return (frame) => {
        const args = picks.map((pick) => pick(frame));
        frame.inside = true;
        const result = fn(...args);
        frame.inside = false;
        return result;
      };
  }
}

/**
 * Converts `pick` to the type of parameter `index`: a bigint for `i64`, which is also assumed for
 * an unknown type if pointers are 64 bits wide.
 */
export function asParameter(
  pick: FrameValue<number | bigint>,
  type: FunctionType | undefined,
  index: number,
  address64 = false,
): FrameValue {
  const wide = type === undefined ? address64 : type.parameters[index] === "i64";
  return wide ? (frame) => BigInt(pick(frame)) : pick;
}

/** Returns the name of an export with its `*` replaced by the symbol's export. */
export function expandName(name: string, symbol: string): string {
  return name.replace("*", () => symbol);
}

/** Finds the setter of the number of arguments for the next call, in AssemblyScript. */
function findArgumentsLength(
  exports: WebAssembly.Exports,
): ((count: number) => void) | undefined {
  const { __setArgumentsLength: set, __argumentsLength: global } = exports;
  if (typeof set === "function") return set as (count: number) => void;
  if (!(global instanceof WebAssembly.Global)) return undefined;
  return (count) => global.value = count;
}

/**
 * The exports to call once before any other: a reactor's `_initialize`, C++ constructors that no
 * other export runs, and wasm-bindgen's start. A command runs only on demand.
 */
export function startupExports(exports: WebAssembly.Exports): string[] {
  const names = "_initialize" in exports
    ? ["_initialize"]
    : "__wasm_call_ctors" in exports && !("_start" in exports)
    ? ["__wasm_call_ctors"]
    : [];
  if ("__wbindgen_start" in exports) names.push("__wbindgen_start");
  return names;
}

/** Returns the types of the exported functions, as far as the binary is known. */
function functionTypes(info: ModuleInfo | undefined): ReadonlyMap<string, FunctionType> {
  const types = new Map<string, FunctionType>();
  for (const item of info?.exports ?? []) {
    if (item.kind === "function") types.set(item.name, item.type);
  }
  return types;
}

/** Returns whether the guest can reach any function that is not its own. */
function canCallHost(info: ModuleInfo | undefined): boolean {
  if (info === undefined) return true;
  // The host can put functions into a table, and pass them to a call.
  return info.imports.some(({ kind }) => kind === "function" || kind === "table") ||
    info.exports.some((item) =>
      item.kind === "table" ||
      (item.kind === "function" && item.type.parameters.some((type) => /func/.test(type)))
    );
}

/** Returns whether the guest may have a shadow stack, whose pointer is a mutable global. */
function mayHaveStack(info: ModuleInfo | undefined): boolean {
  return info === undefined ||
    info.globals.some(({ mutable, type }) => mutable && (type === "i32" || type === "i64"));
}

/** The facts that calls need, found in the exports and the binary. */
export interface ExportFacts {
  readonly types: ReadonlyMap<string, FunctionType>;
  readonly stack: Stack | undefined;
  readonly setArgumentsLength: ((count: number) => void) | undefined;
  /**
   * Whether an error may pass through the guest, and leave the stack pointer where it then was.
   */
  readonly canUnwind: boolean;
  readonly reenters: boolean;
}

/**
 * Finds the facts that calls need.
 *
 * @param findStack Finds the shadow stack; absent unless a guest may have one.
 */
export function readExports(
  exports: WebAssembly.Exports,
  info: ModuleInfo | undefined,
  findStack: ((exports: WebAssembly.Exports, floor: () => number) => Stack | undefined) | undefined,
): ExportFacts {
  const reenters = canCallHost(info);
  const throws = reenters || info!.tags.length > 0;
  return {
    types: functionTypes(info),
    stack: findStack?.(exports, () => stackFloor(info)),
    setArgumentsLength: findArgumentsLength(exports),
    canUnwind: throws && mayHaveStack(info),
    reenters,
  };
}
