import type { FunctionType } from "../binary/types.ts";
import type { CapacityReport, CapacityRule } from "../conventions/capacity.ts";
import type { Place } from "../conventions/convention.ts";
import { GuestError, list, nearest, quote } from "../errors.ts";
import type { GuestMemory } from "../memory.ts";
import type { KnownForm } from "./often.ts";
import type { GuestFacts } from "./plan.ts";
import type { Claim } from "./claim.ts";
import type { Unfreed } from "./unfreed.ts";

/** A function of the guest. */
export type CoreFunction = (...args: CoreValue[]) => CoreValue;

/** One instance of a guest, as the engine needs to know it. */
export interface Realm {
  readonly memory: GuestMemory;
  readonly exports: WebAssembly.Exports;
  /** The address below which nothing of the guest lies: what points there is no pointer. */
  readonly lowest: number;
  /** Whether it is a command that has not been run: nothing has set up what its exports may need. */
  readonly isUnstarted: boolean;
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
  /** The type of an exported function, where the binary is known. */
  functionType(name: string): FunctionType | undefined;
  /** Tells the guest how many arguments the next call has, if it wants to know: some are optional. */
  readonly setArgumentsLength: ((count: number) => void) | undefined;
  /** How the capacity of a buffer is known, where to tell it, and whether the buffer is the convention's. */
  capacity(place: Place & { kind: "buffer" }): {
    readonly rule: CapacityRule;
    readonly report: CapacityReport;
    readonly isConventions: boolean;
  };
  /** How many bytes of the host's memory the values of one call can take at this moment. */
  readonly resultLimit: number;
  /**
   * The address of zeroed bytes, aligned to 16, that are added to memory for the host: once for a
   * place and its turn, whichever symbol asks, or anew where there is no turn.
   */
  reserve(place: Reserved, turn?: number): number;
  /** The guest's own stack, where it can be moved from outside. */
  readonly stack: Stack | undefined;
  /**
   * What an error that unwinds through the guest does: leave nothing behind (nothing can throw, or
   * the guest has no stack in memory), leave a stack pointer that is put back, or nobody knows.
   */
  readonly unwinds: "cleanly" | "restores" | "unknown";
  // What a call leaves behind is put right by stores alone: where the host's stack has ended, any
  // function that is called throws, also one that is called to put things right.

  /** How many calls of the guest are in progress; each puts back what it found. */
  depth: number;
  /** How many calls of the host by the guest are in progress; each puts back what it found. */
  hostDepth: number;
  /** The asynchronous symbol that is in progress: the one call that is not within another. */
  pending: string | undefined;
  /** Rejects the promise of the asynchronous symbol, while that waits for it. */
  giveUp: ((reason: unknown) => void) | undefined;
  /** Why the guest is not called any more: what ended it, or how a call ended that left it unknown. */
  refusal: unknown;
  /**
   * Begins a call: refused where the guest can't be called.
   *
   * @returns what `depth` has to be when the call ends.
   */
  enter(symbol: string): number;
  /** Begins a call that can be waited for: only where no other is in progress. */
  enterAsync(symbol: string): number;
  /** Whether the guest can call the host, which may then call the guest again. */
  readonly reenters: boolean;
  /** The ranges of the guest's buffers that calls in progress still need, the last one first. */
  claim: Claim | undefined;
  readonly unfreed: Unfreed;
  /** What was made from source for a symbol or an import, for this instance or one before it. */
  knownForm(name: string): KnownForm;
  /** What a plan is compiled for: the same for every instance of the module. */
  facts(): GuestFacts;
  /** What a host function has thrown and the guest has not caught: the host's own, whatever it is. */
  thrown: unknown;
  /** Whether guest code may still be called. */
  readonly callable: boolean;
  /** The error for what can't be done, because guest code may not be called any more. */
  refuse(action: string, symbol: string): GuestError;
  /** Stops all further calls for the reason given, which is returned. */
  poison(reason: GuestError): GuestError;
}

/** How many bytes a place has that is added to memory. */
export interface Reserved {
  readonly reserve: number;
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

/**
 * Compiles a call of an export, which is told how many arguments it gets if the guest wants that.
 *
 * @param passed How many arguments are passed; the others are left to the export.
 * @param wrap Makes something else of the export before it is called.
 */
export function compileExportCall(
  realm: Realm,
  name: string,
  picks: readonly FrameValue[],
  passed = picks.length,
  wrap: (fn: CoreFunction) => CoreFunction = (fn) => fn,
): FrameValue {
  const call = compileInvoke(wrap(exportedFunction(realm, name)), picks);
  const count = compileCount(realm, name, passed);
  if (count === undefined) return call;
  return (frame) => {
    count();
    return call(frame);
  };
}

/** Compiles telling the guest how many arguments follow; nothing where it does not want to know. */
export function compileCount(
  { setArgumentsLength }: Realm,
  name: string,
  passed: number,
): (() => void) | undefined {
  if (setArgumentsLength === undefined) return undefined;
  // A method's object comes before its arguments.
  const count = name.includes("#") ? Math.max(0, passed - 1) : passed;
  return () => setArgumentsLength(count);
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

/** A value as it crosses between JavaScript and a guest: a number, a bigint or a reference. */
export type CoreValue = unknown;

/** A call of an export that frees, with its arguments. */
export interface Owed {
  readonly name: string;
  readonly fn: CoreFunction;
  readonly args: readonly CoreValue[];
}

/** What one call in progress knows. A call that is entered again has a frame of its own. */
export class Frame {
  /** Whether guest code is running: what is thrown then comes from the guest, or through it. */
  inside = false;
  /** What the caller passed. */
  args: readonly unknown[] = [];
  /** What the export returned. */
  result: CoreValue = undefined;
  /** What the call returns to the caller. */
  value: unknown = undefined;
  /** The address of the result's text, if the guest was asked for it already. */
  at: number | undefined = undefined;
  /** The core value of each parameter that is a number or a reference. */
  readonly values: CoreValue[] = [];
  /** The block of each parameter of text or bytes, then the return area, then the output buffer. */
  readonly pointers: number[] = [];
  /** The length of what lies in each block, in bytes, without a NUL after it. */
  readonly byteLengths: number[] = [];
  /** The same in what the guest counts in. */
  readonly codeUnits: number[] = [];
  /** The size of each block in bytes, with a NUL after the text. */
  readonly sizes: number[] = [];
  /** Whether this call has to give each block back. */
  readonly held: boolean[] = [];
  /** The block that an allocator or a freeing export is being called for. */
  blockPointer = 0;
  blockByteLength = 0;
  blockCodeUnits = 0;
  /** How many bytes of the host's memory the values take that the call has lifted so far. */
  taken = 0;
  /** How many items of lists were given back unread. */
  dropped = 0;
  /** The calls that free what results share: each is made once. */
  readonly owed: Owed[] = [];
  /** The export that frees, while it runs. */
  freeing: string | undefined = undefined;
  /** What the call returns, while what it held is given back. */
  lifted: unknown = undefined;
  /** The guest's stack pointer before the call, where it has to be put back. */
  stackPointer: CoreValue = undefined;
  /** What each block of this call claims of the guest's buffers, and what others had claimed before. */
  readonly claims: (Claim | undefined)[] = [];
  outerClaim: Claim | undefined = undefined;
}

/** Something read from a frame. */
export type FrameValue<T = CoreValue> = (frame: Frame) => T;

/**
 * A call of `fn` with what `picks` give. The arities that exports have in practice get a closure
 * each: a spread costs more than the call.
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
 * `pick` as the type of parameter `index` asks for it: a bigint for `i64`, which an unknown type is
 * taken to have where pointers are 64 bits wide.
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

/** The error for a start function that needs the host to know its instance. */
export function unbornError(name: string): GuestError {
  return new GuestError(
    "busy",
    `Cannot call import ${quote(name)}: the guest is still being instantiated, and its memory is ` +
      "not known yet",
  );
}

/**
 * Throws where the guest has ended and goes on all the same: it caught its own end, or the host that
 * it has called called it and dealt with a trap.
 *
 * @param realm The instance, as soon as there is one.
 * @param name The import.
 */
export function checkCallable(
  realm: Realm | undefined,
  action: "call" | "return from",
  name: string,
): void {
  if (realm === undefined || realm.callable) return;
  throw realm.refuse(`${action} import ${quote(name)}`, name);
}

/** Whether what a host function returned has to be waited for. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    return typeof (value as { readonly then?: unknown }).then === "function";
  } catch {
    return false; // whoever looks at it next says what it is
  }
}

/** Keeps a promise that nobody waits for from ending the program by its rejection. */
export function silence(promise: PromiseLike<unknown>): void {
  Promise.resolve(promise).catch(() => {});
}

/** What is lifted, as errors name it: what was said, or the result of a symbol. */
export function subjectOf(
  { subject, symbol }: { readonly subject?: string; readonly symbol: string },
): string {
  return subject ?? `the result of ${quote(symbol)}`;
}
