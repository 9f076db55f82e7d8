// The component model's canonical ABI, "Component Instances": which of them may be called.

import { GuestError } from "../../base/errors.ts";
import { quote } from "../../base/show.ts";
import { abiTrap } from "../values/mistakes.ts";
import type { ComponentInstance } from "./items.ts";

/** Returns the instances that a call enters: the callee and those around it that do not call. */
export function enteredFrom(
  callee: ComponentInstance,
  caller: ComponentInstance | undefined,
): readonly ComponentInstance[] {
  return callee.chain.filter((instance) => !caller?.chain.includes(instance));
}

/** Throws unless an instance may call another one, or a function that the model defines. */
export function checkMayLeave({ mayLeave }: ComponentInstance): void {
  if (mayLeave) return;
  const found = "it called an import while a value was allocated or a result freed";
  throw abiTrap(found, "no call from there");
}

/**
 * Marks instances as being called.
 *
 * @param name The function that is called.
 * @throws {GuestError} if one of them is called already; then none is marked.
 */
export function enter(instances: readonly ComponentInstance[], name: string): void {
  for (const instance of instances) {
    if (!instance.mayEnter) {
      throw new GuestError(
        "busy",
        `Cannot call ${quote(name)}: a call of the component is in progress, and it cannot be ` +
          "entered again, expected that call to end first",
        { export: name },
      );
    }
  }
  for (const instance of instances) instance.mayEnter = false;
}

/** Marks instances as callable again. */
export function leave(instances: readonly ComponentInstance[]): void {
  for (const instance of instances) instance.mayEnter = true;
}

/** Calls a core function of an instance, which ends with it if that fails. */
export function callInside(
  instance: ComponentInstance,
  caller: ComponentInstance | undefined,
  name: string,
  call: () => void,
): void {
  const entered = enteredFrom(instance, caller);
  enter(entered, name);
  try {
    call();
  } catch (error) {
    throw instance.store.end(error);
  }
  leave(entered);
}
