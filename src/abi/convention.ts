import type { BlockSource, FreedBy, Pass, ResultFreedBy } from "./block_source.ts";
import type { NumberForm, ResultForm, Status } from "./result.ts";
import type { OnInvalid } from "../memory/text/codec.ts";
import type { ConventionEncoding } from "./value.ts";

/** How one guest expects data to be lowered and lifted. Every part can be set by hand. */
export interface Convention {
  /** The name in errors and in `guest.convention`. */
  readonly name: string;
  /** The expression that makes it, as you would write it for `load`. */
  readonly expression: string;
  /** The encoding of text. */
  readonly encoding: ConventionEncoding;
  /** How invalid text is handled: as `load` sets it, unless set. */
  readonly onInvalid?: OnInvalid;
  /** The block source of text. */
  readonly place: BlockSource;
  /** The block source of bytes, if it differs from that of text. */
  readonly bytesPlace?: BlockSource;
  /** The possible shapes of returned bytes, if they differ from those of text. */
  readonly bytesResults?: readonly ResultForm[];
  /** The block source of arrays of numbers. */
  readonly arrayPlace?: BlockSource;
  /** The possible shapes of a returned array. */
  readonly arrayResults?: readonly ResultForm[];
  /** The possible core arguments for a text. The signature selects one. */
  readonly pass: readonly (readonly Pass[])[];
  /** Whether a NUL follows the text: always, only if the export gets no length, or never. */
  readonly terminated: "always" | "without length" | "never";
  /** The possible shapes of a result. The signature selects one. */
  readonly results: readonly ResultForm[];
  /** The possible shapes of a number or a void result, besides the plain one. */
  readonly numberResults?: readonly NumberForm[];
  /** The possible shapes of a host function's result, if they differ. */
  readonly hostResults?: readonly ResultForm[];
  /** Who frees the arguments. */
  readonly argumentsFreedBy: FreedBy;
  /** Who frees the results. */
  readonly resultsFreedBy: ResultFreedBy;
  /** The meaning of a null pointer with a length of 0: an error unless set. */
  readonly nullIs?: "empty" | "error";
  /** Whether trailing NULs belong to returned text. */
  readonly trailingNul: "keep" | "trim";
  /** When a call has failed, if the shape of the result does not show it. */
  readonly status?: Status;
  /** The block source of return areas and output buffers: the guest's stack unless set. */
  readonly areaPlace?: BlockSource;
}
