// Only this file uses globals that some runtimes lack: an ordinary page has no SharedArrayBuffer,
// Node 20 and 22 have no JavaScript Promise Integration, and bundlers for pages reject imports of
// Node's modules. A test checks that no other file uses them.

import { Problem } from "./errors.ts";
import { isA } from "./show.ts";

const deno = (globalThis as { readonly Deno?: typeof Deno }).Deno;

/** The modules of Node that are used. */
interface NodeModules {
  readonly "node:fs": typeof import("node:fs");
  readonly "node:fs/promises": typeof import("node:fs/promises");
  readonly "node:url": typeof import("node:url");
  readonly "node:worker_threads": { readonly parentPort: Thread | null };
}

/** Returns `process`, if there is one. Deno creates it on first access. */
function nodeProcess() {
  return (globalThis as {
    readonly process?: {
      readonly versions?: { readonly node?: unknown };
      getBuiltinModule?<Name extends keyof NodeModules>(name: Name): NodeModules[Name];
    };
  }).process;
}

/**
 * Returns a Node module, which Deno and Bun have too; `undefined` in a page and in old versions of
 * Node.
 */
export function builtin<Name extends keyof NodeModules>(
  name: Name,
): NodeModules[Name] | undefined {
  // Unlike `import()`, this is not a problem for bundlers and for publishing.
  return nodeProcess()?.getBuiltinModule?.(name);
}

const byteLengthOfBuffer = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")!
  .get!;

/**
 * Returns whether a buffer is shared between threads, even in a page that hides the class of such
 * buffers.
 */
export function isShared(buffer: ArrayBufferLike): boolean {
  try {
    // This getter works only on an unshared buffer, whatever its prototype is.
    byteLengthOfBuffer.call(buffer);
    return false;
  } catch {
    return true;
  }
}

/** Returns all of a buffer, shared or not, as bytes; `undefined` for any other value. */
export function bytesOfBuffer(value: unknown): Uint8Array | undefined {
  if (!/^\[object (?:Shared)?ArrayBuffer\]$/.test(tagOf(value))) return undefined;
  // A value that only pretends to be a buffer is copied here, not wrapped.
  const bytes = new Uint8Array(value as ArrayBufferLike);
  return bytes.buffer === value ? bytes : undefined;
}

function tagOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return ""; // a proxy that was revoked
  }
}

export function isResponse(value: unknown): value is Response {
  return isA(value, globalThis.Response);
}

/** Parses `text` as a URL; `undefined` if it is not one. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text); // URL.parse is missing in Node 20
  } catch {
    return undefined;
  }
}

export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(base64); // missing in Node
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Makes an import that may return a promise, which the guest waits for. */
export function suspending(fn: unknown): WebAssembly.ImportValue {
  return new undeclared.Suspending!(fn);
}

/** Makes an export that returns a promise, because it may wait for an import. */
export function promising(fn: unknown): (...args: unknown[]) => unknown {
  return undeclared.promising!(fn);
}

export function isSuspending(value: unknown): boolean {
  return isA(value, undeclared.Suspending);
}

/** Returns whether `error` says that the engine could not suspend the guest. */
export function isSuspendError(error: unknown): boolean {
  return isA(error, undeclared.SuspendError);
}

/** Returns why no guest can wait, if this runtime does not support it. */
export function waitingProblem(what: string): Problem | undefined {
  const { Suspending, promising } = undeclared;
  if (Suspending !== undefined && promising !== undefined) return undefined;
  return new Problem({
    code: "asynchronous",
    part: "async",
    cannot: `Cannot wait in ${what}`,
    found: "this runtime has no WebAssembly.Suspending",
    expected: "Deno 2.4, Node 25, Bun 1.4, Chrome 137 or later",
  });
}

type ReadFile = (path: string | URL) => Promise<Uint8Array<ArrayBuffer>>;

/** Returns the runtime's function that reads files, if it has one. */
export function fileReader(): ReadFile | undefined {
  if (deno !== undefined) return (path) => deno.readFile(path);
  const fs = builtin("node:fs/promises");
  return fs && (async (path) => new Uint8Array(await fs.readFile(path)));
}

/** Returns why this runtime cannot read files, and what is `expected` instead, for errors. */
export function noFiles(expected: string): string {
  const version = nodeProcess()?.versions?.node;
  return typeof version === "string"
    ? `this is Node ${version}, expected Node 20.16, 22.3 or later, or ${expected}`
    : `this runtime has no files, expected ${expected}`;
}

/** Returns whether this is a page or its worker, in which relative URLs have a base. */
export function hasBaseUrl(): boolean {
  return globalThis.location !== undefined;
}

/** Deno's functions for files. */
export type DenoFiles = Pick<
  typeof Deno,
  | "linkSync"
  | "permissions"
  | "readTextFileSync"
  | "statSync"
  | "lstatSync"
  | "mkdirSync"
  | "openSync"
  | "permissions"
  | "readDirSync"
  | "readLinkSync"
  | "realPathSync"
  | "removeSync"
  | "renameSync"
  | "symlinkSync"
  | "utimeSync"
>;

export type DenoFile = ReturnType<DenoFiles["openSync"]>;

export type DenoStatus = ReturnType<DenoFiles["lstatSync"]>;

export function denoFiles(): DenoFiles | undefined {
  return deno;
}

export type NodeFiles = NodeModules["node:fs"];

export type NodeStatus = import("node:fs").BigIntStats;

/** Returns the function that sets the times of a link itself: Deno has it only in `node:fs`. */
export function linkTimes(): NodeFiles["lutimesSync"] | undefined {
  return builtin("node:fs")?.lutimesSync;
}

/** Returns a standard stream of the host, if it has one. */
export function standardStream(
  name: "stdout" | "stderr",
): { writeSync(bytes: Uint8Array): number } | undefined {
  if (deno !== undefined) return deno[name];
  const fs = builtin("node:fs");
  return fs && { writeSync: (bytes) => fs.writeSync(name === "stdout" ? 1 : 2, bytes) };
}

// Features of V8 that Deno's declarations of WebAssembly lack.

/** An exception that a guest threw. It is not an `Error`. */
interface WasmException {
  is(tag: unknown): boolean;
  getArg(tag: unknown, index: number): number | bigint;
}

interface Undeclared {
  /** Compiles synchronously, with options such as the builtins that the engine provides. */
  readonly Module: new (bytes: BufferSource, options: object) => WebAssembly.Module;
  /** Compiles on another thread, with the same options. */
  compile(bytes: BufferSource, options: object): Promise<WebAssembly.Module>;
  readonly Exception: abstract new (...args: never[]) => WasmException;
  readonly Tag: abstract new (...args: never[]) => object;
  // JavaScript Promise Integration, which not every runtime has: the functions above use it.
  /** The error of an engine that cannot suspend the guest. */
  readonly SuspendError?: abstract new (...args: never[]) => Error;
  readonly promising?: (fn: unknown) => (...args: unknown[]) => unknown;
  readonly Suspending?: new (fn: unknown) => WebAssembly.ImportValue;
}

/** {@linkcode WebAssembly} with the missing declarations. */
export const undeclared: Undeclared = WebAssembly as unknown as Undeclared;

/** A handle of another thread: a web worker, or a worker thread of Node. */
export interface Thread {
  postMessage(message: unknown): void;
  terminate?(): unknown;
  addEventListener?(type: "message" | "error", listener: (event: never) => void): void;
  on?(type: "message" | "error" | "exit", listener: (value: never) => void): unknown;
}

/** Returns the thread that started the current one. */
export function parentThread(): Thread | null {
  // Bun also has a global `postMessage` in Node's worker threads, which cannot receive messages.
  if ("WorkerGlobalScope" in globalThis) return globalThis as unknown as Thread;
  return builtin("node:worker_threads")?.parentPort ?? null;
}
