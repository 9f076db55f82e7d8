import type { BytesInput } from "../base/typed_arrays.ts";

/**
 * The destination for a guest's standard output or standard error: it is discarded (`"discard"`),
 * kept to be read later (`"capture"`), written to the host's own stream (`"inherit"`), or passed to
 * a function line by line, without the line feed.
 *
 * Captured output is limited by the option `limits`: a guest that writes more fails with a
 * `GuestError`. The default is 64 MiB. A line of more than 64 KiB is passed on in parts.
 *
 * A last line without a line feed is passed on when the command ends, or when the guest is reset or
 * closed. An error that the function throws reaches the guest's caller unchanged.
 */
export type WasiSink = "discard" | "capture" | "inherit" | ((line: string) => void);

/**
 * A folder in memory: bytes for each file, and an object for each folder in it, by their names. The
 * bytes are copied.
 */
export interface WasiFolder {
  /** A file's bytes, or a folder. */
  readonly [name: string]: Uint8Array | WasiFolder;
}

/**
 * A directory that is granted to a guest, with everything in it: the path or the `file:` URL of one
 * of the host, or a folder in memory. With `readOnly: true` the guest cannot change anything in a
 * directory of the host through this grant, and Deno needs only `--allow-read`.
 *
 * Each instance starts with the folder as you passed it; `guest.wasi.files()` returns its current
 * contents. The files that the guest makes there take at most 256 MiB, or the number of bytes in
 * the option `limits: { files }`.
 */
export type WasiPreopen = string | URL | WasiFolder | {
  /** The path, or the `file:` URL. */
  readonly path: string | URL;
  /** Whether the guest can only read: `false` unless set. */
  readonly readOnly?: boolean | undefined;
};

/**
 * A source of chunks for standard input. A chunk is text, which is encoded as UTF-8, or bytes. The
 * next chunk is requested when the guest reads and has consumed the previous one. The source is a
 * function, which returns `undefined` or `null` at the end, an iterable, an async iterable, or a
 * stream.
 *
 * It is read only once: after a reset the guest continues where it was. When the guest is closed,
 * `return()` of an iterator is called, and a stream is cancelled. A guest has to wait for the
 * chunks of an async iterable or a stream, so use `run({ async: true })`, a symbol that is declared
 * with `async: true`, or `guest.asyncInterfaces` of a component. An error that a source throws
 * reaches the guest's caller unchanged.
 */
export type WasiInputSource =
  | (() => string | BytesInput | undefined | null)
  | Iterable<string | BytesInput>
  | AsyncIterable<string | BytesInput>
  | ReadableStream<string | BytesInput>;

/** The contents of standard input, which are copied, or a source of them. */
export type WasiInput = string | BytesInput | WasiInputSource;

/**
 * Answers the HTTP requests that a component sends: `fetch` itself, or a function that decides
 * which requests are sent. To deny a request, return `undefined`, or throw a `ComponentError` with
 * a case of `error-code` as its payload, such as `{ tag: "HTTP-request-denied" }`.
 *
 * Redirects are not followed: the guest gets the response and can send a new request.
 */
export type WasiFetch = (
  request: Request,
) => Response | undefined | PromiseLike<Response | undefined>;

/**
 * Grants for a guest that imports WASI (`wasi_snapshot_preview1`, `wasi_unstable`, or a component
 * the interfaces of WASI 0.2): nothing unless set. It always has clocks and random numbers.
 *
 * @example
 * ```ts
 * import { load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * using guest = await load("testdata/wasi/hello.wasm", {
 *   wasi: { args: ["hello", "world"], stdout: "capture" },
 * });
 * assertEquals([guest.run(), guest.wasi?.stdout], [0, "Hello, world!\n"]);
 * ```
 */
export interface WasiOptions {
  /** The arguments; by convention the first one is the program's name. */
  readonly args?: readonly string[] | undefined;
  /** The environment variables. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * The directories that the guest can open, with everything in them, by the guest's paths: those
   * of the host, or folders in memory. A directory of the host needs `--allow-read`, and
   * `--allow-write` unless it is read-only; Deno's permissions also apply within it. No path and no
   * link leads out of it.
   */
  readonly preopens?: Readonly<Record<string, WasiPreopen>> | undefined;
  /** Standard input: empty unless set. */
  readonly stdin?: WasiInput | undefined;
  /**
   * Answers the HTTP requests that a component sends; all are denied unless set. The guest waits
   * for responses, so call it with `guest.asyncInterfaces` or `run({ async: true })`.
   */
  readonly fetch?: WasiFetch | undefined;
  /** The destination of standard output: `"discard"` unless set. */
  readonly stdout?: WasiSink | undefined;
  /** The destination of standard error: `"discard"` unless set. */
  readonly stderr?: WasiSink | undefined;
}
