// The state of a linked component: the component model's canonical ABI, "Table State", "Resource
// State" and "Subtask State".

import { GuestError, LoadError } from "../../base/errors.ts";
import type { Limiter, WatchedInstance } from "../../base/limits.ts";
import type { LimitedInstance } from "../../source/source_types.ts";
import { thrownInto } from "../../instance/import_refusal.ts";
import { errorOf } from "../../instance/refusal.ts";
import { abiTrap } from "../values/mistakes.ts";

/** The reason why a component has ended. */
export interface Ended {
  readonly error: unknown;
  /** Whether a host function threw it. */
  readonly isHosts: boolean;
}

/** The state that all instances of one linked component share. */
export class Store {
  /** Why it has ended; absent while it can be called. */
  ended: Ended | undefined;
  /** Ends the calls that reach a limit; absent without limits for calls. */
  limiter: Limiter | undefined;
  /** The core instances with limits. */
  readonly #watched: WatchedInstance[] = [];
  /** The number of handles in the tables of all instances. */
  handles = 0;
  /** The maximum number of bytes that a host function can return; absent without a limit. */
  readonly inputLimit: number | undefined;
  #limit: number;
  #left = 0;

  /** @param limit The maximum number of bytes that the values of one call take on the host. */
  constructor(limit: number, inputLimit?: number) {
    this.#limit = limit;
    this.inputLimit = inputLimit;
  }

  /** Lowers the limit for the values of one call; returns a function that undoes this. */
  tighten(most: number): () => void {
    const before = this.#limit;
    this.#limit = Math.min(before, most);
    return () => {
      this.#limit = before;
    };
  }

  /** Starts counting the bytes for the values of a call. */
  begin(): void {
    this.#left = this.#limit;
  }

  /** Counts bytes that a value takes on the host. */
  charge(byteLength: number): void {
    this.#left -= byteLength;
    if (this.#left < 0) {
      throw new GuestError(
        "result-too-large",
        `the values of one call take more than ${this.#limit} bytes, expected limits.results to ` +
          "allow them",
      );
    }
  }

  /** Adds a core instance with limits. */
  add({ instance: { exports }, watch }: LimitedInstance, imports: WebAssembly.Imports): void {
    const watched = { exports, imports, hostDepth: 0, describe: undefined, caps: undefined };
    watch?.(watched);
    this.#watched.push(watched);
  }

  /** Watches the state of the guest, and adds to its errors how close it is to limits. */
  watch(instance: WatchedInstance): void {
    this.limiter?.watch(instance);
    const { describe } = instance;
    instance.describe = (error) => {
      describe?.(error);
      // Several core instances can use one memory.
      this.#watched.find(({ caps }) => caps?.tell())?.describe?.(error);
    };
  }

  /** Ends the component without a failure, because it was closed or replaced. */
  retire(): void {
    this.ended ??= { error: undefined, isHosts: true };
  }

  /**
   * Ends the component: an error has passed through one of its core modules, so its state is
   * unknown.
   *
   * @returns the error to throw, which a guest cannot catch.
   */
  end(thrown: unknown, isHosts = false): unknown {
    this.ended ??= { error: errorOf(thrown), isHosts };
    return thrownInto(thrown);
  }
}

/**
 * The maximum numbers of what is made from one binary: a component of a few bytes can make two
 * instances of another one that does the same, and so on. A definition counts for each instance.
 */
const MOST = { "core instances": 1000, instances: 10_000, definitions: 1_000_000 };

/** Counts what is made from one binary. */
export class MadeCount {
  readonly #name: string;
  /** How many of each kind can still be made. */
  readonly #left = { ...MOST };

  /** @param name The name of the binary in errors. */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Counts what is about to be made.
   *
   * @throws {LoadError} if it is too much.
   */
  add(kind: keyof typeof MOST, count = 1): void {
    this.#left[kind] -= count;
    if (this.#left[kind] >= 0) return;
    throw new LoadError(
      "instantiation",
      `Cannot instantiate ${this.#name}: it makes more than ${MOST[kind]} ${kind}, expected fewer`,
      { source: this.#name },
    );
  }
}

/** The handles that one call has lent to a component instance, or borrowed from one. */
export interface CallScope {
  /** The number of borrowed handles that the callee has not dropped yet. */
  borrows: number;
  /** The functions that release borrowed resources when the call ends. */
  readonly release: (() => void)[];
  /** The functions that take back handles of arguments if a later argument is refused. */
  readonly undo: (() => void)[];
}

/** Makes the scope of a call. */
export function createScope(): CallScope {
  return { borrows: 0, release: [], undo: [] };
}

/** Releases the resources that a call has borrowed. */
export function release(scope: CallScope | undefined): void {
  for (const end of scope?.release.splice(0) ?? []) end();
}

/** Takes back the handles of arguments that have not reached the guest. */
export function undo(scope: CallScope | undefined): void {
  for (const takeBack of scope?.undo.splice(0).reverse() ?? []) takeBack();
}

/** The part of a resource type that a table uses. */
interface NamedResource {
  /** The name in errors. */
  readonly name: string;
}

/** A handle of a component instance. */
export interface Handle {
  readonly resource: NamedResource;
  /** The representation of the resource for the component or the host that implements it. */
  readonly representation: number;
  /** The call that has lent it; absent for a resource that the instance owns. */
  readonly scope: CallScope | undefined;
  /** The number of calls in progress for which it is lent. */
  lends: number;
}

/**
 * The maximum number of handles of a component. The canonical ABI allows 2 ** 28 - 1 for each
 * instance, which would exhaust the host's memory at about 80 bytes each.
 */
const MOST_HANDLES = 1_000_000;

/** The handles of a component instance. */
export class HandleTable {
  readonly #store: Store;
  readonly #handles: (Handle | undefined)[] = [undefined];
  readonly #free: number[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Adds a handle; returns its index.
   *
   * @throws {GuestError} with the code `out-of-memory` if the component already has the maximum
   * number.
   */
  add(resource: NamedResource, representation: number, scope?: CallScope): number {
    if (this.#store.handles >= MOST_HANDLES) {
      throw new GuestError(
        "out-of-memory",
        `the component has ${MOST_HANDLES} handles, expected it to drop some before it gets more`,
      );
    }
    this.#store.handles++;
    const index = this.#free.pop() ?? this.#handles.length;
    this.#handles[index] = { resource, representation, scope, lends: 0 };
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

  /** Removes a handle from the table. It must not be lent. */
  remove(index: number, resource: NamedResource): Handle {
    const handle = this.get(index, resource);
    if (handle.lends > 0) {
      throw abiTrap(`handle ${index} of ${resource.name} is lent`, "a handle that is not in use");
    }
    this.#store.handles--;
    this.#handles[index] = undefined;
    this.#free.push(index);
    return handle;
  }
}
