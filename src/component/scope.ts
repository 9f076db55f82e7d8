// The component model's explainer, "Index Spaces".

import type { Reader } from "../binary/reader.ts";
import type { DefinedType } from "../binary/types.ts";
import type { Gated, Released } from "./features.ts";
import type {
  ComponentType,
  CoreSort,
  Extern,
  FeatureUse,
  FunctionType,
  InstanceType,
  ModuleType,
  ResourceType,
  Sort,
  Type,
} from "./types.ts";

/** The maximum number of definitions of one sort in a scope: more than any component has. */
export const MAX_ITEMS = 1_000_000;

/** The maximum number of parts of a type, and of copied parts in total. */
const MAX_PARTS = 1_000_000;

/** The maximum nesting of types, as in Wasmtime. */
const MAX_DEPTH = 100;

/** The facts about a type that follow from its parts. */
interface Weight {
  readonly depth: number;
  readonly parts: number;
  /** The sum of {@linkcode HOLDS}. */
  readonly holds: number;
}

/** What values of a type can contain, or the type refers to. */
const HOLDS = {
  /** Borrowed handles. */
  borrows: 1,
  /** Strings or lists, which are elsewhere in memory. */
  ranges: 2,
  /** Resource types. */
  resources: 4,
} as const;

/** Returns what a type contains by itself, without its parts. */
function heldBy(type: Type): number {
  switch (type.kind) {
    case "borrow":
      return HOLDS.borrows;
    case "list":
    case "map":
      return HOLDS.ranges;
    case "primitive":
      return type.name === "string" ? HOLDS.ranges : 0;
    case "resource":
      return HOLDS.resources;
  }
  return 0;
}

/** The state that all scopes of one binary share. */
export class Context {
  readonly features = new Map<Released, FeatureUse>();
  readonly #weights = new WeakMap<object, Weight>();
  /** The scopes in which resource types are new. */
  readonly scopes = new WeakMap<ResourceType, Scope>();
  #copied = 0;

  uses(feature: Released, offset: number): void {
    if (!this.features.has(feature)) this.features.set(feature, { feature, offset });
  }

  /**
   * Records a compound type, and returns it.
   *
   * @throws {WasmFormatError} if it has too many parts, or is too deep.
   */
  made<T extends Type>(reader: Reader, type: T, of: Iterable<object | undefined>): T {
    let depth = 0;
    let parts = 1;
    let holds = heldBy(type);
    for (const part of of) {
      const weight = part && this.#weights.get(part);
      depth = Math.max(depth, weight?.depth ?? 0);
      parts += weight?.parts ?? 1;
      if (part !== undefined) holds |= weight?.holds ?? heldBy(part as Type);
    }
    // A value of these is only a handle.
    if (type.kind === "stream" || type.kind === "future") holds &= ~HOLDS.ranges;
    const { position } = reader;
    if (depth >= MAX_DEPTH) {
      reader.fail("type", position, `it nests deeper than ${MAX_DEPTH}, expected at most that`);
    }
    if (parts > MAX_PARTS) {
      reader.fail("type", position, `it has ${parts} parts, expected at most ${MAX_PARTS}`);
    }
    this.#weights.set(type, { depth: depth + 1, parts, holds });
    return type;
  }

  /** Returns whether a type contains something. */
  holds(type: Type, what: keyof typeof HOLDS): boolean {
    return ((this.#weights.get(type)?.holds ?? heldBy(type)) & HOLDS[what]) !== 0;
  }

  /** Counts a part of a type that is copied. */
  copied(reader: Reader): void {
    if (++this.#copied <= MAX_PARTS) return;
    const problem = `its instances have more than ${MAX_PARTS} parts, expected at most that`;
    reader.fail("component", reader.position, problem);
  }
}

/** The types that have names in a scope or in an enclosing one. */
export class TypeNames {
  readonly #types = new Set<Type>();
  readonly #around: TypeNames | undefined;

  constructor(around?: TypeNames) {
    this.#around = around;
  }

  add(type: Type): void {
    this.#types.add(type);
  }

  has(type: Type): boolean {
    return this.#types.has(type) || (this.#around?.has(type) ?? false);
  }
}

/** The index spaces of a component, a component type or an instance type. */
export class Scope {
  readonly types: Type[] = [];
  readonly functions: FunctionType[] = [];
  readonly instances: InstanceType[] = [];
  readonly components: ComponentType[] = [];
  readonly modules: ModuleType[] = [];
  readonly imports: Extern[] = [];
  readonly exports: Extern[] = [];
  readonly resources: ResourceType[] = [];
  /** The resource types that the component defines itself. */
  readonly defined = new Set<ResourceType>();
  /** The core types. A type of a module has a place among them. */
  readonly coreTypes: DefinedType[] = [];
  /** The types of modules, by their indices among the core types. */
  readonly moduleTypes = new Map<number, ModuleType>();
  /**
   * The names of the resource types that are imported or exported, by which functions belong to
   * them.
   */
  readonly resourceNames = { import: new Map<Type, string>(), export: new Map<Type, string>() };
  /** The types that have names by the imports, and by the exports and the imports. */
  readonly typeNames: Readonly<Record<"import" | "export", TypeNames>>;
  /** The canonical forms of the names that are taken. */
  readonly names = { import: new Set<string>(), export: new Set<string>() };
  /** The names of core instances, by their indices. */
  readonly coreInstanceNames = new Map<number, string>();
  /** The number of definitions of the other sorts. */
  readonly counts: Partial<Record<Sort, number>> = {};
  readonly kind: "component" | "component type" | "instance type";
  readonly context: Context;
  readonly parent: Scope | undefined;
  readonly depth: number;

  constructor(
    kind: Scope["kind"],
    context: Context,
    parent: Scope | undefined,
    depth: number = parent === undefined ? 0 : parent.depth + 1,
  ) {
    this.kind = kind;
    this.context = context;
    this.parent = parent;
    this.depth = depth;
    const names = new TypeNames();
    this.typeNames = { import: names, export: new TypeNames(names) };
  }

  count(sort: Sort): number {
    switch (sort) {
      case "type":
        return this.types.length;
      case "function":
        return this.functions.length;
      case "instance":
        return this.instances.length;
      case "component":
        return this.components.length;
      case "module":
        return this.modules.length;
      case "core type":
        return this.coreTypes.length;
    }
    return this.counts[sort] ?? 0;
  }

  /** Adds a resource type that is new here, and returns it. */
  introduce(resource: ResourceType): ResourceType {
    this.context.scopes.set(resource, this);
    return resource;
  }

  /** Returns whether a resource type belongs to this scope or an enclosing one. */
  has(resource: ResourceType): boolean {
    const isOwn = this.context.scopes.get(resource) === this;
    return isOwn || (this.parent?.has(resource) ?? false);
  }

  /** Adds a definition of a sort that has no type here. */
  add(sort: Exclude<CoreSort, "core type" | "module">): void {
    this.counts[sort] = this.count(sort) + 1;
  }

  index(reader: Reader, sort: Sort): number {
    return reader.index(sort, this.count(sort));
  }

  /**
   * Refuses an unreleased feature.
   *
   * @throws {WasmFormatError} with the name of the feature and the offset of its use.
   */
  refuse(reader: Reader, what: string, offset: number, feature: Gated): never {
    const problem = `it uses ${feature}, which the component model has not released`;
    return reader.fail(what, offset, `${problem}, expected a component without`);
  }
}
