import type { BlockSource, FreedBy, Pass, ResultFreedBy } from "../abi/block_source.ts";
import type { Convention } from "../abi/convention.ts";
import type { ResultForm, Status } from "../abi/result.ts";
import type { ResultFormName } from "../abi/text_result.ts";
import type { ConventionEncoding } from "../abi/value.ts";
import type { ModuleInfo } from "../binary/types.ts";
import type { OnInvalid } from "../memory/text/codec.ts";

/**
 * A toolchain: the convention of its guests, and how they are recognised. Its rows in the guides'
 * tables are in the doc comment of its public function, where they have no run-time cost.
 */
export interface Preset {
  /** The name of its conventions: `"AssemblyScript"`. */
  readonly name: string;
  /** The public function that makes them. */
  readonly make: (options: never) => Convention;
  /**
   * Finds evidence that only this toolchain leaves in a binary; the presets after it are then
   * skipped.
   */
  readonly recognise?: Detector;
  /**
   * Finds types and names that other toolchains can also have; the findings of all presets are
   * compared.
   */
  readonly suggest?: Detector;
  /** Finds conventions that are used only if nothing else was found. */
  readonly fallBack?: Detector;
}

/** Finds the conventions that a binary shows; no guest code runs. */
type Detector = (info: ModuleInfo) => readonly Detected[];

/** A convention and why it was chosen. */
export interface Detected {
  readonly convention: Convention;
  readonly reason: string;
  /**
   * All possible names of one buffer, this one first, to be compared by address at the first pass.
   */
  readonly rivals?: readonly Rival[] | undefined;
}

/** One of several possible names of a buffer. */
export interface Rival extends Detected {
  /** Whether it is chosen only if no other rival has a buffer's address. */
  readonly isFallback?: boolean;
  /** The getters and globals for its addresses. */
  readonly names: readonly string[];
}

/** The chosen one of several rivals. */
export interface SettledRival extends Rival {
  /** Rivals that returned 0, which may be a pointer that the guest sets only in a call. */
  readonly unset: readonly Rival[];
  /** The rival before the others were asked. */
  readonly rival: Rival;
}

/** The place of an export's text: a form by its name, or its parts. */
export type ResultOption = ResultFormName | Omit<ResultForm, "name">;

/** The options of every preset; each replaces that part of the preset. */
export interface ConventionOptions {
  /** The encoding of text. */
  encoding?: ConventionEncoding;
  /** How invalid text is handled: as `load` sets it, unless set. */
  onInvalid?: OnInvalid;
  /** The core arguments for each text, if the export's signature leaves them open. */
  pass?: readonly Pass[];
  /**
   * The place of an export's text: a form by its name, or its parts; or a list of these, from which
   * the export's type selects one.
   */
  result?: ResultOption | readonly ResultOption[];
  /** Whether a NUL follows each text. */
  terminated?: boolean;
  /** Who frees the arguments. */
  argumentsFreedBy?: FreedBy;
  /** Who frees the results. */
  resultsFreedBy?: ResultFreedBy;
  /** The meaning of a null pointer with a length of 0: an error unless set. */
  nullIs?: "empty" | "error";
  /** Whether trailing NULs belong to returned text. */
  trailingNul?: "keep" | "trim";
  /** When a call has failed. */
  status?: Status;
  /** The block source of return areas and output buffers. */
  areaPlace?: BlockSource;
}
