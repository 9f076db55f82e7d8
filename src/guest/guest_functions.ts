import type {
  FunctionDeclaration,
  HostFunctionDeclaration,
  SymbolDeclaration,
} from "../abi/declaration.ts";
import type { PointerValue, SymbolFunction } from "../abi/value_types.ts";
import { orThrow, Problem } from "../base/errors.ts";
import { problemsError } from "../base/misnomers.ts";
import { hasProperty, isA, show } from "../base/show.ts";
import { loadAllParts } from "../call/make_parts.ts";
import { liftedFunctions, passedFunctions, structValues } from "../call/on_demand.ts";
import { GuestCallback, moveCallback } from "../call/pointers/callback.ts";
import { CallbackForms } from "../call/host/host_forms.ts";
import { settleHostFunctions } from "../call/pointers/settle_functions.ts";
import { hostArgumentProblems } from "../check/core_argument_problems.ts";
import { functionShape, hostFunctionShape } from "../check/declaration_shapes.ts";
import { Problems, type Shape } from "../check/shape.ts";
import { lending } from "../call/structs/struct_functions.ts";
import { HostFunction, pointerPlans } from "../imports/host_function.ts";
import { findFunctionTable, pointerWords } from "../instance/function_table.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import { toOffset } from "../memory/pointer.ts";
import { structs } from "../plan/flatten.ts";
import { hostConvention } from "../plan/flatten_host.ts";
import { planCallback } from "../plan/plan_callback.ts";
import { isCustom } from "../presets/preset_options.ts";
import type { GuestFunctions } from "./function_types.ts";
import { type FunctionsGuest, InstanceFunctions, keyOf } from "./pointed_functions.ts";

/** Loads the code for functions that are passed as pointers. */
export async function loadFunctionParts(): Promise<void> {
  const parts = [structs, structValues, passedFunctions, liftedFunctions, lending, pointerPlans];
  await Promise.all([loadAllParts(), ...parts.map((part) => part.load())]);
}

/** The host functions in a guest's table, and the guest's functions that the host calls. */
export class TableFunctions implements GuestFunctions {
  readonly #guest: FunctionsGuest;
  readonly #callbacks = new Set<GuestCallback>();
  readonly #forms: { readonly key: string; readonly forms: CallbackForms }[] = [];
  #instance: GuestInstance;
  #pointed: InstanceFunctions;

  constructor(guest: FunctionsGuest & { readonly instance: GuestInstance }) {
    this.#guest = guest;
    this.#instance = guest.instance;
    this.#pointed = new InstanceFunctions(guest, guest.instance);
  }

  add(given: HostFunction): GuestCallback {
    if (!isA(given, HostFunction)) {
      const what = typeof given === "function" ? "a plain function" : show(given);
      throw new TypeError(
        `Cannot make a callback: it is ${what}, expected hostFunction({ parameters, result }, fn)`,
      );
    }
    const declaration = readDeclaration(
      hostFunctionShape,
      given.declaration,
      "Cannot make a callback",
    ) as HostFunctionDeclaration;
    const callback = new GuestCallback(
      this.#formsOf(declaration),
      given.callback as (...args: unknown[]) => never,
      this.#instance,
      (callback) => this.#callbacks.delete(callback),
    );
    this.#callbacks.add(callback);
    return callback;
  }

  get<const D extends FunctionDeclaration>(given: PointerValue, stated: D): SymbolFunction<D> {
    const pointer = readPointer(given);
    const cannot = `Cannot call ${pointerWords(pointer)}`;
    const declaration = readDeclaration(functionShape, stated, cannot) as SymbolDeclaration;
    return this.#pointed.get(pointer, declaration) as SymbolFunction<D>;
  }

  /**
   * Adds all callbacks to the table of a fresh instance. Functions of the former table can no
   * longer be called.
   *
   * @returns A function that goes back to the former instance.
   */
  moveTo(instance: GuestInstance): () => void {
    const before = this.#instance, pointed = this.#pointed;
    const undo = [pointed.leave()];
    const goBack = () => {
      this.#instance = before;
      this.#pointed = pointed;
      for (const back of undo) back();
    };
    this.#instance = instance;
    this.#pointed = new InstanceFunctions(this.#guest, instance);
    try {
      for (const callback of this.#callbacks) undo.push(moveCallback(callback, instance));
    } catch (error) {
      goBack();
      throw error;
    }
    return goBack;
  }

  /** Returns the forms of callbacks, which equal declarations share. */
  #formsOf(declaration: HostFunctionDeclaration): CallbackForms {
    const key = keyOf(declaration);
    const known = this.#forms.find((item) => item.key === key);
    if (known !== undefined) return known.forms;
    const { address64 } = this.#instance;
    const { choice: { convention }, parts } = this.#guest;
    const context = { convention, address64, info: parts.compiled.info };
    const record = convention instanceof Problem || isCustom(convention) ? undefined : convention;
    const problems = hostArgumentProblems(declaration, record && hostConvention(record));
    if (problems.length > 0) throw problemsError("Cannot make a callback", problems);
    orThrow(findFunctionTable(this.#instance, "make a callback"));
    const plan = orThrow(planCallback(declaration, context));
    const problem = settleHostFunctions(plan, context);
    if (problem !== undefined) throw problem.error();
    const forms = new CallbackForms(plan, declaration.async ?? false);
    this.#forms.push({ key, forms });
    if (this.#forms.length > MOST_FORMS) this.#forms.shift();
    return forms;
  }
}

/** The maximum number of cached declarations of callbacks. */
const MOST_FORMS = 64;

/** Returns a pointer as an index. */
function readPointer(given: unknown): number {
  const pointer = hasProperty(given, "pointer") ? given.pointer : given;
  if (typeof pointer === "number" || typeof pointer === "bigint") {
    try {
      return toOffset(pointer);
    } catch {
      // It is not an integer.
    }
  }
  throw new TypeError(
    `Cannot call a function pointer: it is ${show(pointer)}, expected a pointer of the guest`,
  );
}

/** Checks a declaration, and returns a copy. */
function readDeclaration(shape: Shape, given: unknown, cannot: string): unknown {
  const problems = new Problems("the declaration");
  const copy = problems.read(shape, given, "");
  if (problems.lines.length > 0) throw problemsError(cannot, problems.lines);
  return copy;
}
