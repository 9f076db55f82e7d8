// The component model's explainer, "Instance Definitions", "Alias Definitions" and "Canonical
// Definitions": what each definition makes, in the order of the binary.

import { LoadError, messageOf } from "../../base/errors.ts";
import { hex, quote } from "../../base/show.ts";
import { errorOf } from "../../instance/refusal.ts";
import { GuestMemory } from "../../memory/guest_memory.ts";
import { hasAddress64 } from "../../memory/pointer.ts";
import type { Compiled } from "../../source/source_types.ts";
import type { CanonOptions, Component, Definition } from "../types.ts";
import { type CoreSignature, signatureOf } from "../values/value_layout.ts";
import { CoreTypes, type LinkedOptions, REALLOC } from "./canon_place.ts";
import { MadeCount, type Store } from "./component_store.ts";
import type {
  CoreFunction,
  Item,
  LinkedComponent,
  LinkedExports,
  LinkedFunction,
  LinkedModule,
  Waiting,
} from "./items.ts";
import { LiftedFunction } from "./lift.ts";
import { type Entry, isOf, LinkedCoreInstance, LinkedInstance } from "./linked_instance.ts";
import { lower } from "./lower.ts";
import { GuestResource, RESOURCE_TYPES, resourceFunction } from "./resources.ts";

/** The core modules of a component, by their definitions. */
export type Modules = ReadonlyMap<Definition, CoreModule>;

/** A compiled core module, with the limits for its instances. */
export type CoreModule = Pick<Compiled, "module" | "limiting">;

/** A definition of one kind. */
export type Of<Kind extends Definition["kind"]> = Extract<Definition, { readonly kind: Kind }>;

const CANONICAL = "the canonical definition";

/** Makes instances of the components of one binary. */
export class Linker {
  readonly #store: Store;
  readonly #modules: Modules;
  readonly #name: string;
  readonly #waiting: Waiting | undefined;
  readonly #memories = new Map<WebAssembly.Memory, GuestMemory>();
  readonly #count: MadeCount;
  /** The instances of core modules, in the order in which they are made. */
  readonly coreInstances: LinkedCoreInstance[] = [];
  /** The types of core functions that modules export, and of those made here. */
  readonly #exported = new CoreTypes();
  readonly #made = new CoreTypes();

  /** @param name The name of the binary in errors. */
  constructor(store: Store, modules: Modules, name: string, waiting?: Waiting) {
    this.#store = store;
    this.#modules = modules;
    this.#name = name;
    this.#count = new MadeCount(name);
    this.#waiting = waiting;
  }

  /** The memories that values pass through, in the order of their first use. */
  get memories(): Iterable<GuestMemory> {
    return this.#memories.values();
  }

  /**
   * Makes an instance of a component with an item for each import.
   *
   * @throws {LoadError} if a core module cannot be instantiated, or lacks an export, or if there are
   * too many instances.
   */
  instantiate(
    component: Component,
    imports: ReadonlyMap<string, Item>,
    parent?: LinkedInstance,
    outer?: LinkedInstance,
  ): LinkedInstance {
    this.#count.add("instances");
    this.#count.add("definitions", component.definitions.length);
    const instance = new LinkedInstance(this.#store, parent, outer, this.#waiting);
    for (const definition of component.definitions) this.#define(instance, definition, imports);
    return instance;
  }

  #define(
    instance: LinkedInstance,
    definition: Definition,
    imports: ReadonlyMap<string, Item>,
  ): void {
    switch (definition.kind) {
      case "core module": {
        const { type } = definition;
        return instance.add("module", { kind: "module", ...this.#modules.get(definition)!, type });
      }
      case "core instance":
        return instance.add("core instance", this.#coreInstance(instance, definition));
      case "component": {
        const { component } = definition;
        return instance.add("component", { kind: "component", component, outer: instance });
      }
      case "instance":
        return this.#instance(instance, definition);
      case "alias":
        if (definition.sort === "core type") return; // the engine checks core modules itself
        return instance.add(definition.sort, this.#alias(instance, definition));
      case "type":
        return this.#type(instance, definition);
      case "canon":
        return this.#canon(instance, definition);
      case "import": {
        const { name, type } = definition.import;
        const item = imports.get(name)!;
        instance.add(type.sort, item);
        return instance.bindTypes(type, item);
      }
      case "export": {
        const { item: found, export: { name, type } } = definition;
        const item = instance.get<Item>(found);
        if (item.kind === "type" && item.resource instanceof GuestResource) {
          item.resource.name = name;
        }
        instance.add(found.sort, item);
        instance.exports.set(name, item);
        return instance.bindTypes(type, item);
      }
    }
  }

  #coreInstance(
    instance: LinkedInstance,
    { name, module, items, offset }: Of<"core instance">,
  ): WebAssembly.Exports {
    const named: WebAssembly.Exports = Object.create(null);
    for (const item of items) named[item.name] = instance.get<WebAssembly.ExportValue>(item);
    if (module === undefined) return named;
    this.#count.add("core instances");
    const linked = instance.get<LinkedModule>({ sort: "module", index: module });
    const { limiting, type: declared } = linked;
    const imports = named as unknown as WebAssembly.Imports;
    const where = `a core module at offset ${hex(offset)}`;
    for (const { module, name, kind, type } of declared.imports) {
      if (kind !== "function" || type === undefined) continue;
      // The engine checks the types of items that one module imports from another.
      const problem = this.#made.differ(imports[module]?.[name] as CoreFunction, type);
      if (problem === undefined) continue;
      throw this.#error(`import ${quote(`${module}.${name}`)} of ${where}: ${problem}`);
    }
    let made: WebAssembly.Instance;
    try {
      made = new WebAssembly.Instance(linked.module, imports);
      if (limiting !== undefined) {
        const limited = limiting.limit(made, this.#store.limiter);
        this.#store.limiter = limited.limiter;
        this.#store.add(limited, imports);
        made = limited.instance;
      }
    } catch (thrown) {
      const cause = errorOf(thrown);
      throw limiting?.explain(cause) ?? this.#error(`${where}: ${messageOf(cause)}`, cause);
    }
    for (const { name, kind, type } of declared.exports) {
      if (kind !== "function" || type === undefined) continue;
      this.#exported.add(made.exports[name] as CoreFunction, type);
    }
    const all = this.coreInstances;
    all.push(new LinkedCoreInstance(all.length, name, made.exports));
    return made.exports;
  }

  /** Returns a core function, which has to be of a type. */
  #core(
    instance: LinkedInstance,
    index: number,
    expected: CoreSignature,
    what: string,
    offset: number,
  ): CoreFunction {
    const found = instance.get({ sort: "core function", index }) as CoreFunction;
    const problem = this.#exported.differ(found, expected) ?? this.#made.differ(found, expected);
    if (problem === undefined) return found;
    throw this.#error(`the ${what} at offset ${hex(offset)}: ${problem}`);
  }

  #type(instance: LinkedInstance, { type }: Of<"type">): void {
    let resource: GuestResource | undefined;
    if (type.kind === "resource") {
      const { destructor: index, offset } = type;
      const destructor = index === undefined ? undefined : this.#core(
        instance,
        index,
        RESOURCE_TYPES["resource.drop"],
        "destructor of a type",
        offset,
      );
      resource = new GuestResource(instance, destructor);
    }
    const item = { kind: "type", resource } as const;
    instance.add("type", item);
    instance.bindTypes({ sort: "type", type }, item);
  }

  #instance(instance: LinkedInstance, { component, items, type }: Of<"instance">): void {
    const given = new Map(items.map((item) => [item.name, instance.get<Item>(item)]));
    let made: LinkedExports;
    if (component === undefined) {
      made = { kind: "instance", exports: given };
    } else {
      const linked = instance.get<LinkedComponent>({ sort: "component", index: component });
      made = this.instantiate(linked.component, given, instance, linked.outer as LinkedInstance);
    }
    instance.add("instance", made);
    instance.bindTypes({ sort: "instance", type }, made);
  }

  #alias(instance: LinkedInstance, alias: Of<"alias">): Entry {
    const { sort } = alias;
    if (alias.of === "outer") return instance.around(alias.outer).get({ sort, index: alias.index });
    const { name, instance: index } = alias;
    if (alias.of === "export") {
      return instance.get<LinkedExports>({ sort: "instance", index }).exports.get(name)!;
    }
    const exports = instance.get<WebAssembly.Exports>({ sort: "core instance", index });
    const found = Object.hasOwn(exports, name) ? exports[name] : undefined;
    if (found !== undefined && isOf(sort, found)) return found;
    const is = found === undefined ? "it does not have that" : "it is of another sort";
    throw this.#error(
      `the ${sort} ${quote(name)} of a core instance at offset ${hex(alias.offset)}: ${is}`,
    );
  }

  #canon(instance: LinkedInstance, canon: Of<"canon">): void {
    switch (canon.canon) {
      case "lift": {
        const type = signatureOf(canon.type, "lift");
        const options = this.#options(instance, canon, type.results);
        const core = this.#core(
          instance,
          canon.core,
          type,
          `function of ${CANONICAL}`,
          canon.offset,
        );
        return instance.add("function", new LiftedFunction(canon, core, options, instance));
      }
      case "lower": {
        const callee = instance.get<LinkedFunction>({ sort: "function", index: canon.function });
        const core = lower(callee, canon, this.#options(instance, canon, []), instance);
        return this.#addCore(instance, core, signatureOf(canon.type, "lower"));
      }
      case "async":
        throw new TypeError("Cannot link an asynchronous component: expected a synchronous one");
    }
    const resource = instance.findResource(canon.resource)!;
    const core = resourceFunction(canon.canon, resource, instance);
    this.#addCore(instance, core, RESOURCE_TYPES[canon.canon]);
  }

  #addCore(instance: LinkedInstance, core: CoreFunction, type: CoreSignature): void {
    this.#made.add(core, type);
    instance.add("core function", core);
  }

  #options(
    instance: LinkedInstance,
    { options, offset }: { readonly options: CanonOptions; readonly offset: number },
    results: CoreSignature["results"],
  ): LinkedOptions {
    const core = (index: number | undefined, type: CoreSignature, what: string) =>
      index === undefined ? undefined : this.#core(instance, index, type, what, offset);
    const { encoding, memory: index } = options;
    const memory = index === undefined
      ? undefined
      : this.#memory(instance.get<WebAssembly.Memory>({ sort: "core memory", index }), offset);
    return {
      encoding,
      memory,
      realloc: core(options.realloc, REALLOC, `realloc of ${CANONICAL}`),
      postReturn: core(
        options.postReturn,
        { parameters: results, results: [] },
        `post-return of ${CANONICAL}`,
      ),
    };
  }

  #memory(memory: WebAssembly.Memory, offset: number): GuestMemory {
    let found = this.#memories.get(memory);
    if (found !== undefined) return found;
    if (hasAddress64(memory)) {
      throw this.#error(
        `${CANONICAL} at offset ${hex(offset)}: it uses 64-bit memories, which the component ` +
          "model has not released, expected a component without",
      );
    }
    this.#memories.set(memory, found = new GuestMemory(memory));
    return found;
  }

  #error(what: string, cause?: unknown): LoadError {
    const message = `Cannot instantiate ${this.#name}: ${what}`;
    return new LoadError("instantiation", message, { source: this.#name, cause });
  }
}
