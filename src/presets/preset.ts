import type { Convention } from "../abi/convention.ts";
import type { ModuleInfo } from "../binary/types.ts";

/**
 * A toolchain: the convention of its guests and what recognises them. Its rows in the README's
 * tables are in the doc comment of its public function, where they cost an importer nothing.
 */
export interface Preset {
  /** What its conventions are called: `"AssemblyScript"`. */
  readonly name: string;
  /** The public function that makes them. */
  readonly make: (options: never) => Convention;
  /** Finds what nothing but this toolchain leaves in a binary: no preset behind it is asked then. */
  readonly recognise?: Detector;
  /** Finds types and names that others can have too: all that is found so is compared. */
  readonly suggest?: Detector;
  /** Finds what is believed only if nothing else was found. */
  readonly fallBack?: Detector;
}

/** Finds the conventions that a binary shows; no guest code runs. */
export type Detector = (info: ModuleInfo) => readonly Detected[];

/** A convention and why it was chosen. */
export interface Detected {
  readonly convention: Convention;
  readonly reason: string;
  /** All that may name one buffer, this first: they are compared by address at the first pass. */
  readonly rivals?: readonly Rival[] | undefined;
}

/** One of several ways to name what may be one buffer. */
export interface Rival extends Detected {
  /** Whether it is chosen only if no other rival is one by its addresses. */
  readonly isFallback?: boolean;
  /** The getters and globals that give its addresses. */
  readonly names: readonly string[];
}
