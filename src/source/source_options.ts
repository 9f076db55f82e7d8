/** The options for reading a source, all of them optional. */
export interface SourceOptions {
  /**
   * The hash that the binary must have, as in the attribute `integrity` of a script: `"sha384-"`,
   * `"sha256-"` or `"sha512-"`, followed by the hash in base64. Several hashes are separated by
   * spaces; only those of the strongest algorithm count, and one of them must match. The binary is
   * compiled only after that check.
   */
  readonly integrity?: string | undefined;
  /**
   * Called when bytes have been read: repeatedly for a response or a blob, once for a file, and
   * never for bytes in memory or a compiled module. If it throws, the load fails with that error.
   */
  readonly onProgress?: ((progress: SourceProgress) => void) | undefined;
  /** Cancels the load, including a download, with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

/** The progress of reading a source, in bytes. */
export interface SourceProgress {
  /**
   * The number of bytes read so far. For a compressed response (`content-encoding`), it counts
   * decompressed bytes.
   */
  readonly loaded: number;
  /**
   * The total number of bytes; `undefined` if it is unknown, because the response states no length
   * or only that of its compressed body.
   */
  readonly total: number | undefined;
}
