import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import type { HostFunctionDeclaration } from "../../abi/declaration.ts";
import { orThrow } from "../../base/errors.ts";
import { findFunctionTable } from "../../instance/function_table.ts";
import { identityOf } from "../../instance/views.ts";
import type { Instance } from "../../instance/instance.ts";
import type { ValueType } from "../../binary/types.ts";
import type { HostPlan, HostResultPlan } from "../../plan/host_plan.ts";
import type { FunctionPlan } from "./function_parts.ts";
import { compilePointer } from "./pointer_of.ts";
import { formsOf } from "./settle_functions.ts";

/** The pointers of the functions that host functions have returned, by their declarations. */
const kept = new WeakMap<Instance, Map<HostFunctionDeclaration, Map<CoreFunction, number>>>();

/**
 * Compiles putting the function that a host function returns into the guest's table. It stays there
 * as long as the instance lives, because the guest can call it at any time.
 */
export function compileFunctionResult(
  { label, type, result }: HostPlan,
  instance: Instance,
): (value: unknown) => CoreValue {
  const { declaration, nullable } = result as HostResultPlan & { readonly kind: "function" };
  const action = `return a value from ${label}`;
  return compileKeep({ declaration, nullable }, action, instance, type?.results[0]);
}

/** Compiles putting a function into the guest's table for as long as the instance lives. */
export function compileKeep(
  { declaration, nullable }: Pick<FunctionPlan, "declaration" | "nullable">,
  action: string,
  instance: Instance,
  core?: ValueType,
): (value: unknown) => CoreValue {
  const owner = identityOf(instance);
  let declared = kept.get(owner);
  if (declared === undefined) kept.set(owner, declared = new Map());
  let pointers = declared.get(declaration);
  if (pointers === undefined) declared.set(declaration, pointers = new Map());
  const put = (fn: CoreFunction): number => {
    const known = pointers.get(fn);
    if (known !== undefined) return known;
    const table = orThrow(findFunctionTable(instance, action));
    const forms = formsOf(declaration);
    const pointer = table.add(forms.on(fn, { instance }), forms.type);
    pointers.set(fn, pointer);
    return pointer;
  };
  return compilePointer({ declaration, nullable }, action, core, instance, { put });
}
