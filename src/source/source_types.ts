/** The bytes of a source, and its name. */
export interface SourceBytes {
  /** The name in errors: quoted, and shortened if it is long. */
  readonly name: string;
  /** The path, the URL or the kind of the source. */
  readonly source: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
