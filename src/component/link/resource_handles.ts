// The component model's canonical ABI, "Loading" and "Storing", for own and borrow.

import type { Handles } from "../values/value_codec.ts";
import type { Shapes } from "../values/js_shapes.ts";
import { abiTrap } from "../values/mistakes.ts";
import type { CallScope } from "./handle_table.ts";
import type { ComponentInstance, Resource } from "./items.ts";

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
