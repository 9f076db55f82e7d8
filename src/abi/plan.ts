import type { FunctionType } from "../binary/types.ts";
import type { Recipe } from "./recipe.ts";

/** Everything that one call does, in its order: worked out without the guest. */
export interface Plan {
  /** The export that is called. */
  readonly export: string;
  readonly steps: readonly Step[];
  /** What the steps were laid out from. */
  readonly recipe: Recipe;
  /** Whether blocks are taken from the guest's stack. */
  readonly usesStack: boolean;
}

/** One entry of a plan. */
export type Step =
  /** Checks an argument and puts it where the guest wants it. */
  | { readonly step: "lower"; readonly argument: number; readonly keeps: boolean }
  /** Checks what belongs together, and takes a return area and an output buffer. */
  | { readonly step: "prepare" }
  /** Calls the guest. */
  | { readonly step: "call" }
  /** Notes a result that is freed as a whole, before anything can fail. */
  | { readonly step: "claim" }
  /** Throws if the guest reports that the call has failed. */
  | { readonly step: "check status" }
  /** Makes a JavaScript value of what came back. */
  | { readonly step: "lift" }
  /** Gives back every block that the call holds. */
  | { readonly step: "release" }
  /** Puts the guest's stack pointer back. */
  | { readonly step: "restore stack" };

/** What a plan is compiled for: the same for every instance of a module. */
export interface GuestFacts {
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
  /** Whether the guest can call the host, which may then call it again. */
  readonly reenters: boolean;
  /** Whether the stack pointer has to be put back when an error passes through the guest. */
  readonly restoresStack: boolean;
  /** Whether the guest is told how many arguments each call passes. */
  readonly countsArguments: boolean;
  functionType(name: string): FunctionType | undefined;
  /** What an export is, if the binary is known. */
  exportKind(name: string): string | undefined;
}
