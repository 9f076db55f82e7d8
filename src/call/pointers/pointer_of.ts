import type { CoreFunction, CoreValue } from "../../abi/core_value.ts";
import type { HostFunctionDeclaration } from "../../abi/declaration.ts";
import { hasProperty, show } from "../../base/show.ts";
import { typeKey } from "../../binary/function_module.ts";
import type { FunctionType, ValueType } from "../../binary/types.ts";
import type { Instance } from "../../instance/instance.ts";
import type { FunctionForms, FunctionPlan } from "./function_parts.ts";

/**
 * The forms of each function of the host that is declared; all instances of a module share them.
 */
const forms = new WeakMap<HostFunctionDeclaration, FunctionForms>();

/** Keeps the forms of a function of the host that was planned. */
export function keepForms(declaration: HostFunctionDeclaration, made: FunctionForms): void {
  forms.set(declaration, made);
}

/** Returns whether a function of the host was planned before. */
export function hasForms(declaration: HostFunctionDeclaration): boolean {
  return forms.has(declaration);
}

/** Returns the forms of a function of the host that was planned before. */
export function formsOf(declaration: HostFunctionDeclaration): FunctionForms {
  return forms.get(declaration)!;
}

/** The place in the guest's table of a function that the host got from the guest. */
interface Origin {
  readonly instance: Instance;
  readonly pointer: number;
  /** The key of its type. */
  readonly key: string;
}

/** The places of guests' functions, by the functions that the host got for them. */
const origins = new WeakMap<object, Origin>();

/** Records the pointer of a guest function, so that the guest gets the same pointer back. */
export function noteOrigin(
  fn: object,
  { instance, pointer, type }: Omit<Origin, "key"> & { readonly type: FunctionType },
): void {
  origins.set(fn, { instance, pointer, key: typeKey(type) });
}

/** Where functions of the host get their pointers. */
export interface Pointers {
  /** Returns a pointer to a function. */
  put(fn: CoreFunction): number;
  /** Records that a call passes a pointer that it has not added to the table. */
  pass?(pointer: number): void;
}

/**
 * Compiles finding the pointer to pass for a function. A function that came from the guest keeps
 * its pointer, so that the guest can compare it with others. Any other function gets one of
 * `pointers`.
 *
 * @param action The action in errors: `pass argument 0 to "sort"`.
 * @param core The core type of the pointer, if it is known.
 */
export function compilePointer(
  { declaration, nullable }: Pick<FunctionPlan, "declaration" | "nullable">,
  action: string,
  core: ValueType | undefined,
  instance: Instance,
  pointers: Pointers,
): (value: unknown) => CoreValue {
  const wide = core === undefined ? instance.address64 : core === "i64";
  const asCore = wide ? BigInt : (pointer: number) => pointer;
  const key = typeKey(formsOf(declaration).type);
  const pass = (pointer: number) => {
    pointers.pass?.(pointer);
    return asCore(pointer);
  };
  return (value) => {
    if (typeof value === "function") {
      const origin = origins.get(value);
      const isOwn = origin?.instance === instance && origin.key === key;
      return isOwn ? pass(origin.pointer) : asCore(pointers.put(value as CoreFunction));
    }
    if (value === null && nullable) return asCore(0);
    if (hasProperty(value, "pointer") && typeof value.pointer === "number") {
      return pass(value.pointer);
    }
    const expected = `a function${nullable ? ", a callback or null" : " or a callback"}`;
    throw new TypeError(`Cannot ${action}: it is ${show(value)}, expected ${expected}`);
  };
}
