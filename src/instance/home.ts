import type { Realm } from "./realm.ts";

/** Holds the instance that imports a host function, as soon as there is one. */
export interface Home {
  readonly realm: Realm | undefined;
}
