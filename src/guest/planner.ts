import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { PlanParts } from "../abi/plan_parts.ts";
import { Problem } from "../base/errors.ts";
import { waitingProblem } from "../base/runtime.ts";
import { quote } from "../base/show.ts";
import { PlanForms } from "../call/call.ts";
import { blockCall, chunk, loadedEngine, objectValues, resultOwner } from "../call/on_demand.ts";
import { findFunction } from "../instance/exports.ts";
import type { DeclarationCheck } from "../check/checked_options.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import type { ResolveContext } from "../plan/context.ts";
import { planCall } from "../plan/plan_call.ts";
import { chunks, planParts } from "../plan/resolve.ts";
import type { Compiled } from "../source/source_types.ts";
import type { Choice } from "./convention_choice.ts";
import type { GuestParts } from "./guest_parts.ts";

/** The plans of each module in use, for its next guests. */
const shared = new WeakMap<Compiled, SharedPlans>();

/** What the making of a plan is given. */
interface Prepared {
  /** The check of the declaration: that of the guest unless set. */
  readonly check?: DeclarationCheck | undefined;
  /** The parts of the plan, if they have been made. */
  readonly parts?: PlanParts | Problem | undefined;
}

/** The plans of one guest's calls, which all instances of its module share. */
export class Planner {
  readonly #parts: GuestParts;
  readonly #choice: Choice;
  readonly #plans = new Map<SymbolDeclaration, Map<string, PlanForms>>();

  /**
   * Plans calls with the convention of `choice`, and refuses declarations that `parts.check`
   * rejects.
   */
  constructor(parts: GuestParts, choice: Choice) {
    this.#parts = parts;
    this.#choice = choice;
  }

  /**
   * Collects the facts from which calls on an instance are planned; the convention is absent if
   * none is needed.
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
   *
   * @param parts The parts of the plan, if they have been made.
   */
  plan(
    name: string,
    declaration: SymbolDeclaration,
    instance: GuestInstance,
    context: ResolveContext,
    parts?: PlanParts | Problem,
  ): PlanForms | Problem {
    const named = this.#plans.get(declaration);
    const plan = named?.get(name) ?? this.#share(name, declaration, instance, context, parts);
    if (plan instanceof Problem) return plan;
    if (named === undefined) this.#plans.set(declaration, new Map([[name, plan]]));
    else named.set(name, plan);
    return plan;
  }

  /** Returns the plan for a declared symbol, or why there is none. */
  symbol(name: string, instance: GuestInstance): PlanForms | Problem {
    const declaration = this.#parts.symbols[name]!;
    const { chunked } = declaration;
    const giving = chunked && chunks.module.resultExport(chunked);
    return this.plan(
      giving ?? declaration.name ?? name,
      declaration,
      instance,
      this.context(instance),
    );
  }

  /** Discards all plans, because they were made for another convention. */
  clear(): void {
    this.#plans.clear();
  }

  #share(
    name: string,
    declaration: SymbolDeclaration,
    instance: GuestInstance,
    context: ResolveContext,
    parts: PlanParts | Problem | undefined,
  ): PlanForms | Problem {
    const { compiled } = this.#parts;
    let plans = shared.get(compiled);
    if (plans === undefined) shared.set(compiled, plans = new SharedPlans());
    const before = plans.find(name, declaration, context);
    if (before !== undefined) return before;
    const plan = this.make(name, declaration, instance, context, { parts });
    if (plan instanceof PlanForms) plans.add(name, declaration, context, plan);
    return plan;
  }

  /** Makes a plan that no other call of an export uses. */
  make(
    name: string,
    declaration: SymbolDeclaration,
    instance: GuestInstance,
    context: ResolveContext,
    { check = this.#parts.check, parts: made }: Prepared = {},
  ): PlanForms | Problem {
    // The several exports for chunked input are looked up together.
    const fn = declaration.chunked === undefined ? findFunction(instance, name) : undefined;
    if (fn instanceof Problem) return fn;
    const wrong = check?.declared(declaration, context) ?? [];
    if (wrong.length > 0) return misfits(name, wrong);
    const parts = made ?? planParts(name, declaration, context);
    if (parts instanceof Problem) return parts;
    const problems = check?.resolved(parts, declaration, context, instance) ?? [];
    if (problems.length > 0) return misfits(name, problems);
    const engine = loadedEngine();
    const { info } = this.#parts.compiled;
    const marked = resultOwner.loaded?.markOpen(parts, declaration.result, context, info) ?? parts;
    const settled = engine?.settle(marked, instance) ?? marked;
    if (settled instanceof Problem) return settled;
    const problem = objectValues.loaded?.findClassProblem(settled, instance) ??
      (settled.chunked && chunk.module.unknownCapacity(settled, instance)) ??
      (declaration.async ? waitingProblem(quote(name)) : undefined) ??
      blockCall.loaded?.findBlockProblem(settled, instance, engine !== undefined);
    if (problem !== undefined) return problem;
    const plan = settled.chunked === undefined
      ? planCall(settled, context, declaration.async)
      : chunks.module.planChunks(settled, context);
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

/** A plan, and the declaration and context that it was made for. */
interface SharedPlan {
  readonly declaration: SymbolDeclaration;
  readonly basis: Basis;
  readonly plan: PlanForms;
}

/** The parts of a context that a plan depends on, besides the module and the declaration. */
interface Basis {
  readonly convention: ResolveContext["convention"];
  readonly isRecognised?: boolean | undefined;
}

/** The plans for the exports of one module. Its guests share them, with their compiled forms. */
export class SharedPlans {
  readonly #plans = new Map<string, SharedPlan[]>();

  /** Returns the plan for an export, if one was made for the same declaration and convention. */
  find(
    name: string,
    declaration: SymbolDeclaration,
    { convention, isRecognised }: Basis,
  ): PlanForms | undefined {
    const plans = this.#plans.get(name);
    if (plans === undefined) return undefined;
    return plans.find((plan) =>
      plan.basis.isRecognised === isRecognised && isAlike(plan.declaration, declaration) &&
      isAlike(plan.basis.convention, convention)
    )?.plan;
  }

  /** Keeps a plan for the module's next guests. */
  add(
    name: string,
    declaration: SymbolDeclaration,
    { convention, isRecognised }: Basis,
    plan: PlanForms,
  ): void {
    // Only parts of the context are kept, because all of it would keep the instance alive.
    const added: SharedPlan = { declaration, basis: { convention, isRecognised }, plan };
    const plans = this.#plans.get(name);
    if (plans === undefined) this.#plans.set(name, [added]);
    else if (plans.length < MOST) plans.push(added);
  }
}

/**
 * The maximum number of cached declarations for each export, for a program that declares an export
 * with a new function each time.
 */
const MOST = 8;

/**
 * Returns whether two values of a declaration mean the same; functions and instances must be
 * identical.
 */
export function isAlike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isData(one) || !isData(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  // The order of the fields of a struct matters.
  const keys = Object.keys(one), others = Object.keys(other);
  return keys.length === others.length &&
    keys.every((key, index) => key === others[index] && isAlike(one[key], other[key]));
}

/** Returns whether a value is an array or a plain object. */
function isData(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || prototype === Array.prototype;
}
