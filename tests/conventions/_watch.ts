// Records the host's writes: every change of memory between two calls of the guest.

import { Buffer } from "node:buffer";

const PAGE_SIZE = 65536;
const NEW_PAGE = new Uint8Array(PAGE_SIZE);

// deno-lint-ignore no-explicit-any -- what stands in for the engine's own has other types
type Any = any;

/** A run of bytes. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Receives a guest's calls. */
export interface Watch {
  /** Called before guest code runs, with the host's writes since it last ran. */
  wrote(ranges: readonly Range[]): void;
  /** Called after guest code ran. */
  called(name: string, args: readonly unknown[], result: unknown): void;
}

/**
 * Runs `make`, so that the instances which it makes report their calls.
 *
 * @returns the result of `make`, and a function that compares memory for the last time.
 */
export async function watching<T>(
  watch: Watch,
  make: () => Promise<T>,
): Promise<[made: T, finish: () => void]> {
  const Original = WebAssembly.Instance;
  let memory: WebAssembly.Memory | undefined;
  let before = new Uint8Array();
  const compare = () => watch.wrote(changes(before, bytesOf(memory!)));
  const wrap = (name: string, fn: (...args: unknown[]) => unknown) => (...args: unknown[]) => {
    compare();
    try {
      const result = fn(...args);
      watch.called(name, args, result);
      return result;
    } finally {
      if (before.length !== memory!.buffer.byteLength) before = bytesOf(memory!).slice();
      else before.set(bytesOf(memory!));
    }
  };
  WebAssembly.Instance = function (module: WebAssembly.Module, imports: WebAssembly.Imports) {
    // The first instance is the guest's; later ones are the host's own helpers.
    if (memory !== undefined) return new Original(module, imports);
    const { exports } = new Original(module, imports);
    memory = exports.text ?? exports.memory ?? imports.env?.memory as Any;
    before = bytesOf(memory!).slice();
    const wrapped = Object.entries(exports).map(([name, value]) =>
      typeof value === "function" ? [name, wrap(name, value as Any)] : [name, value]
    );
    return { exports: Object.fromEntries(wrapped) };
  } as Any;
  try {
    return [await make(), compare];
  } finally {
    WebAssembly.Instance = Original;
  }
}

function bytesOf(memory: WebAssembly.Memory): Uint8Array {
  return new Uint8Array(memory.buffer);
}

/** Returns the runs of bytes that differ; added memory begins with zeros. */
function changes(before: Uint8Array, after: Uint8Array): Range[] {
  const ranges: Range[] = [];
  for (let page = 0; page < after.length; page += PAGE_SIZE) {
    const old = page < before.length ? before.subarray(page, page + PAGE_SIZE) : NEW_PAGE;
    const now = after.subarray(page, page + PAGE_SIZE);
    if (Buffer.compare(old, now) === 0) continue;
    for (let at = 0; at < PAGE_SIZE; at++) {
      const start = at;
      while (at < PAGE_SIZE && now[at] !== old[at]) at++;
      if (at > start) ranges.push({ start: page + start, end: page + at });
    }
  }
  return ranges;
}
