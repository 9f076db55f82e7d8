import type { FunctionType } from "../binary/types.ts";
import type { GuestMemory } from "../memory.ts";
import type { CapacityReport, CapacityRule } from "../conventions/capacity.ts";
import type { Place } from "../conventions/convention.ts";
import { GuestError, list, quote } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { CoreValue, Frame } from "./frame.ts";

/** A function of the guest. */
export type CoreFunction = (...args: CoreValue[]) => CoreValue;

/** One instance of a guest, as the engine needs to know it. */
export interface Realm {
  readonly memory: GuestMemory;
  readonly exports: WebAssembly.Exports;
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
  /** The type of an exported function, where the binary is known. */
  functionType(name: string): FunctionType | undefined;
  /** How the capacity of a buffer is known, and where to tell it. */
  capacity(
    place: Place & { kind: "buffer" },
  ): { readonly rule: CapacityRule; readonly report: CapacityReport };
  /** The address of zeroed bytes, aligned to 16, that are added to memory for the host. */
  reserve(byteLength: number): number;
  /** The guest's own stack, where it can be moved from outside. */
  readonly stack: Stack | undefined;
  /**
   * What an error that unwinds through the guest does: leave nothing behind (nothing can throw, or
   * the guest has no stack in memory), leave a stack pointer that is put back, or nobody knows.
   */
  readonly unwinds: "cleanly" | "restores" | "unknown";
  /** The asynchronous symbol that is being waited for: nothing else can be called meanwhile. */
  suspended: string | undefined;
  /** Begins a call: refused where the guest can't be called. */
  enter(symbol: string): void;
  /** Ends a call, however it ended. */
  leave(): void;
  /** Whether guest code may still be called. */
  readonly callable: boolean;
  /** Stops all further calls for the reason given, which is returned. */
  poison(reason: GuestError): GuestError;
}

/** The guest's shadow stack. */
export interface Stack {
  /** The stack pointer. */
  save(frame: Frame): CoreValue;
  restore(frame: Frame, pointer: CoreValue): void;
  /** Takes `byteLength` bytes, aligned to 16, and returns their address. */
  take(frame: Frame, byteLength: number): number;
}

/**
 * An exported function.
 *
 * @throws {GuestError} with the code `missing-export`.
 */
export function exportedFunction(realm: Realm, name: string): CoreFunction {
  const found = Object.hasOwn(realm.exports, name) ? realm.exports[name] : undefined;
  if (typeof found !== "function") throw missingExport(name, realm.exports, "function");
  return found as CoreFunction;
}

/** The error for an export that is not there: with the nearest name, and with what there is. */
export function missingExport(
  name: string,
  exports: WebAssembly.Exports,
  wanted: "function" | "function or global" | "memory",
): GuestError {
  const names = Object.keys(exports).filter((key) => isA(wanted, exports[key]));
  const near = nearest(name, names);
  return new GuestError(
    "missing-export",
    `Cannot find export ${quote(name)}: ` +
      (near === undefined ? "" : `did you mean ${quote(near)}? `) +
      `The guest exports ${wanted === "memory" ? "memories" : `${wanted}s`} ${list(names)}`,
    { export: name },
  );
}

function isA(wanted: string, value: unknown): boolean {
  if (wanted === "memory") return value instanceof WebAssembly.Memory;
  return typeof value === "function" ||
    (wanted !== "function" && value instanceof WebAssembly.Global);
}
