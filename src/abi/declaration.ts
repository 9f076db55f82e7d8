import type { Place, Slot } from "./block_source.ts";
import type { Parameter, ParameterName } from "./parameter.ts";
import type { FieldDeclaration, Status } from "./result.ts";
import type { Value } from "./value.ts";

/** A result by its type alone. */
export type ResultName = ParameterName | "void";

/** A result of a symbol. */
export type Result = ResultName | FieldDeclaration;

/** The buffer that a symbol's export writes its result into. */
export interface Output {
  /**
   * Its size in bytes: a number, where one is found, a function of the arguments, or `"query"`,
   * which calls the export with a null pointer and a capacity of 0 to learn it.
   */
  // deno-lint-ignore no-explicit-any -- the arguments that the symbol declares
  readonly capacity: Value | "query" | ((...args: any[]) => number);
  /** When asking for the size has failed: it is checked before the buffer is taken. */
  readonly status?: Status;
  /** Where it is taken, if not where the convention says. */
  readonly place?: Place;
}

/** An export that a guest is called by, with all core arguments where its type does not tell. */
export type PieceDeclaration = string | {
  readonly export: string;
  readonly arguments: readonly Slot[];
};

/** The exports of a guest that takes its one text, or its bytes, in pieces. */
export interface Pieces {
  /** The parameter that is passed in pieces, counted among all; the first text or bytes unless said. */
  readonly parameter?: number;
  /** Begins; takes all numbers or none. */
  readonly init?: PieceDeclaration;
  /** Takes as much as the buffer holds, as often as need be: the byte length, or pointer and length. */
  readonly update: PieceDeclaration;
  /** Ends, and gives the result; takes all numbers or none. */
  readonly final: PieceDeclaration;
}

/** An exported function with declared parameter and result types, as in `Deno.dlopen`. */
export interface SymbolDeclaration {
  /** What the function takes. */
  readonly parameters: readonly Parameter[];
  /** What it returns. */
  readonly result: Result;
  /** The export's name, if it is not the symbol's. */
  readonly name?: string;
  /** All core arguments in their order, where the signature alone can not tell. */
  readonly arguments?: readonly Slot[];
  /**
   * What the words of the return area hold before the call: a struct that the export is given, and
   * may change. `{ area: 0 }` among the arguments is its address; unless said all words are 0.
   */
  readonly area?: readonly Slot[];
  /** The buffer that the export writes its result into, where it takes one. */
  readonly output?: Output;
  /** When a call has failed, if not as the convention says. */
  readonly status?: Status;
  /** The exports that are called instead of one, where the guest takes its text in pieces. */
  readonly pieces?: Pieces;
  /** Whether the symbol gives a promise, because host functions that it calls do. */
  readonly async?: boolean;
}
