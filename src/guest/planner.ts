import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import { Problem } from "../base/errors.ts";
import { waitingProblem } from "../base/runtime.ts";
import { quote } from "../base/show.ts";
import { unknownCapacity } from "../call/blocks/buffer_capacity.ts";
import { PlanForms } from "../call/call.ts";
import { loadedEngine } from "../call/managed/engine.ts";
import { blockCall } from "../call/on_demand.ts";
import { findFunction } from "../instance/exports.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import type { ResolveContext } from "../plan/context.ts";
import { planCall } from "../plan/plan_call.ts";
import { planParts } from "../plan/resolve.ts";
import type { Compiled } from "../source/source_types.ts";
import type { Choice } from "./convention_choice.ts";
import type { GuestParts } from "./guest_parts.ts";
import { SharedPlans } from "./shared_plans.ts";

/** The plans of each module in use, for its next guests. */
const shared = new WeakMap<Compiled, SharedPlans>();

/** The plans of one guest's calls, which all instances of its module share. */
export class Planner {
  readonly #parts: GuestParts<SymbolDeclarations>;
  readonly #choice: Choice;
  readonly #plans = new Map<SymbolDeclaration, Map<string, PlanForms>>();

  /** Plans calls with the convention of `choice`, and refuses what `parts.check` finds wrong. */
  constructor(parts: GuestParts<SymbolDeclarations>, choice: Choice) {
    this.#parts = parts;
    this.#choice = choice;
  }

  /**
   * Collects what the calls on an instance are planned from; the convention is absent if none is
   * needed.
   */
  context(
    instance: GuestInstance,
    { convention }: Pick<ResolveContext, "convention"> = this.#choice,
  ): ResolveContext {
    return {
      convention,
      isRecognised: this.#parts.given === undefined,
      address64: instance.address64,
      hasStack: instance.stack !== undefined,
      functionType: (name) => instance.functionType(name),
      globalType: (name) => instance.globalType(name),
      leastArguments: (name) => instance.leastArguments(name),
    };
  }

  /**
   * Returns the plan for an export, or why there is none. A plan is made when it is first needed.
   */
  plan(
    name: string,
    declaration: SymbolDeclaration,
    instance: GuestInstance,
    context: ResolveContext,
  ): PlanForms | Problem {
    const named = this.#plans.get(declaration);
    const plan = named?.get(name) ?? this.#share(name, declaration, instance, context);
    if (plan instanceof Problem) return plan;
    if (named === undefined) this.#plans.set(declaration, new Map([[name, plan]]));
    else named.set(name, plan);
    return plan;
  }

  /** Returns the plan for a declared symbol, or why there is none. */
  symbol(name: string, instance: GuestInstance): PlanForms | Problem {
    const declaration = this.#parts.symbols[name]!;
    const final = declaration.chunked?.final;
    const last = typeof final === "object" ? final.export : final;
    return this.plan(
      declaration.name ?? last ?? name,
      declaration,
      instance,
      this.context(instance),
    );
  }

  /** Forgets all plans, because they were made for another convention. */
  clear(): void {
    this.#plans.clear();
  }

  #share(
    name: string,
    declaration: SymbolDeclaration,
    instance: GuestInstance,
    context: ResolveContext,
  ): PlanForms | Problem {
    const { compiled } = this.#parts;
    let plans = shared.get(compiled);
    if (plans === undefined) shared.set(compiled, plans = new SharedPlans());
    const before = plans.find(name, declaration, context);
    if (before !== undefined) return before;
    const plan = this.#make(name, declaration, instance, context);
    if (plan instanceof PlanForms) plans.add(name, declaration, context, plan);
    return plan;
  }

  #make(
    name: string,
    declaration: SymbolDeclaration,
    instance: GuestInstance,
    context: ResolveContext,
  ): PlanForms | Problem {
    // Chunked input has several exports, which are looked up together.
    const fn = declaration.chunked === undefined ? findFunction(instance, name) : undefined;
    if (fn instanceof Problem) return fn;
    const { check } = this.#parts;
    const wrong = check?.declared(declaration, context) ?? [];
    if (wrong.length > 0) return misfits(name, wrong);
    const parts = planParts(name, declaration, context);
    if (parts instanceof Problem) return parts;
    const problems = check?.resolved(parts, declaration, context, instance.exports) ?? [];
    if (problems.length > 0) return misfits(name, problems);
    const engine = loadedEngine();
    const settled = engine?.settle(parts, instance) ?? parts;
    if (settled instanceof Problem) return settled;
    const problem = (settled.chunked && unknownCapacity(settled, instance)) ??
      (declaration.async ? waitingProblem(quote(name)) : undefined) ??
      blockCall.loaded?.findBlockProblem(settled, instance, engine !== undefined);
    if (problem !== undefined) return problem;
    const plan = planCall(settled, context, declaration.async);
    return plan instanceof Problem ? plan : new PlanForms(plan);
  }
}

/** Makes the problem of a call that does not fit the guest, with a line for each fault. */
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
