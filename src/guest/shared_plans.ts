import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { PlanForms } from "../call/call.ts";
import type { ResolveContext } from "../plan/context.ts";

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
    // Only parts of the context are kept, because the whole would keep the instance.
    const added: SharedPlan = { declaration, basis: { convention, isRecognised }, plan };
    const plans = this.#plans.get(name);
    if (plans === undefined) this.#plans.set(name, [added]);
    else if (plans.length < MOST) plans.push(added);
  }
}

/**
 * The number of declarations of one export that are kept. Otherwise a program that declares an
 * export anew each time, with a function of its own, would fill memory.
 */
const MOST = 8;

/**
 * Returns whether two values of a declaration mean the same; functions and instances must be
 * identical.
 */
export function isAlike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isData(one) || !isData(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isAlike(one[key], other[key]));
}

/** Returns whether a value is an array or a plain object. */
function isData(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || prototype === Array.prototype;
}
