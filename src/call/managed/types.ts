import type { Place } from "../../abi/block_source.ts";
import type { ContentKind } from "../../abi/number.ts";
import type { Recipe } from "../../abi/recipe.ts";
import type { Problem } from "../../base/errors.ts";
import type { Realm } from "../../instance/realm.ts";
import type { Store, StoreOptions } from "../blocks/store.ts";

/** A place for objects of AssemblyScript. */
export type ManagedPlace = Place & { readonly kind: "managedArray" };

/** What an object of AssemblyScript holds: bytes, the numbers of an array, or strings. */
export type ManagedContent = Exclude<ContentKind, "string"> | "strings";

/** Where the contents of an object are. */
export interface Contents {
  start: number;
  byteLength: number;
}

/** What contents are read for. */
export interface ContentsContext {
  readonly realm: Realm;
  readonly symbol: string;
  /** The name that errors use for the value. */
  readonly subject: string;
  readonly runtime: "managed" | "arc";
}

/** What passing the objects of AssemblyScript takes. Only its guests load it. */
export interface ManagedEngine {
  /** A recipe with a class chosen for each of its parameters that are objects, or why there is none. */
  settle(recipe: Recipe, realm: Realm): Recipe | Problem;
  /** A place with the class chosen, or why there is none. */
  settlePlace(
    place: ManagedPlace,
    content: ManagedContent,
    realm: Realm,
    symbol: string,
    direction?: "to" | "from import",
  ): Place | Problem;
  /** Makes objects of an array's class. */
  arrayStore(place: ManagedPlace, realm: Realm, options: StoreOptions): Store;
  /** Makes arrays of strings. */
  stringsStore(place: ManagedPlace, realm: Realm, options: StoreOptions): Store;
  /** Compiles finding the contents of the object at a pointer, by its class. */
  compileContents(
    content: ManagedContent,
    context: ContentsContext,
  ): (pointer: number, found: Contents) => void;
  /** Compiles reading string `index` of an array, to which the word at an address points. */
  compileReadString(context: ContentsContext): (address: number, index: number) => string;
  /** The name of a class, where the guest or the convention tells it. */
  classNameOf(realm: Realm, id: number): string | undefined;
}
