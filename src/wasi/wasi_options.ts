import type { BytesInput } from "../base/typed_arrays.ts";

/**
 * The destination for a guest's standard output or standard error: it is dropped (`"discard"`),
 * kept to be read later (`"capture"`), written to the host's own stream (`"inherit"`), or passed to
 * a function line by line, without the line feed.
 *
 * Kept output is bounded by the option `limits`: a guest that writes more than 64 MiB, unless set,
 * fails with a `GuestError`. A line of more than 64 KiB is passed on in parts.
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
 * of the host, or a folder in memory. With `readOnly: true` the guest can change nothing in a
 * directory of the host, and Deno only needs `--allow-read`.
 *
 * Each instance begins with the folder as it was given; `guest.wasi.files()` returns what the guest
 * made of it. What it makes there takes 256 MiB at most, or the number of bytes in the option
 * `limits: { files }`.
 */
export type WasiPreopen = string | URL | WasiFolder | {
  /** The path, or the `file:` URL. */
  readonly path: string | URL;
  /** Whether the guest can change nothing: `false` unless set. */
  readonly readOnly?: boolean | undefined;
};

/**
 * A source of standard input: text, which is passed on as UTF-8, or bytes. It is asked for a piece
 * whenever the guest reads and has used up the one before. It is a function, which returns
 * `undefined` or `null` at the end, an iterable, an async iterable, or a stream.
 *
 * It is read once: after a reset the guest goes on where it was. When the guest is closed, an
 * iterator is ended by its `return()`, and a stream is cancelled. A guest waits for the pieces of an
 * async iterable or a stream, so it has to be run by `run({ async: true })`, or called by a symbol
 * that is declared with `async: true`, or a component by `guest.asyncInterfaces`. What a source
 * throws reaches the guest's caller unchanged.
 */
export type WasiInputSource =
  | (() => string | BytesInput | undefined | null)
  | Iterable<string | BytesInput>
  | AsyncIterable<string | BytesInput>
  | ReadableStream<string | BytesInput>;

/** The contents of standard input, which are copied, or a source of them. */
export type WasiInput = string | BytesInput | WasiInputSource;

/**
 * Answers the requests of HTTP that a component sends: `fetch` itself, or a function that decides
 * which are sent. `undefined` denies a request, and so does a `ComponentError` with a case of
 * `error-code` as its payload, such as `{ tag: "HTTP-request-denied" }`.
 *
 * A request follows no redirection: the guest gets the response, and each request that it makes of it
 * is a new one.
 */
export type WasiFetch = (
  request: Request,
) => Response | undefined | PromiseLike<Response | undefined>;

/**
 * Grants for a guest that imports WASI (`wasi_snapshot_preview1`, `wasi_unstable`, or a component
 * the interfaces of WASI 0.2): nothing unless set. It always has the clock and random numbers.
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
  /** The arguments; by custom the first one is the program's name. */
  readonly args?: readonly string[] | undefined;
  /** The environment's variables. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * The directories that the guest can open, with everything in them, by the guest's paths: those
   * of the host, or folders in memory. One of the host needs `--allow-read`, and `--allow-write`
   * unless it is read-only; Deno's permissions also hold within it. No path and no link leads out
   * of it.
   */
  readonly preopens?: Readonly<Record<string, WasiPreopen>> | undefined;
  /** Standard input: empty unless set. */
  readonly stdin?: WasiInput | undefined;
  /**
   * Answers the requests of HTTP that a component sends: all are denied unless set. The guest waits for
   * responses, so it is called by `guest.asyncInterfaces` or run by `run({ async: true })`.
   */
  readonly fetch?: WasiFetch | undefined;
  /** The destination of standard output: `"discard"` unless set. */
  readonly stdout?: WasiSink | undefined;
  /** The destination of standard error: `"discard"` unless set. */
  readonly stderr?: WasiSink | undefined;
}
