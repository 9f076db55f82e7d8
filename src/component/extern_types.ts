// The component model's explainer, "Instance Definitions" and "Type Checking": which types imports
// and exports have. An item that is given for an import, or exported with an ascribed type, has to
// have that type.

import { quote } from "../base/show.ts";
import type { Reader } from "../binary/reader.ts";
import { differModules } from "./core_types.ts";
import { Scope } from "./scope.ts";
import { renew, type Replacements, substitute } from "./substitute.ts";
import type {
  ComponentType,
  Extern,
  ExternType,
  FunctionType,
  InstanceType,
  Labeled,
  ModuleType,
  ResourceType,
  Type,
} from "./types.ts";
import { article, nameOf, unnamed } from "./value_types.ts";

/** A cache of exports by name: an instance can have many, and many aliases. */
const looked = new WeakMap<readonly Extern[], ReadonlyMap<string, ExternType>>();

/** Returns the types of exports by their names. */
export function byName(exports: readonly Extern[]): ReadonlyMap<string, ExternType> {
  let found = looked.get(exports);
  if (found === undefined) {
    found = new Map(exports.map((item) => [item.name, item.type]));
    looked.set(exports, found);
  }
  return found;
}

/** Types without the names that they got by imports and exports. */
type Bare = ReturnType<typeof unnamed>;

/** The items whose types are matched, and their place. */
export interface Matching {
  readonly what: "instance" | "export";
  readonly offset: number;
}

/**
 * Returns the type of the instance of a component with the given imports.
 *
 * @throws {WasmFormatError} if an import is missing or has another type.
 */
export function instantiate(
  reader: Reader,
  scope: Scope,
  { imports, exports, resources }: ComponentType,
  given: ReadonlyMap<string, ExternType>,
  place: Matching,
): InstanceType {
  const replaced: Replacements = new Map();
  renew(scope, resources, replaced);
  new TypeMatcher(reader, scope, replaced, place).match(imports, given);
  const copies = exports.map((item): Extern => {
    scope.context.copied(reader);
    const { sort, type } = item.type;
    return {
      ...item,
      type: { sort, type: substitute<Type>(reader, scope, type, replaced) } as ExternType,
    };
  });
  return instanceType(reader, scope, copies);
}

/** Makes the type of an instance that already has its resource types. */
export function instanceType(
  reader: Reader,
  scope: Scope,
  exports: readonly Extern[],
): InstanceType {
  const type: InstanceType = { kind: "instance", exports, resources: [] };
  return scope.context.made(reader, type, exports.map((item) => item.type.type));
}

/**
 * Compares given items with expected ones, and substitutes the given types for the expected ones.
 */
export class TypeMatcher {
  readonly #reader: Reader;
  readonly #scope: Scope;
  readonly #replaced: Replacements;
  /** The resource types that are given for those that an import or an instance leaves open. */
  readonly #bound = new Map<ResourceType, Bare>();
  /** The types that are equal. */
  readonly #equal = new Map<Bare, Set<Bare>>();

  readonly #place: Matching;

  /**
   * @param replaced Receives the given types for the expected ones.
   * @param place What has the types, for errors.
   */
  constructor(reader: Reader, scope: Scope, replaced: Replacements, place: Matching) {
    this.#reader = reader;
    this.#scope = scope;
    this.#replaced = replaced;
    this.#place = place;
  }

  /**
   * Matches all expected items, also within instances.
   *
   * @throws {WasmFormatError} if something is missing or has another type.
   */
  match(expected: readonly Extern[], given: ReadonlyMap<string, ExternType>): void {
    for (const { name, type } of expected) {
      this.#scope.context.copied(this.#reader);
      const found = given.get(name);
      if (found === undefined) {
        return this.#fail(`${quote(name)} is missing, expected ${article(type.sort)}`);
      }
      const problem = found.sort === type.sort
        ? this.#compare(type, found)
        : `${article(found.sort)}, expected ${article(type.sort)}`;
      if (problem !== undefined) this.#fail(`${quote(name)} is ${problem}`);
    }
  }

  #fail(problem: string): never {
    return this.#reader.fail(this.#place.what, this.#place.offset, problem);
  }

  /** Returns the difference as the end of a sentence, if there is one. */
  #compare({ sort, type }: ExternType, { type: given }: ExternType): string | undefined {
    switch (sort) {
      case "instance":
        this.match(type.exports, byName((given as typeof type).exports));
        return undefined;
      case "function":
        return this.#difference(type, given as FunctionType);
      case "type":
        this.#bind(unnamed(type), unnamed(given as Type));
        this.#replaced.set(type, given);
        return this.#difference(type, given as Type);
      case "module":
        return differModules(type, given as ModuleType);
      case "component":
        this.#matchComponent(type, given as ComponentType);
        return undefined;
    }
  }

  /**
   * Matches a component: with the imports of the expected one, it has to make the exports of that.
   */
  #matchComponent(expected: ComponentType, given: ComponentType): void {
    const scope = new Scope("component type", this.#scope.context, this.#scope);
    const type = substitute(this.#reader, scope, expected, this.#replaced);
    const made = instantiate(this.#reader, scope, given, byName(type.imports), this.#place);
    const matcher = new TypeMatcher(this.#reader, scope, new Map(), this.#place);
    matcher.match(type.exports, byName(made.exports));
  }

  /** Binds an open resource type to a given one. */
  #bind(expected: Bare, given: Bare): void {
    if (expected.kind !== "resource" || given.kind !== "resource") return;
    if (!this.#bound.has(expected)) this.#bound.set(expected, given);
  }

  #difference(expected: Type, given: Type): string | undefined {
    const [left, right] = [unnamed(expected), unnamed(given)];
    if (left.kind === "resource" && right.kind === "resource") {
      const isSame = (this.#bound.get(left) ?? left) === right;
      return isSame ? undefined : "another resource type, expected the same one";
    }
    if (left === right) return undefined;
    let equal = this.#equal.get(left);
    if (equal?.has(right)) return undefined;
    this.#scope.context.copied(this.#reader);
    const found = this.#differs(left, right);
    if (found !== undefined) return found;
    if (equal === undefined) this.#equal.set(left, equal = new Set());
    equal.add(right);
    return undefined;
  }

  #differs(left: Bare, right: Bare): string | undefined {
    switch (left.kind) {
      case "primitive":
        if (right.kind !== left.kind || right.name !== left.name) break;
        return undefined;
      case "flags":
      case "enum":
        if (right.kind !== left.kind || `${right.names}` !== `${left.names}`) break;
        return undefined;
      case "list":
      case "option":
      case "stream":
      case "future":
        if (right.kind !== left.kind) break;
        return this.#part("item", left.type, right.type);
      case "own":
      case "borrow":
        if (right.kind !== left.kind) break;
        return this.#difference(left.resource, right.resource);
      case "map":
        if (right.kind !== left.kind) break;
        return this.#part("key", left.key, right.key) ??
          this.#part("value", left.value, right.value);
      case "result":
        if (right.kind !== left.kind) break;
        return this.#part("ok", left.ok, right.ok) ?? this.#part("error", left.error, right.error);
      case "tuple": {
        if (right.kind !== left.kind) break;
        const named = (types: typeof left.types) =>
          types.map((type, index) => ({ name: String(index), type }));
        return this.#parts("field", named(left.types), named(right.types));
      }
      case "record":
        if (right.kind !== left.kind) break;
        return this.#parts("field", left.fields, right.fields);
      case "variant":
        if (right.kind !== left.kind) break;
        return this.#parts("case", left.cases, right.cases);
      case "function":
        if (right.kind !== left.kind) break; // tools compose asynchronous functions with others
        return this.#parts("parameter", left.parameters, right.parameters) ??
          this.#part("result", left.result, right.result);
      case "instance":
      case "component":
        if (right.kind !== left.kind) break;
        return undefined;
    }
    return describe(left, right);
  }

  #parts(what: string, left: readonly Part[], right: readonly Part[]): string | undefined {
    if (left.length !== right.length) {
      return `one with ${right.length} ${what}s, expected ${left.length}`;
    }
    for (const [index, { name, type }] of left.entries()) {
      const other = right[index]!;
      if (other.name !== name) {
        return `one with the ${what} ${quote(other.name)}, expected ${quote(name)}`;
      }
      if (this.#part("", type, other.type) === undefined) continue;
      return this.#part(`${what} ${quote(name)}`, type, other.type);
    }
    return undefined;
  }

  /** Compares parts that both have, or neither. */
  #part(what: string, left: Type | undefined, right: Type | undefined): string | undefined {
    if (left === undefined || right === undefined) {
      if (left === right) return undefined;
      const [has, should] = left === undefined ? ["a", "none"] : ["no", "one"];
      return `one that has ${has} type of its ${what}, expected ${should}`;
    }
    const found = this.#difference(left, right);
    return found === undefined ? undefined : `one whose ${what} is ${found}`;
  }
}

type Part = Pick<Labeled, "name"> & { readonly type: Type | undefined };

function describe(left: Bare, right: Bare): string {
  const [is, expected] = [right, left].map((type) =>
    type.kind === "primitive" ? type.name : nameOf(type)
  );
  return is === expected
    ? `another ${left.kind}, expected the same one`
    : `${is}, expected ${expected}`;
}
