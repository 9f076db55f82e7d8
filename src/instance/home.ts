import type { Instance } from "./instance.ts";

/** Holds the instance that imports a host function, as soon as there is one. */
export interface Home {
  readonly instance: Instance | undefined;
  /**
   * The stand-in for the instance while it is made: it has the memory, if that is known, and no
   * exports.
   */
  readonly early?: Instance | undefined;
}
