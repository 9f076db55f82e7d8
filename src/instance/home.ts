import type { Instance } from "./instance.ts";

/** Holds the instance that imports a host function, as soon as there is one. */
export interface Home {
  readonly instance: Instance | undefined;
}
