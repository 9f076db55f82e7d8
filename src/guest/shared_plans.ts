import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { PlanForms } from "../call/call.ts";
import type { ResolveContext } from "../plan/context.ts";

/** A plan, and what it was made for. */
interface SharedPlan {
  readonly declaration: SymbolDeclaration;
  readonly basis: Basis;
  readonly plan: PlanForms;
}

/** What a plan depends on beside the module and the declaration. */
interface Basis {
  readonly convention: ResolveContext["convention"];
  readonly isRecognised?: boolean | undefined;
}

/** The plans for the exports of one module: its guests share them, and what was compiled of them. */
export class SharedPlans {
  readonly #plans = new Map<string, SharedPlan[]>();

  /** The plan that was made for an export, if it was declared alike under the same convention. */
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
    // Not the whole context, which would keep the instance.
    const added: SharedPlan = { declaration, basis: { convention, isRecognised }, plan };
    const plans = this.#plans.get(name);
    if (plans === undefined) this.#plans.set(name, [added]);
    else if (plans.length < MOST) plans.push(added);
  }
}

/**
 * How many declarations of one export are kept. A program that declares an export anew each time, with
 * a function of its own, would else fill memory.
 */
const MOST = 8;

/**
 * Returns whether two values of a declaration mean the same: functions and instances have to be the
 * same.
 */
export function isAlike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isData(one) || !isData(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isAlike(one[key], other[key]));
}

/** Returns whether a value is an array or an object of no class. */
function isData(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || prototype === Array.prototype;
}
