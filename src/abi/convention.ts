import type { FreedBy, Pass, Place, ResultFreedBy } from "./block_source.ts";
import type { NumberForm, ResultForm, Status } from "./result.ts";
import type { ConventionEncoding } from "./value.ts";

/** How one guest wants data lowered and lifted. Every part can be said by hand. */
export interface Convention {
  /** What errors and `guest.convention` call it. */
  readonly name: string;
  /** The expression that makes it, as `load` would be told of it. */
  readonly expression: string;
  /** The encoding of text. */
  readonly encoding: ConventionEncoding;
  /** Where text goes. */
  readonly place: Place;
  /** Where bytes go, if it is not where text goes. */
  readonly bytesPlace?: Place;
  /** The shapes that bytes that come back can have, if they are not those of text. */
  readonly bytesResults?: readonly ResultForm[];
  /** Where arrays of numbers go. */
  readonly arrayPlace?: Place;
  /** The shapes that an array that comes back can have. */
  readonly arrayResults?: readonly ResultForm[];
  /** What an export can get for a text: the signature decides between them. */
  readonly pass: readonly (readonly Pass[])[];
  /** Whether a NUL follows the text: always, only where the export gets no length, or never. */
  readonly terminated: "always" | "without length" | "never";
  /** The shapes that a result can have: the signature decides between them. */
  readonly results: readonly ResultForm[];
  /** The shapes that a number or nothing can have besides the plain one. */
  readonly numberResults?: readonly NumberForm[];
  /** The same for what host functions return, where that is different. */
  readonly hostResults?: readonly ResultForm[];
  /** Who frees what was passed. */
  readonly argumentsFreedBy: FreedBy;
  /** Who frees what came back. */
  readonly resultsFreedBy: ResultFreedBy;
  /** What a result is whose pointer is null and whose length is 0: an error unless said. */
  readonly nullIs?: "empty" | "error";
  /** Whether trailing NULs belong to text that comes back. */
  readonly trailingNul: "keep" | "trim";
  /** When a call has failed, where its shape of result does not tell. */
  readonly status?: Status;
  /** Where return areas and output buffers are put: on the guest's stack unless said. */
  readonly areaPlace?: Place;
}
