/** What a guest handed out and nobody freed. */
export interface Unfreed {
  results: number;
  arguments: number;
  /** The size of all of them. */
  byteLength: number;
}
