import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { PlanParts } from "../abi/plan_parts.ts";
import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import type { HostFunctionCheck } from "../imports/host_function.ts";
import type { Instance } from "../instance/instance.ts";
import type { ResolveContext } from "../plan/context.ts";
import type { NamedPart } from "./layout_shape.ts";
import type { LoadOptions } from "./load_options.ts";

/** The checks of declarations and conventions that need the guest. */
export interface DeclarationCheck {
  /** The problems of each symbol's declaration that do not depend on the guest. */
  readonly wrong: ReadonlyMap<string, readonly string[]>;
  /** Returns the problems of a symbol's core arguments. */
  readonly declared: (declaration: SymbolDeclaration, context: ResolveContext) => string[];
  /** Returns the problems of the numbers and exports that a call refers to. */
  readonly resolved: (
    plan: PlanParts,
    declaration: SymbolDeclaration,
    context: ResolveContext,
    instance: Instance,
  ) => string[];
}

/** Checked options of `load`: copies, so that later changes have no effect. */
export interface CheckedOptions<S extends SymbolDeclarations> {
  readonly options: LoadOptions<S>;
  /** Absent if neither symbols nor a convention were given. */
  readonly declarations: DeclarationCheck | undefined;
  /** The parts that refer to ranges of the option `layout` by name. */
  readonly named: readonly NamedPart[];
  readonly hostFunctions: () => Promise<HostFunctionCheck>;
  /** Finds an import that the caller gave in another place, for a missing import. */
  readonly explainImport: (module: string, name: string) => string | undefined;
}
