// The component model's canonical ABI, "Table State" and "Resource State".

import { abiTrap } from "../values/mistakes.ts";

/** What one call has lent to a component instance, or has borrowed from one. */
export interface CallScope {
  /** The number of borrowed handles that the callee has not dropped yet. */
  borrows: number;
  /** What has to be given back when the call ends. */
  readonly release: (() => void)[];
  /** What gives handles back that were added for arguments, if a later one is refused. */
  readonly undo: (() => void)[];
}

/** A resource type, as far as a table looks at it. */
interface NamedResource {
  /** The name in errors. */
  readonly name: string;
}

/** A handle of a component instance. */
export interface Handle {
  readonly resource: NamedResource;
  /** What stands for the resource, for the component or the host that implements it. */
  readonly representation: number;
  /** The call that has lent it; absent for a resource that the instance owns. */
  readonly scope: CallScope | undefined;
  /** The number of calls in progress that it is lent for. */
  lends: number;
}

const MOST_HANDLES = 2 ** 28 - 1;

/** The handles of a component instance. */
export class HandleTable {
  readonly #handles: (Handle | undefined)[] = [undefined];
  readonly #free: number[] = [];

  /** Adds a handle; returns its index. */
  add(
    resource: NamedResource,
    representation: number,
    scope?: CallScope,
  ): number {
    const handle = { resource, representation, scope, lends: 0 };
    const index = this.#free.pop() ?? this.#handles.length;
    if (index > MOST_HANDLES) throw abiTrap("it has too many handles", `at most ${MOST_HANDLES}`);
    this.#handles[index] = handle;
    return index;
  }

  /** Returns a handle of a resource type. */
  get(index: number, resource: NamedResource): Handle {
    const handle = this.#handles[index];
    if (handle === undefined) {
      throw abiTrap(`handle ${index} is not in its table`, `a handle of ${resource.name}`);
    }
    if (handle.resource !== resource) {
      const found = `handle ${index} is one of ${handle.resource.name}`;
      throw abiTrap(found, `one of ${resource.name}`);
    }
    return handle;
  }

  /** Takes a handle out of the table. It must not be lent. */
  remove(index: number, resource: NamedResource): Handle {
    const handle = this.get(index, resource);
    if (handle.lends > 0) {
      throw abiTrap(`handle ${index} of ${resource.name} is lent`, "a handle that is not in use");
    }
    this.#handles[index] = undefined;
    this.#free.push(index);
    return handle;
  }
}
