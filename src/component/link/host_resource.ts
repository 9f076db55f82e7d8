import { wrongType } from "../values/mistakes.ts";
import { isA } from "../../base/show.ts";
import type { ComponentInstance, Resource } from "./items.ts";

/** The class of a resource that the host implements. */
export type HostClass = (new (...args: never[]) => object) & Readonly<Record<string, unknown>>;

/** A resource type that the host implements, by objects. */
export class HostResource implements Resource {
  readonly owner = undefined;
  name: string;
  readonly #class: HostClass | undefined;
  readonly #objects = new Map<number, object>();
  #next = 1;

  /** @param hostClass The class of the objects; any object will do if there is none. */
  constructor(name: string, hostClass: HostClass | undefined) {
    this.name = name;
    this.#class = hostClass;
  }

  drop(representation: number, { store }: ComponentInstance): void {
    const object = this.give(representation) as Partial<Disposable>;
    try {
      object[Symbol.dispose]?.();
    } catch (error) {
      throw store.end(error, true);
    }
  }

  give(representation: number): object {
    const object = this.lend(representation);
    this.#objects.delete(representation);
    return object;
  }

  take(value: unknown, undo: (() => void)[]): number {
    if (typeof value !== "object" || value === null) {
      throw wrongType(value, `an object of class ${this.name}`);
    }
    if (this.#class !== undefined && !isA(value, this.#class)) {
      throw wrongType(value, `an instance of the class ${this.name} that was given`);
    }
    const representation = this.#next++;
    this.#objects.set(representation, value);
    undo.push(() => this.#objects.delete(representation));
    return representation;
  }

  lend(representation: number): object {
    return this.#objects.get(representation)!;
  }

  borrow(value: unknown, release: (() => void)[]): number {
    return this.take(value, release);
  }
}
