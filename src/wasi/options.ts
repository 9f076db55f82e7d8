/**
 * What becomes of what a guest writes to its standard output or standard error: nothing
 * (`"discard"`), it is kept and can be asked for (`"capture"`), it goes where the host's own goes
 * (`"inherit"`), or a function gets it line by line, without the line feed.
 *
 * What is kept is bounded by the option `limits`: a guest that writes more than 64 MiB, unless set,
 * fails with a `GuestError`, and a line of more than 64 KiB is handed over in parts.
 *
 * A last line without a line feed is handed over when the command ends, or when the guest is reset
 * or closed. What the function throws reaches whoever called the guest.
 */
export type WasiSink = "discard" | "capture" | "inherit" | ((line: string) => void);

/**
 * What a guest that imports WASI (`wasi_snapshot_preview1` or `wasi_unstable`) is granted: nothing
 * unless it is said here. It has the clock and random numbers in any case.
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
  /** The arguments; the first one is by custom the program's name. */
  readonly args?: readonly string[] | undefined;
  /** The environment's variables. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * The directories that can be opened, with all that is in them: under the guest's path, the host's
   * path or `file:` URL. Each needs `--allow-read` and `--allow-write` for it, and what Deno's
   * permissions withhold within it stays withheld.
   */
  readonly preopens?: Readonly<Record<string, string | URL>> | undefined;
  /** What can be read from standard input: copied, text as UTF-8. Nothing unless said. */
  readonly stdin?: string | Uint8Array | undefined;
  /** What becomes of standard output: `"discard"` unless said. */
  readonly stdout?: WasiSink | undefined;
  /** What becomes of standard error: `"discard"` unless said. */
  readonly stderr?: WasiSink | undefined;
}
