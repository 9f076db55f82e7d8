// The component model's canonical ABI, "Loading" and "Storing" of own and borrow, "Resource State"
// and "canon resource.new", "resource.drop" and "resource.rep".

import type { FunctionType } from "../types.ts";
import { article } from "../value_types.ts";
import type { Shapes } from "../values/js_shapes.ts";
import { abiTrap, wrongType } from "../values/mistakes.ts";
import type { Handles } from "../values/value_codec.ts";
import { type CoreSignature, layoutOf } from "../values/value_layout.ts";
import type { CallScope } from "./component_store.ts";
import type { ComponentInstance, CoreFunction, Resource } from "./items.ts";
import { callInside, checkMayLeave } from "./linked_instance.ts";

/** Returns whether a function takes or returns handles. */
export function carriesHandles({ parameters, result }: FunctionType): boolean {
  const types = parameters.map(({ type }) => type);
  if (result !== undefined) types.push(result);
  return types.some((type) => layoutOf(type).hasHandles);
}

/** The part of a place that handles need. */
interface HandlePlace {
  readonly instance: ComponentInstance;
  readonly shapes: Shapes;
  /** The call whose values are being converted. */
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

/** The types of the canonical functions for handles. */
export const RESOURCE_TYPES: Readonly<Record<ResourceAction, CoreSignature>> = {
  "resource.new": { parameters: ["i32"], results: ["i32"] },
  "resource.drop": { parameters: ["i32"], results: [] },
  "resource.rep": { parameters: ["i32"], results: ["i32"] },
};

type ResourceAction = "resource.new" | "resource.drop" | "resource.rep";

/** Makes a canonical function for handles of a component instance. */
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

/** The host's state for a resource that a guest implements. */
interface Held {
  readonly resource: GuestResource;
  readonly representation: number;
  readonly isOwned: boolean;
  /** The number of calls in progress for which it is lent. */
  lends: number;
  /** Why it can no longer be used. */
  gone: string | undefined;
}

/** Returns its argument, so that a subclass adds its private field to it. */
const Given = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

/** Stores the representation of an object in a private field of the object. */
class Mark extends Given {
  #held: Held;

  constructor(object: object, held: Held) {
    super(object);
    this.#held = held;
  }

  static of(value: unknown): Held | undefined {
    return typeof value === "object" && value !== null && #held in value ? value.#held : undefined;
  }
}

/** A resource type that a component defines. */
export class GuestResource implements Resource {
  readonly owner: ComponentInstance;
  readonly #destructor: CoreFunction | undefined;
  /** The class of its objects. */
  prototype: object = Object.prototype;
  name = "a resource";

  constructor(owner: ComponentInstance, destructor: CoreFunction | undefined) {
    this.owner = owner;
    this.#destructor = destructor;
  }

  drop(representation: number, caller: ComponentInstance | undefined): void {
    const { owner } = this;
    callInside(owner, caller, `the end of ${this.name}`, () => this.#destructor?.(representation));
  }

  give(representation: number): object {
    return this.#make(representation, true);
  }

  take(value: unknown, undo: (() => void)[]): number {
    const held = this.#find(value);
    if (!held.isOwned || held.lends > 0) {
      const found = held.isOwned ? "is lent to a call" : "is lent for this call alone";
      throw wrongType(value, `one that is owned: it ${found}`);
    }
    held.gone = "was given to a guest";
    undo.push(() => held.gone = undefined);
    return held.representation;
  }

  lend(representation: number, release: (() => void)[]): object {
    const object = this.#make(representation, false);
    const held = Mark.of(object)!;
    release.push(() => held.gone = "was lent for a call that has ended");
    return object;
  }

  borrow(value: unknown, release: (() => void)[]): number {
    const held = this.#find(value);
    held.lends++;
    release.push(() => held.lends--);
    return held.representation;
  }

  #make(representation: number, isOwned: boolean): object {
    const object = Object.create(this.prototype) as object;
    new Mark(object, { resource: this, representation, isOwned, lends: 0, gone: undefined });
    return object;
  }

  #find(value: unknown): Held {
    const held = Mark.of(value);
    if (held?.resource !== this) {
      const isElses = held?.resource.name === this.name;
      const whose = isElses ? " that this guest has made since it was last reset" : "";
      throw wrongType(value, `an object of class ${this.name}${whose}`);
    }
    if (held.gone !== undefined) {
      throw wrongType(value, `one that is still there: it ${held.gone}`);
    }
    return held;
  }
}

/**
 * Disposes of a resource that the host owns, unless its component has ended.
 *
 * @param value The object.
 * @param run Runs the function that drops it.
 */
export function disposeResource(value: unknown, run: (drop: () => void) => void): void {
  const held = Mark.of(value);
  if (held === undefined || held.gone !== undefined || !held.isOwned) return;
  const { resource, representation } = held;
  if (held.lends > 0) {
    throw new TypeError(
      `Cannot dispose of ${
        article(resource.name)
      }: it is lent to a call, expected that to end first`,
    );
  }
  held.gone = "was disposed of";
  if (resource.owner.store.ended !== undefined) return;
  try {
    run(() => resource.drop(representation, undefined));
  } catch (error) {
    // It was not dropped if the component could not be called.
    if (resource.owner.store.ended === undefined) held.gone = undefined;
    throw error;
  }
}
