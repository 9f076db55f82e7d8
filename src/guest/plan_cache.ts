import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { PlanForms } from "../call/call.ts";

/** The plans of one guest by export and declaration: every instance of its module shares them. */
export class PlanCache {
  readonly #plans = new Map<SymbolDeclaration, Map<string, PlanForms>>();

  /** The plan for an export, which `make` makes when it is first asked for. */
  get(name: string, declaration: SymbolDeclaration, make: () => PlanForms): PlanForms {
    let named = this.#plans.get(declaration);
    if (named === undefined) this.#plans.set(declaration, named = new Map());
    let plan = named.get(name);
    if (plan === undefined) named.set(name, plan = make());
    return plan;
  }

  /** Forgets all plans: the convention that they were made for is another one now. */
  clear(): void {
    this.#plans.clear();
  }
}
