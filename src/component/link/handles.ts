// The component model's canonical ABI, "Loading" and "Storing" of own and borrow, and "canon
// resource.new", "resource.drop" and "resource.rep".

import type { FunctionType } from "../types.ts";
import type { Shapes } from "../values/js_shapes.ts";
import { abiTrap } from "../values/mistakes.ts";
import type { Handles } from "../values/value_codec.ts";
import { type CoreSignature, layoutOf } from "../values/value_layout.ts";
import { checkMayLeave } from "./linked_instance.ts";
import type { CallScope } from "./component_store.ts";
import type { ComponentInstance, CoreFunction, Resource } from "./items.ts";

/** Returns whether a function takes or returns handles. */
export function carriesHandles({ parameters, result }: FunctionType): boolean {
  const types = parameters.map(({ type }) => type);
  if (result !== undefined) types.push(result);
  return types.some((type) => layoutOf(type).hasHandles);
}

/** A place, as far as handles need it. */
interface HandlePlace {
  readonly instance: ComponentInstance;
  readonly shapes: Shapes;
  /** The call whose values are carried. */
  readonly scope: CallScope | undefined;
}

/** Returns the handles of a resource type in the table of a component instance. */
export function handlesIn(place: HandlePlace, resource: Resource): Handles {
  const { instance, shapes: { hasObjects } } = place;
  const { handles } = instance;
  const scopeOf = (): CallScope => place.scope!;
  return {
    takeOwn(index) {
      const { representation, scope } = handles.remove(index, resource);
      if (scope !== undefined) {
        throw abiTrap(`handle ${index} of ${resource.name} is borrowed`, "one that it owns");
      }
      return hasObjects ? resource.give(representation) : representation;
    },
    addOwn(value) {
      const undo = place.scope?.undo ?? [];
      const representation = hasObjects ? resource.take(value, undo) : value as number;
      const index = handles.add(resource, representation);
      undo.push(() => handles.remove(index, resource));
      return index;
    },
    takeBorrow(index) {
      const handle = handles.get(index, resource);
      const { release } = scopeOf();
      handle.lends++;
      release.push(() => handle.lends--);
      return hasObjects ? resource.lend(handle.representation, release) : handle.representation;
    },
    addBorrow(value) {
      const scope = scopeOf();
      const representation = hasObjects ? resource.borrow(value, scope.release) : value as number;
      if (resource.owner === instance) return representation;
      scope.borrows++;
      const index = handles.add(resource, representation, scope);
      scope.undo.push(() => handles.remove(index, resource));
      return index;
    },
  };
}

/** The types of the core functions that do something with handles. */
export const RESOURCE_TYPES: Readonly<Record<ResourceAction, CoreSignature>> = {
  "resource.new": { parameters: ["i32"], results: ["i32"] },
  "resource.drop": { parameters: ["i32"], results: [] },
  "resource.rep": { parameters: ["i32"], results: ["i32"] },
};

type ResourceAction = "resource.new" | "resource.drop" | "resource.rep";

/** Makes the core function of a component instance that does something with handles. */
export function resourceFunction(
  action: ResourceAction,
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
