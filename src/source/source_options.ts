/** How a source is read. Every option is optional. */
export interface SourceOptions {
  /**
   * The hash that the binary must have, as in the attribute `integrity` of a page's script:
   * `"sha384-"`, `"sha256-"` or `"sha512-"`, and the hash in base64. Of several, with spaces between
   * them, those of the longest kind count, and one of them must fit. The binary is compiled after
   * that.
   */
  readonly integrity?: string | undefined;
  /**
   * Is called when bytes have come: again and again for a response or a blob, once for a file, and
   * never for bytes in memory or a compiled module. What it throws ends the load.
   */
  readonly onProgress?: ((progress: SourceProgress) => void) | undefined;
  /** Ends the load with the reason of the signal, and a download with it. */
  readonly signal?: AbortSignal | undefined;
}

/** How much of a source has come, in bytes. */
export interface SourceProgress {
  /**
   * The bytes that have come. Those of a compressed response (`content-encoding`) are counted as
   * they are without the compression.
   */
  readonly loaded: number;
  /**
   * The bytes that come in all; undefined if that is unknown: the response states no length, or
   * that of its compressed body.
   */
  readonly total: number | undefined;
}
