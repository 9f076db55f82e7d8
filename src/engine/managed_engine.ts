import type { Place } from "../conventions/convention.ts";
import type { ContentKind, Recipe } from "../conventions/recipe.ts";
import { missingExport, type Realm } from "./realm.ts";
import type { Store, StoreOptions } from "./store.ts";

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
  /** A recipe with a class chosen for each of its parameters that are objects. */
  settle(recipe: Recipe, realm: Realm): Recipe;
  /** A place with the class chosen. */
  settlePlace(
    place: ManagedPlace,
    content: ManagedContent,
    realm: Realm,
    symbol: string,
    direction?: "to" | "from import",
  ): Place;
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

let loaded: ManagedEngine | undefined;

/** Loads what a guest of AssemblyScript needs. */
export async function loadManagedEngine(): Promise<void> {
  loaded ??= (await import("./managed.ts")).engine;
}

/** The engine for objects, or nothing before the first guest that has any. */
export function loadedEngine(): ManagedEngine | undefined {
  return loaded;
}

/**
 * The engine for objects.
 *
 * @throws {GuestError} if the guest exports nothing that makes objects.
 */
export function managedEngine({ exports }: Realm): ManagedEngine {
  if (loaded !== undefined) return loaded;
  throw missingExport("__new", exports, "function");
}
