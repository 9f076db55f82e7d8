import {
  ComponentError,
  GuestError,
  LoadError,
  MemoryRangeError,
  WasmFormatError,
} from "../base/errors.ts";
import type { CompiledGuest } from "../source/source_types.ts";

// What a pool of workers and its workers tell each other.

/** What a worker gets: the guest once, and then one call after another. */
export type Request =
  | { readonly compiled: CompiledGuest }
  | { readonly call: string; readonly args: readonly unknown[] };

/** What a worker sends: that it listens, that its guest is ready, and the outcome of each call. */
export type Reply =
  | { readonly state: "listening" | "ready" }
  | { readonly value: unknown }
  | Thrown;

/** What a call has thrown, with what the copy of an error lacks. */
export interface Thrown {
  readonly error: unknown;
  readonly thrown?: PackedError;
}

/** The parts of an error that the copy of one lacks. */
export interface PackedError {
  /** The class: `GuestError`. */
  readonly name: string;
  /** What it has besides its message and its stack: its code, and what the message shows. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const CLASSES: Readonly<Record<string, { readonly prototype: Error }>> = {
  ComponentError,
  GuestError,
  LoadError,
  MemoryRangeError,
  WasmFormatError,
};

/** The fields that the copy of an error has. */
const COPIED = ["name", "message", "stack", "cause"];

const UNCOPIED = Symbol("not copied");

/** Makes the reply for what a call has thrown: an error keeps its class, its code and its fields. */
export function packError(error: unknown): Thrown {
  if (!(error instanceof Error)) return { error: copyOr(error, () => String(error)) };
  const { name, message, stack } = error;
  const fields: Record<string, unknown> = {};
  for (const key of Object.getOwnPropertyNames(error)) {
    if (COPIED.includes(key)) continue;
    const value = copyOr(error[key as keyof Error], () => UNCOPIED);
    if (value !== UNCOPIED) fields[key] = value;
  }
  // An error with a cause that cannot be copied goes without it.
  return {
    error: copyOr(error, () => Object.assign(new Error(message), { stack })),
    thrown: { name, fields },
  };
}

/** Returns what a worker has thrown, as it was there. */
export function unpackError({ error, thrown }: Thrown): unknown {
  if (thrown === undefined) return error;
  const { name, fields } = thrown;
  const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  if (known !== undefined) Object.setPrototypeOf(error, known.prototype);
  const own = { value: name, configurable: true, enumerable: true, writable: true };
  if ((error as Error).name !== name) Object.defineProperty(error, "name", own);
  return Object.assign(error as Error, fields);
}

/** Copies a value as a message does, or returns another one for what cannot be copied. */
function copyOr(value: unknown, otherwise: () => unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return otherwise(); // it is a function, or has one
  }
}
