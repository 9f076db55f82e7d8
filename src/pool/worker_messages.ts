import {
  ComponentError,
  GuestError,
  LoadError,
  MemoryRangeError,
  WasmFormatError,
} from "../base/errors.ts";
import type { CompiledGuest } from "../source/source_types.ts";

// The messages between a pool of workers and its workers.

/** The messages to a worker: the guest once, and then one call after another. */
export type Request =
  | { readonly compiled: CompiledGuest }
  | { readonly call: string; readonly args: readonly unknown[] };

/**
 * The messages from a worker: that it is listening, that its guest is ready, and the outcome of
 * each call.
 */
export type Reply =
  | { readonly state: "listening" | "ready" }
  | { readonly value: unknown }
  | Thrown;

/** A value that a call has thrown, with the parts that the clone of an error lacks. */
export interface Thrown {
  readonly error: unknown;
  readonly thrown?: PackedError;
}

/** The parts of an error that its structured clone lacks. */
export interface PackedError {
  /** The class: `GuestError`. */
  readonly name: string;
  /** The fields besides message and stack: the code, and the data that the message shows. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The error that has caused this one. */
  readonly cause?: Thrown;
}

const CLASSES: Readonly<Record<string, { readonly prototype: Error }>> = {
  ComponentError,
  GuestError,
  LoadError,
  MemoryRangeError,
  WasmFormatError,
};

/** The fields that the structured clone of an error has. */
const COPIED = ["name", "message", "stack", "cause"];

const UNCOPIED = Symbol("not copied");

/** A cause deeper than this keeps no more than its clone has: causes can go in a circle. */
const MOST_CAUSES = 16;

/**
 * Packs a thrown value for a reply: an error keeps its class, its code and its fields, and so do
 * its causes.
 */
export function packError(error: unknown, depth = 0): Thrown {
  if (!(error instanceof Error)) return { error: copyOr(error, () => String(error)) };
  const { name, message, stack, cause } = error;
  const fields: Record<string, unknown> = {};
  for (const key of Object.getOwnPropertyNames(error)) {
    if (COPIED.includes(key)) continue;
    const value = copyOr(error[key as keyof Error], () => UNCOPIED);
    if (value !== UNCOPIED) fields[key] = value;
  }
  // A cause that cannot be copied is omitted.
  return {
    error: copyOr(error, () => Object.assign(new Error(message), { stack })),
    thrown: {
      name,
      fields,
      ...(cause instanceof Error && depth < MOST_CAUSES && { cause: packError(cause, depth + 1) }),
    },
  };
}

/** Restores a value that a worker has thrown. */
export function unpackError({ error, thrown }: Thrown): unknown {
  if (thrown === undefined) return error;
  const { name, fields, cause } = thrown;
  const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  if (known !== undefined) Object.setPrototypeOf(error, known.prototype);
  const own = { value: name, configurable: true, enumerable: true, writable: true };
  if ((error as Error).name !== name) Object.defineProperty(error, "name", own);
  if (cause !== undefined) {
    const value = unpackError(cause);
    Object.defineProperty(error, "cause", { value, configurable: true, writable: true });
  }
  return Object.assign(error as Error, fields);
}

/** Copies a value as a message does, or returns `otherwise()` if it cannot be copied. */
function copyOr(value: unknown, otherwise: () => unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return otherwise(); // it is a function, or has one
  }
}
