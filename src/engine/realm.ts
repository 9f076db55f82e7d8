import type { FunctionType } from "../binary/types.ts";
import type { CapacityReport, CapacityRule } from "../conventions/capacity.ts";
import type { Place } from "../conventions/convention.ts";
import { GuestError, list, nearest, quote } from "../errors.ts";
import type { GuestMemory } from "../memory.ts";
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
  /**
   * Begins a call: refused where the guest can't be called.
   *
   * @returns what `leave` has to be told: not even a stack that overflows leaves a call in progress.
   */
  enter(symbol: string): number;
  /** Begins a call that can be waited for: only where no other is in progress. */
  enterAsync(symbol: string): number;
  /** Ends a call, however it ended. */
  leave(before: number): void;
  /** The guest calls the host, which may call it again until it returns. */
  enterHost(): number;
  /** The host returns to the guest, or throws. */
  leaveHost(before: number): void;
  /** What a host function has thrown and the guest has not caught: the host's own, whatever it is. */
  thrown: unknown;
  /** Whether guest code may still be called. */
  readonly callable: boolean;
  /** The error for what can't be done, because guest code may not be called any more. */
  refuse(action: string, symbol: string): GuestError;
  /** Stops all further calls for the reason given, which is returned. */
  poison(reason: GuestError): GuestError;
}

/** The guest's shadow stack. */
export interface Stack {
  /** The stack pointer. */
  save(frame: Frame): CoreValue;
  restore(frame: Frame, pointer: CoreValue): void;
  /** Takes `byteLength` bytes below where the pointer is, aligned to 16, and returns their address. */
  take(frame: Frame, byteLength: number, current?: CoreValue): number;
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
