import type { BlockSource } from "../abi/block_source.ts";
import type { FunctionDeclaration } from "../abi/declaration.ts";
import type { CoreFunction, CoreValue } from "../abi/core_value.ts";
import type { GuestFacts } from "../abi/plan.ts";
import type { GuestError } from "../base/errors.ts";
import type { CapReport, Limiter } from "../base/limits.ts";
import type { GlobalFunctions } from "../binary/global_module.ts";
import type { FunctionType, ModuleInfo } from "../binary/types.ts";
import type { CapacityReport, CapacityRule } from "../detect/capacity_types.ts";
import type { GuestMemory } from "../memory/guest_memory.ts";
import type { OnInvalid } from "../memory/text/codec.ts";
import type { Claim, Frame } from "./frame.ts";
import type { Unfreed } from "./unfreed.ts";

/** One instance of a guest, with the state that calls need. */
export interface Instance {
  readonly memory: GuestMemory;
  /** How invalid text is handled, if the caller of `load` set it. */
  readonly onInvalid?: OnInvalid | undefined;
  readonly exports: WebAssembly.Exports;
  /** The contents of the binary, if it is known. */
  readonly info: ModuleInfo | undefined;
  /** The values that the guest imports, if it imports any. */
  readonly imports: WebAssembly.Imports | undefined;
  /** The functions in the guest's table that the host calls, by the names that errors use. */
  pointed: Map<string, Pointed> | undefined;
  /** Makes functions for the guest's function pointers; absent unless a declaration has some. */
  functions: PointedFunctions | undefined;
  /** The lowest address of data: a value below it is not a pointer. */
  readonly lowest: number;
  /** The export that initialises the guest, if it has not run. */
  readonly unstarted: string | undefined;
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
  /** Returns the type of an exported function, if the binary is known. */
  functionType(name: string): FunctionType | undefined;
  /** Sets the number of the next call's arguments, if the guest has optional ones. */
  readonly setArgumentsLength: ((count: number) => void) | undefined;
  /**
   * Returns how to determine the capacity of a buffer, where to record it, and whether the buffer
   * is the convention's.
   */
  capacity(place: BlockSource & { kind: "buffer" }): {
    readonly rule: CapacityRule;
    readonly report: CapacityReport;
    readonly isConventions: boolean;
  };
  /** The number of bytes of host memory that the values of one call may currently take. */
  readonly resultLimit: number;
  /** The maximum size of strings that are passed as references, if the caller of `load` set it. */
  readonly referenceLimit: number | undefined;
  /**
   * The maximum number of bytes that one call passes to the guest, if the caller of `load` set it.
   */
  readonly inputLimit: number | undefined;
  /**
   * Returns the address of zeroed bytes, aligned to 16, that are added to memory for the host.
   * Symbols share the bytes for the same block source and turn; without a turn, new bytes are
   * added.
   */
  reserve(place: Reserved, turn?: number): number;
  /** The guest's shadow stack, if its pointer can be set from outside. */
  readonly stack: Stack | undefined;
  /**
   * The effect of an error that unwinds through the guest: it is harmless (nothing can throw, or
   * the guest has no stack in memory), it leaves a stack pointer that can be restored, or the
   * effect is unknown.
   */
  readonly unwinds: "cleanly" | "restores" | "unknown";
  // Assignments restore these after a call, because after a stack overflow in the host every
  // function call throws.

  /** The number of calls of the guest in progress; each restores the value that it found. */
  depth: number;
  /**
   * The number of calls from the guest to the host in progress; each restores the value that it
   * found.
   */
  hostDepth: number;
  /** The asynchronous symbol in progress, which is the outermost call. */
  pending: string | undefined;
  /** Rejects the promise of the asynchronous symbol while it waits. */
  giveUp: ((reason: unknown) => void) | undefined;
  /**
   * Why the guest can no longer be called: the error that ended it, or left it in an unknown state.
   */
  refusal: unknown;
  /**
   * Starts a call, or throws if the guest cannot be called.
   *
   * @returns the value of `depth` to restore when the call ends.
   */
  enter(symbol: string): number;
  /** Ends calls that reach a limit; absent without limits for calls. */
  limiter: Limiter | undefined;
  /** Reports how close memory and tables are to their limits; absent without such limits. */
  readonly caps?: CapReport | undefined;
  /** Whether the guest can call the host, which may then call the guest again. */
  readonly reenters: boolean;
  /** The ranges in memory that calls in progress still need, the last one first. */
  claim: Claim | undefined;
  readonly unfreed: Unfreed;
  /**
   * Returns the facts on which compiled plans depend, which are the same for every instance of the
   * module.
   */
  facts(): GuestFacts;
  /** An error that a host function threw and that the guest has not caught. */
  thrown: unknown;
  /** Whether guest code may still be called. */
  readonly callable: boolean;
  /** Makes the error for an action that needs guest code, which may no longer be called. */
  refuse(action: string, symbol: string): GuestError;
  /** Refuses all further calls for this reason, and returns it. */
  poison(reason: GuestError): GuestError;
}

/** A function in the guest's table. */
export interface Pointed {
  readonly fn: CoreFunction;
  readonly type: FunctionType;
}

/** Makes functions for the guest's function pointers. */
export interface PointedFunctions {
  /** Returns the reader for one declaration. */
  reader(declaration: FunctionDeclaration): FunctionReader;
}

/** Finds the functions of one declaration. */
export interface FunctionReader {
  /** Returns the function for a pointer, if it was read before. */
  known(pointer: number): CoreFunction | undefined;
  /**
   * Makes the function of a pointer.
   *
   * @param cannot The start of errors: `Cannot lift the result of "get_op"`.
   * @throws {GuestError} if the pointer is null, outside the table or that of another type.
   */
  read(pointer: number, cannot: string): CoreFunction;
}

/** The size of a block source that is added to memory. */
export interface Reserved {
  readonly reserve: number;
}

/** The guest's shadow stack. */
export interface Stack {
  /** Returns the stack pointer. */
  save(frame: Frame): CoreValue;
  restore(frame: Frame, pointer: CoreValue): void;
  /** Allocates `byteLength` bytes below the pointer, aligned to 16, and returns their address. */
  take(frame: Frame, byteLength: number, current?: CoreValue): number;
  /** Returns functions that read and set the stack pointer, for compiled calls. */
  functions(): GlobalFunctions;
  /** Returns the lowest address that can be allocated. */
  lowest(): number;
}
