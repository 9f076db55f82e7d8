// The component model's canonical ABI, "canon resource.new", "resource.drop" and "resource.rep".

import { checkMayLeave } from "./enter.ts";
import type { ComponentInstance, CoreFunction, Resource } from "./items.ts";

/** Makes the core function of a component instance that does something with handles. */
export function resourceFunction(
  action: "resource.new" | "resource.drop" | "resource.rep",
  resource: Resource,
  instance: ComponentInstance,
): CoreFunction {
  const { handles, store } = instance;
  const act = {
    "resource.new": (representation: number) => {
      checkMayLeave(instance);
      return handles.add(resource, representation);
    },
    "resource.drop": (index: number) => {
      checkMayLeave(instance);
      const { scope, representation } = handles.remove(index, resource);
      if (scope === undefined) resource.drop(representation, instance);
      else scope.borrows--;
      return undefined;
    },
    "resource.rep": (index: number) => handles.get(index, resource).representation,
  }[action];
  return (given) => {
    try {
      return act((given as number) >>> 0);
    } catch (error) {
      throw store.end(error);
    }
  };
}
