import type { CoreFunction } from "../../abi/core_value.ts";
import type { Home } from "../../instance/home.ts";
import type { Realm } from "../../instance/realm.ts";
import type { HostRecipe } from "../../plan/host_plan.ts";
import { Forms, type Made } from "../forms.ts";
import { compileHost } from "./compile_host.ts";
import { layoutOfHost, planOfHost } from "./host_code.ts";
import type { HostParts } from "./host_parts.ts";
import { compileAnswerStore } from "./place.ts";
import { compileFinish, compileRuns, runLater, runNow } from "./run_host.ts";

/** A host function, and its compiled form once there is one: all instances of a module share them. */
export class HostForms {
  readonly #recipe: HostRecipe;
  readonly #isAsync: boolean;
  readonly #forms: Forms<HostParts, CoreFunction>;

  constructor(recipe: HostRecipe, isAsync: boolean) {
    this.#recipe = recipe;
    this.#isAsync = isAsync;
    this.#forms = new Forms(({ realm, giveBack }) =>
      compileHost(recipe, realm.facts(), giveBack !== undefined)
    );
  }

  /** The import of one instance: it gets lifted arguments, and what it answers is lowered. */
  on(callback: (...args: never[]) => unknown, home: Home): CoreFunction {
    const made: Made<CoreFunction> = {
      compiled: undefined,
      call: (...args) => {
        const { realm } = home;
        // A start function runs before there is an instance to know; nothing made for it is kept.
        if (realm === undefined) return this.#make(callback as CoreFunction, realm)(...args);
        this.#settle(made, callback as CoreFunction, realm);
        return made.call(...args);
      },
    };
    return withArity(this.#recipe.arity, made);
  }

  #settle(made: Made<CoreFunction>, callback: CoreFunction, realm: Realm): void {
    const recipe = this.#recipe;
    const stores = compileAnswerStore(recipe, realm);
    const runs = compileRuns(recipe, callback, realm, stores);
    if (this.#isAsync) {
      made.call = runLater(runs, realm);
      return;
    }
    const parts: HostParts = {
      ...runs,
      plan: planOfHost(recipe),
      realm,
      layout: layoutOfHost(recipe, realm.address64),
      stores,
      finish: compileFinish(runs, realm),
    };
    this.#forms.improve(parts, runNow(runs, realm), made);
  }

  #make(callback: CoreFunction, realm: undefined): CoreFunction {
    const runs = compileRuns(this.#recipe, callback, realm, []);
    return (this.#isAsync ? runLater : runNow)(runs, realm);
  }
}

/**
 * A function that the guest can import. The arities that imports have in practice spread nothing, and
 * the compiled form has a call of its own: V8 writes out what one place calls only if that is always
 * the same.
 */
function withArity(arity: number, made: Made<CoreFunction>): CoreFunction {
  switch (arity) {
    case 0:
      return () => made.compiled === undefined ? made.call() : made.compiled();
    case 1:
      return (a) => made.compiled === undefined ? made.call(a) : made.compiled(a);
    case 2:
      return (a, b) => made.compiled === undefined ? made.call(a, b) : made.compiled(a, b);
    case 3:
      return (a, b, c) => made.compiled === undefined ? made.call(a, b, c) : made.compiled(a, b, c);
    case 4:
      return (a, b, c, d) =>
        made.compiled === undefined ? made.call(a, b, c, d) : made.compiled(a, b, c, d);
    default:
      return (...args) => made.compiled === undefined ? made.call(...args) : made.compiled(...args);
  }
}
