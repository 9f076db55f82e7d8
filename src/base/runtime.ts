// What one runtime or another lacks. Nothing but this file names it: an ordinary page has no
// SharedArrayBuffer, Node 20 and 22 have no JavaScript Promise Integration, and bundlers for pages
// refuse modules of Node. A test looks for such names elsewhere.

import { GuestError } from "./errors.ts";
import { isA, quote } from "./show.ts";
import { undeclared } from "./webassembly.ts";

/** Deno's own interface: absent in all other runtimes. */
const deno = (globalThis as { readonly Deno?: typeof Deno }).Deno;

/** What Node and Bun say of themselves. Deno does so too, but makes it when it is first asked for. */
function nodeProcess() {
  return (globalThis as {
    readonly process?: {
      readonly versions?: { readonly node?: unknown };
      getBuiltinModule?(name: "node:fs"): typeof import("node:fs");
    };
  }).process;
}

const byteLengthOfBuffer = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")!
  .get!;

/** Whether a buffer is shared between threads, also where a page hides the class of such buffers. */
export function isShared(buffer: ArrayBufferLike): boolean {
  try {
    // Only a buffer that is not shared answers this, whatever its prototype is.
    byteLengthOfBuffer.call(buffer);
    return false;
  } catch {
    return true;
  }
}

/** All of a buffer, shared or not, as bytes; nothing for a value of any other kind. */
export function bytesOfBuffer(value: unknown): Uint8Array | undefined {
  if (!/^\[object (?:Shared)?ArrayBuffer\]$/.test(tagOf(value))) return undefined;
  // What only calls itself a buffer is copied here, not wrapped.
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

/** Whether `value` is a response of `fetch`. */
export function isResponse(value: unknown): value is Response {
  return isA(value, globalThis.Response);
}

/** The URL that `text` is, if it is one. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text); // URL.parse is missing in Node 20
  } catch {
    return undefined;
  }
}

/** The bytes that `base64` stands for. */
export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(base64); // missing in Node
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Makes an import that may return a promise, which the guest waits for. */
export function suspending(fn: unknown, name: string): WebAssembly.ImportValue {
  const { Suspending } = undeclared;
  if (Suspending === undefined) throw noWaitingError(`import ${quote(name)}`);
  return new Suspending(fn);
}

/** Makes an export that returns a promise, because it may wait for an import. */
export function promising(fn: unknown, name: string): (...args: unknown[]) => unknown {
  if (undeclared.promising === undefined) throw noWaitingError(quote(name));
  return undeclared.promising(fn);
}

/** Whether `value` is an import that may return a promise. */
export function isSuspending(value: unknown): boolean {
  return isA(value, undeclared.Suspending);
}

/** Whether the engine could not make the guest wait. */
export function isSuspendError(error: unknown): boolean {
  return isA(error, undeclared.SuspendError);
}

function noWaitingError(what: string): GuestError {
  return new GuestError(
    "asynchronous",
    `Cannot wait in ${what}: this runtime has no WebAssembly.Suspending, expected Deno 2.4, ` +
      "Node 24, Chrome 137 or later",
  );
}

/** Reads a file. */
type ReadFile = (path: string | URL) => Promise<Uint8Array<ArrayBuffer>>;

/** What reads files, if anything does. */
export function fileReader(): ReadFile | undefined {
  if (deno !== undefined) return (path) => deno.readFile(path);
  if (typeof nodeProcess()?.versions?.node !== "string") return undefined;
  return async (path) => {
    const { readFile } = await importBuiltin<typeof import("node:fs/promises")>("fs/promises");
    return new Uint8Array(await readFile(path));
  };
}

/** Whether this is a page or a worker of one, in which text that is no whole URL is a relative one. */
export function hasBaseUrl(): boolean {
  return globalThis.location !== undefined;
}

/** A module of Node's, which Deno and Bun have too. */
export async function importBuiltin<T>(name: string): Promise<T> {
  // Bundlers for pages refuse a name that they can read, also where it is never imported.
  return await import(/* @vite-ignore */ /* webpackIgnore: true */ `node:${name}`);
}

/** What looks at the directories that a guest is granted. */
export type DirectoryFunctions = Pick<
  typeof Deno,
  "lstatSync" | "readLinkSync" | "realPathSync" | "statSync"
>;

/** What looks at directories: Deno's, because no other runtime is known to keep a guest within them. */
export function directoryFunctions(): DirectoryFunctions | undefined {
  return deno;
}

/** A standard stream of the host, if it has any. */
export function standardStream(
  name: "stdout" | "stderr",
): { writeSync(bytes: Uint8Array): number } | undefined {
  if (deno !== undefined) return deno[name];
  const fs = nodeProcess()?.getBuiltinModule?.("node:fs");
  return fs && { writeSync: (bytes) => fs.writeSync(name === "stdout" ? 1 : 2, bytes) };
}

/** Blocks the thread. */
export function sleep(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  try {
    // Memory is shared also where a page hides SharedArrayBuffer.
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    Atomics.wait(new Int32Array(buffer), 0, 0, milliseconds);
  } catch {
    // The main thread of a page may not wait, but it can be busy.
    while (performance.now() < end);
  }
}
