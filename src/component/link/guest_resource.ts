// The component model's canonical ABI, "Resource State" and "canon resource.drop", for a resource
// that a component implements.

import { article } from "../value_types.ts";
import { wrongType } from "../values/mistakes.ts";
import { callInside } from "./linked_instance.ts";
import type { ComponentInstance, CoreFunction, Resource } from "./items.ts";

/** What the host knows of a resource of a guest. */
interface Held {
  readonly resource: GuestResource;
  readonly representation: number;
  readonly isOwned: boolean;
  /** The number of calls in progress that it is lent for. */
  lends: number;
  /** Why it cannot be used any more. */
  gone: string | undefined;
}

/** Returns its argument, so that a subclass puts its private field into it. */
const Given = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

/** Keeps what an object stands for in the object itself, where nobody else sees it. */
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
    if (held?.resource !== this) throw wrongType(value, `an object of class ${this.name}`);
    if (held.gone !== undefined) {
      throw wrongType(value, `one that is still there: it ${held.gone}`);
    }
    return held;
  }
}

/**
 * Ends a resource that the host owns, unless its component has ended.
 *
 * @param value The object.
 * @param run Runs what drops it.
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
