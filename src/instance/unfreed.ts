/** Blocks that a guest allocated and that were never freed. */
export interface Unfreed {
  results: number;
  arguments: number;
  /** Their size. */
  byteLength: number;
}
