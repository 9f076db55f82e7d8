import type { Convention } from "../conventions/convention.ts";
import type { SymbolDeclaration } from "../conventions/declaration.ts";
import type { Recipe } from "../conventions/recipe.ts";
import type { ResolveContext } from "../conventions/resolve.ts";
import type { HostFunction } from "../host.ts";
import type { LoadOptions } from "../load_options.ts";
import type { SymbolDeclarations } from "../symbols.ts";

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

/**
 * Checks a host function's declaration and copies it.
 *
 * @throws {GuestError} with everything that is wrong with it.
 */
export type HostFunctionCheck = (
  given: HostFunction,
  name: string,
  convention: Convention | undefined,
) => HostFunction;

/** Options of `load` that were checked: a copy, so that nothing changes them afterwards. */
export interface CheckedOptions<S extends SymbolDeclarations> {
  readonly options: LoadOptions<S>;
  /** Absent where neither symbols nor a convention were given. */
  readonly declarations: DeclarationCheck | undefined;
  readonly hostFunctions: () => Promise<HostFunctionCheck>;
  /** What the caller has given in another place, for an import that is missing. */
  readonly explainImport: (module: string, name: string) => string | undefined;
}
