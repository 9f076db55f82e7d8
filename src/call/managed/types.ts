import type { BlockSource } from "../../abi/block_source.ts";
import type { ContentKind } from "../../abi/number.ts";
import type { PlanParts } from "../../abi/plan_parts.ts";
import type { Problem } from "../../base/errors.ts";
import type { Instance } from "../../instance/instance.ts";
import type { BindOptions, BoundSource } from "../blocks/bound_source.ts";

/** A block source of AssemblyScript objects. */
export type ManagedPlace = BlockSource & { readonly kind: "managedArray" };

/**
 * The contents of an AssemblyScript object: bytes, the numbers of an array, strings, or objects.
 */
export type ManagedContent = Exclude<ContentKind, "string"> | "strings" | "objects";

/** The position of an object's contents. */
export interface Contents {
  start: number;
  byteLength: number;
}

/** The parts that reading contents needs. */
export interface ContentsContext {
  readonly instance: Instance;
  readonly symbol: string;
  /** The name that errors use for the value. */
  readonly subject: string;
  readonly runtime: "managed" | "arc";
}

/** The functions that pass AssemblyScript objects. Only its guests load them. */
export interface ManagedEngine {
  /** Returns a plan with a class chosen for each parameter that is an object, or a problem. */
  settle(plan: PlanParts, instance: Instance): PlanParts | Problem;
  /** Returns a block source with the class chosen, or a problem. */
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
  /**
   * Compiles reading the strings of an array, to whose elements the words at an address point;
   * `before` is the number of bytes that the host holds for other values.
   */
  compileReadStrings(
    context: ContentsContext,
  ): (pointer: number, byteLength: number, before: number) => readonly string[];
  /** Returns the name of a class, if the guest or the convention has it. */
  classNameOf(instance: Instance, id: number): string | undefined;
}
