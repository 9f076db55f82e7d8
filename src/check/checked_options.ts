import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { Recipe } from "../abi/recipe.ts";
import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import type { HostFunctionCheck } from "../imports/host_function.ts";
import type { ResolveContext } from "../plan/context.ts";
import type { LoadOptions } from "./load_options.ts";

/** What checks declarations and conventions of the caller's once the guest is known. */
export interface DeclarationCheck {
  /** What is wrong with each symbol that is declared wrongly, whatever the guest. */
  readonly wrong: ReadonlyMap<string, readonly string[]>;
  /** What is wrong with the core arguments that a symbol declares. */
  readonly declared: (declaration: SymbolDeclaration, context: ResolveContext) => string[];
  /** What is wrong with the numbers and the exports that a call refers to. */
  readonly resolved: (
    recipe: Recipe,
    declaration: SymbolDeclaration,
    context: ResolveContext,
    exports: WebAssembly.Exports,
  ) => string[];
}

/** Options of `load` that were checked: a copy, so that nothing changes them afterwards. */
export interface CheckedOptions<S extends SymbolDeclarations> {
  readonly options: LoadOptions<S>;
  /** Absent where neither symbols nor a convention were given. */
  readonly declarations: DeclarationCheck | undefined;
  readonly hostFunctions: () => Promise<HostFunctionCheck>;
  /** What the caller has given in another place, for an import that is missing. */
  readonly explainImport: (module: string, name: string) => string | undefined;
}
