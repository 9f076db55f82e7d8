import type { HostFunctionDeclaration } from "../abi/host_declaration.ts";
import type { NumberName } from "../abi/number.ts";
import type { ParameterPlan, TextResultPlan } from "../abi/plan_parts.ts";
import type { FunctionType } from "../binary/types.ts";

/** Where a guest finds the text that a host function returned. */
export type Target =
  /** In the buffer that it passed, by the arguments that have its address and its size. */
  | { readonly kind: "output"; readonly pointer: number; readonly capacity: number }
  /** One i64, with the pointer in this half and the length in the other. */
  | { readonly kind: "packed"; readonly pointer: "high" | "low" }
  /**
   * The result is the pointer; a NUL ends the text, its length is right before it, or it is in what
   * the guest's own allocator made.
   */
  | { readonly kind: "pointer"; readonly length: "nul" | "u8" | "u16" | "u32" | "u64" | "managed" }
  /** Two results, of which this one is the pointer. */
  | { readonly kind: "results"; readonly pointer: 0 | 1 }
  /** Two words of memory whose addresses it passed. */
  | { readonly kind: "area"; readonly pointer: Word; readonly length: Word }
  /** The JavaScript value itself is the result. */
  | { readonly kind: "reference" };

/** A word of memory: so many words behind the address that is a core argument. */
export interface Word {
  readonly argument: number;
  readonly words: number;
}

/** How one parameter of a host function is lifted. */
export type HostParameterPlan =
  /** The core argument of this index, as a number. */
  | { readonly kind: "number"; readonly type: NumberName; readonly at: number }
  /** The core argument of this index, as it is. */
  | {
    readonly kind: "reference";
    readonly content: "string" | "any";
    readonly nullable: boolean;
    readonly at: number;
  }
  /** Text, bytes or an array; the core arguments stand for several results. */
  | TextResultPlan;

/** What an import answers with. */
export type HostResultPlan =
  | { readonly kind: "void" }
  | Extract<ParameterPlan, { readonly kind: "number" | "reference" }>
  | HostTextPlan;

/** Text, bytes or an array that an import answers with. */
export type HostTextPlan = Extract<ParameterPlan, { readonly kind: "text" }> & {
  /** Where the guest finds it. */
  readonly target: Exclude<Target, { kind: "reference" }>;
  /** What its length counts. */
  readonly unit: "bytes" | "codeUnits";
};

/** How one import is answered: a plan the other way round. */
export interface HostPlan {
  /** The import, as errors name it: `env.log`. */
  readonly name: string;
  /** How many core arguments it gets. */
  readonly arity: number;
  /** How each parameter is lifted. */
  readonly parameters: readonly HostParameterPlan[];
  readonly result: HostResultPlan;
  /** Its type, where the binary is known. */
  readonly type: FunctionType | undefined;
}

/** An import that is to be answered by a host function. */
export interface HostImport {
  /** The import, as errors name it: `env.log`. */
  readonly name: string;
  readonly declaration: HostFunctionDeclaration;
  /** Its type, where the binary is known. */
  readonly type: FunctionType | undefined;
  /** Whether pointers are 64 bits wide. */
  readonly address64: boolean;
}
