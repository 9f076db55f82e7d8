// The component model's canonical ABI, "Component Instances", and the explainer's "Index Spaces".

import { GuestError } from "../../base/errors.ts";
import { list, quote, show } from "../../base/show.ts";
import { GuestMemory } from "../../memory/guest_memory.ts";
import type { CoreInstance } from "../component_interfaces.ts";
import type { ExternType, ResourceType, ResourceUse, Sort, SortIndex } from "../types.ts";
import { unnamed } from "../value_types.ts";
import { abiTrap } from "../values/mistakes.ts";
import { HandleTable, type Store } from "./component_store.ts";
import type {
  ComponentInstance,
  Item,
  LinkedExports,
  Resource,
  TypeItem,
  Waiting,
} from "./items.ts";

/** An entry of an index space: an item, or a core definition as the engine has it. */
export type Entry = Item | WebAssembly.ExportValue | WebAssembly.Exports;

/** An instance of a component, with what it has defined so far. */
export class LinkedInstance implements ComponentInstance, LinkedExports {
  readonly kind = "instance";
  readonly store: Store;
  readonly waiting: Waiting | undefined;
  readonly chain: readonly ComponentInstance[];
  readonly handles: HandleTable;
  readonly exports = new Map<string, Item>();
  mayEnter = true;
  mayLeave = true;
  /** The instance in which the component was defined, whose definitions it can refer to. */
  readonly #outer: LinkedInstance | undefined;
  readonly #spaces = new Map<Sort, Entry[]>();
  readonly #resources = new Map<ResourceType, Resource>();

  /**
   * @param parent The instance that contains the definition.
   * @param waiting The support for calls that wait.
   */
  constructor(
    store: Store,
    parent?: LinkedInstance,
    outer?: LinkedInstance,
    waiting?: Waiting,
  ) {
    this.store = store;
    this.waiting = waiting;
    this.handles = new HandleTable(store);
    this.chain = [this, ...parent?.chain ?? []];
    this.#outer = outer;
  }

  /** Adds an entry to the index space of a sort. */
  add(sort: Sort, entry: Entry): void {
    const space = this.#spaces.get(sort);
    if (space === undefined) this.#spaces.set(sort, [entry]);
    else space.push(entry);
  }

  /** Returns an entry, whose existence the reader has checked. */
  get<T extends Entry>({ sort, index }: SortIndex): T {
    return this.#spaces.get(sort)![index] as T;
  }

  /** Returns the enclosing instance that is `steps` levels out. */
  around(steps: number): LinkedInstance {
    return steps === 0 ? this : this.#outer!.around(steps - 1);
  }

  findResource(use: ResourceUse): Resource | undefined {
    const type = unnamed(use) as ResourceType;
    return this.#resources.get(type) ?? this.#outer?.findResource(type);
  }

  /** Binds the resource types in the type of a definition to its resources. */
  bindTypes({ sort, type }: ExternType, item: Item): void {
    if (sort === "type") {
      const bare = unnamed(type);
      const { resource } = item as TypeItem;
      if (bare.kind === "resource" && resource !== undefined) this.#resources.set(bare, resource);
    } else if (sort === "instance") {
      const { exports } = item as LinkedExports;
      for (const { name, type: inner } of type.exports) this.bindTypes(inner, exports.get(name)!);
    }
  }
}

/** An instance of a core module, as the host sees it. */
export class LinkedCoreInstance implements CoreInstance {
  readonly name: string | undefined;
  readonly exports: WebAssembly.Exports;
  /** The label in lists of core instances: the index, followed by the name. */
  readonly label: string;
  #memory: GuestMemory | undefined;
  #ended: string | undefined;

  constructor(index: number, name: string | undefined, exports: WebAssembly.Exports) {
    this.name = name;
    this.exports = exports;
    this.label = name === undefined ? `${index}` : `${index} ${quote(name)}`;
  }

  get memory(): GuestMemory {
    return this.#memory ??= this.#makeMemory();
  }

  /** Invalidates the views of its memory, for a reason. */
  end(why: string): void {
    this.#ended = why;
    if (this.#memory !== undefined) this.#memory.ended = why;
  }

  #makeMemory(): GuestMemory {
    const all = Object.entries(this.exports).filter(([, value]) => isOf("core memory", value));
    const [memory, ...others] = new Set(all.map(([, value]) => value as WebAssembly.Memory));
    if (memory === undefined || others.length > 0) {
      const names = list(all.map(([name]) => name));
      const expected = memory === undefined
        ? "a core instance that exports one"
        : "new GuestMemory() of one of them";
      throw new GuestError(
        "missing-export",
        `Cannot choose the memory of core instance ${this.label}: it exports ${names}, ` +
          `expected ${expected}`,
      );
    }
    const made = new GuestMemory(memory);
    made.ended = this.#ended;
    return made;
  }
}

/**
 * Finds a core instance by its name or its index.
 *
 * @throws {GuestError} if none or several have the name.
 */
export function findCoreInstance(
  all: readonly LinkedCoreInstance[],
  nameOrIndex: string | number,
): LinkedCoreInstance {
  const [found, ...others] = all.filter(({ name }, index) =>
    index === nameOrIndex || (name !== undefined && name === nameOrIndex)
  );
  if (found !== undefined && others.length === 0) return found;
  const problem = found === undefined
    ? "expected one of"
    : "several have the name, expected an index of";
  throw new GuestError(
    "missing-export",
    `Cannot find core instance ${show(nameOrIndex)}: ${problem} ${listCoreInstances(all)}`,
  );
}

/** Formats core instances as a list. */
export function listCoreInstances(all: readonly LinkedCoreInstance[]): string {
  return list(all.map(({ label }) => label), undefined, String);
}

/** Returns whether a core definition is of a sort. */
export function isOf(sort: Sort, value: WebAssembly.ExportValue): boolean {
  switch (sort) {
    case "core function":
      return typeof value === "function";
    case "core memory":
      return value instanceof WebAssembly.Memory;
    case "core table":
      return value instanceof WebAssembly.Table;
    case "core global":
      return value instanceof WebAssembly.Global;
  }
  return typeof value === "object"; // a tag, whose class some runtimes lack
}

/** Returns the instances that a call enters: the callee and its parents, except those that call. */
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
 * @throws {GuestError} if one of them is already being called; then none is marked.
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

/** Calls a core function of an instance, which ends if the call fails. */
export function callInside(
  instance: ComponentInstance,
  caller: ComponentInstance | undefined,
  name: string,
  call: () => void,
): void {
  const entered = enteredFrom(instance, caller);
  const { waiting } = instance;
  enter(entered, name);
  try {
    if (waiting === undefined) call();
    else waiting.atOnce(call);
  } catch (error) {
    throw instance.store.end(error);
  }
  leave(entered);
}
