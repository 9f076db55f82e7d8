import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import { Problem } from "../base/errors.ts";
import { waitingProblem } from "../base/runtime.ts";
import { quote } from "../base/show.ts";
import { unknownCapacity } from "../call/blocks/buffer_capacity.ts";
import { PlanForms } from "../call/call.ts";
import { loadedEngine } from "../call/managed/engine.ts";
import { findFunction } from "../instance/exports.ts";
import type { GuestRealm } from "../instance/instance.ts";
import type { ResolveContext } from "../plan/context.ts";
import { planCall } from "../plan/plan_call.ts";
import { resolveRecipe } from "../plan/resolve.ts";
import type { Choice } from "./choice.ts";
import type { GuestParts } from "./guest_parts.ts";

/** Plans the calls of one guest: every instance of its module shares the plans. */
export class Planner {
  readonly #parts: GuestParts<SymbolDeclarations>;
  readonly #choice: Choice;
  readonly #plans = new Map<SymbolDeclaration, Map<string, PlanForms>>();

  /** Plans calls as `choice` has it, and refuses what `parts.check` finds wrong. */
  constructor(parts: GuestParts<SymbolDeclarations>, choice: Choice) {
    this.#parts = parts;
    this.#choice = choice;
  }

  /** What calls on an instance are planned from; the convention is absent if none is needed. */
  context(
    realm: GuestRealm,
    { convention }: Pick<ResolveContext, "convention"> = this.#choice,
  ): ResolveContext {
    return {
      convention,
      isRecognised: this.#parts.said === undefined,
      address64: realm.address64,
      hasStack: realm.stack !== undefined,
      functionType: (name) => realm.functionType(name),
      globalType: (name) => realm.globalType(name),
      leastArguments: (name) => realm.leastArguments(name),
    };
  }

  /** The plan for an export, which is made when it is first asked for; or why there is none. */
  plan(
    name: string,
    declaration: SymbolDeclaration,
    realm: GuestRealm,
    context: ResolveContext,
  ): PlanForms | Problem {
    const named = this.#plans.get(declaration);
    const plan = named?.get(name) ?? this.#make(name, declaration, realm, context);
    if (plan instanceof Problem) return plan;
    if (named === undefined) this.#plans.set(declaration, new Map([[name, plan]]));
    else named.set(name, plan);
    return plan;
  }

  /** The plan for a declared symbol, or why there is none. */
  symbol(name: string, realm: GuestRealm): PlanForms | Problem {
    const declaration = this.#parts.symbols[name]!;
    const final = declaration.pieces?.final;
    const last = typeof final === "object" ? final.export : final;
    return this.plan(declaration.name ?? last ?? name, declaration, realm, this.context(realm));
  }

  /** Forgets all plans: the convention that they were made for is another one now. */
  clear(): void {
    this.#plans.clear();
  }

  #make(
    name: string,
    declaration: SymbolDeclaration,
    realm: GuestRealm,
    context: ResolveContext,
  ): PlanForms | Problem {
    // Those of pieces are several, which are looked for together.
    const fn = declaration.pieces === undefined ? findFunction(realm, name) : undefined;
    if (fn instanceof Problem) return fn;
    const { check } = this.#parts;
    const wrong = check?.declared(declaration, context) ?? [];
    if (wrong.length > 0) return misfits(name, wrong);
    const recipe = resolveRecipe(name, declaration, context);
    if (recipe instanceof Problem) return recipe;
    const problems = check?.resolved(recipe, declaration, context, realm.exports) ?? [];
    if (problems.length > 0) return misfits(name, problems);
    const settled = loadedEngine()?.settle(recipe, realm) ?? recipe;
    if (settled instanceof Problem) return settled;
    const problem = (settled.pieces && unknownCapacity(settled, realm)) ??
      (declaration.async ? waitingProblem(quote(name)) : undefined);
    if (problem !== undefined) return problem;
    const plan = planCall(settled, context);
    return plan instanceof Problem ? plan : new PlanForms(plan, () => realm.facts());
  }
}

/** The problem of a call that refers to what there is not. */
function misfits(name: string, lines: readonly string[]): Problem {
  return new Problem({
    code: "signature",
    part: "declaration",
    cannot: `Cannot call ${quote(name)}`,
    found: lines.join("; "),
    export: name,
    lines,
  });
}
