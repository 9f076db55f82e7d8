import type { Parameter, SymbolDeclaration } from "./declaration.ts";
import type { ObjectField } from "./managed.ts";

/**
 * An exported global, declared as in `Deno.dlopen`: a property of the symbols, which is read anew
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

/** A method of a class, or one of its static functions. */
export type MethodDeclaration = Pick<SymbolDeclaration, "parameters" | "result" | "name">;

/** A property of the objects of a class: a field, or a getter with a setter if it can be set. */
export type AccessorDeclaration = Pick<GlobalDeclaration, "type" | "mutable">;

/**
 * A class of AssemblyScript, as compilers before 0.20 export it: `C#constructor`, `C#method`,
 * `C#get:x`, `C#set:x` and `C.function`. Later compilers export only functions, which can serve as
 * a constructor (`create`) and as methods (`name`), and take the object as their first argument.
 */
export interface ClassDeclaration<
  Parameters extends readonly Parameter[] = readonly Parameter[],
  Methods = { readonly [name: string]: MethodDeclaration },
  Accessors = { readonly [name: string]: AccessorDeclaration },
  Statics = { readonly [name: string]: MethodDeclaration },
> {
  /** Always `"class"`. */
  readonly type: "class";
  /** The parameters of its constructor. */
  readonly parameters: Parameters;
  /** The export that makes an object, if it is not the constructor. */
  readonly create?: string;
  /** Its methods by their names. */
  readonly methods?: Methods;
  /** The fields, the getters and the setters of its objects. */
  readonly properties?: Accessors;
  /** Its static functions by their names. */
  readonly statics?: Statics;
  /** The name of the class, if it differs from the symbol's. */
  readonly name?: string;
}
