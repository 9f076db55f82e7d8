import type { ObjectField } from "./managed.ts";

/**
 * An exported global, as `Deno.dlopen` declares one: a property of the symbols, which is read anew
 * each time. In C, an exported variable is a global that holds the variable's address.
 */
export interface GlobalDeclaration {
  /** The type of its value: a number, or an object of AssemblyScript such as `"string"`. */
  readonly type: ObjectField;
  /** The export's name, if it differs from the symbol's. */
  readonly name?: string;
  /** Whether the host can set it, for a global that is mutable in the guest. */
  readonly mutable?: boolean;
}

/** An exported enumeration of AssemblyScript, whose members are globals such as `Color.Red`. */
export interface EnumDeclaration<Members extends readonly string[] = readonly string[]> {
  /** Always `"enum"`. */
  readonly type: "enum";
  /** The names of its members. */
  readonly members: Members;
  /** The enumeration's name, if it differs from the symbol's. */
  readonly name?: string;
}

/** The values of an enumeration by the names of its members, and the names by the values. */
export type EnumValue<Members extends readonly string[]> =
  & { readonly [Member in Members[number]]: number }
  & { readonly [value: number]: Members[number] };
