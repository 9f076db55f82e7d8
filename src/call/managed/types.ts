import type { BlockSource } from "../../abi/block_source.ts";
import type { ContentKind } from "../../abi/number.ts";
import type { PlanParts } from "../../abi/plan_parts.ts";
import type { Problem } from "../../base/errors.ts";
import type { Instance } from "../../instance/instance.ts";
import type { BindOptions, BoundSource } from "../blocks/bound_source.ts";

/** A place for objects of AssemblyScript. */
export type ManagedPlace = BlockSource & { readonly kind: "managedArray" };

/** What an object of AssemblyScript holds: bytes, the numbers of an array, or strings. */
export type ManagedContent = Exclude<ContentKind, "string"> | "strings";

/** Where the contents of an object are. */
export interface Contents {
  start: number;
  byteLength: number;
}

/** What contents are read for. */
export interface ContentsContext {
  readonly instance: Instance;
  readonly symbol: string;
  /** The name that errors use for the value. */
  readonly subject: string;
  readonly runtime: "managed" | "arc";
}

/** What passing the objects of AssemblyScript takes. Only its guests load it. */
export interface ManagedEngine {
  /** A plan with a class chosen for each of its parameters that are objects, or why there is none. */
  settle(plan: PlanParts, instance: Instance): PlanParts | Problem;
  /** A place with the class chosen, or why there is none. */
  settlePlace(
    place: ManagedPlace,
    content: ManagedContent,
    instance: Instance,
    symbol: string,
    direction?: "to" | "from import",
  ): BlockSource | Problem;
  /** Makes objects of an array's class. */
  bindArray(place: ManagedPlace, instance: Instance, options: BindOptions): BoundSource;
  /** Makes arrays of strings. */
  bindStrings(place: ManagedPlace, instance: Instance, options: BindOptions): BoundSource;
  /** Compiles finding the contents of the object at a pointer, by its class. */
  compileContents(
    content: ManagedContent,
    context: ContentsContext,
  ): (pointer: number, found: Contents) => void;
  /** Compiles reading string `index` of an array, to which the word at an address points. */
  compileReadString(context: ContentsContext): (address: number, index: number) => string;
  /** The name of a class, where the guest or the convention tells it. */
  classNameOf(instance: Instance, id: number): string | undefined;
}
