// The component model's explainer, "Import and Export Definitions": what the host supplies to a
// component.

import { GuestError } from "../../base/errors.ts";
import { nearest } from "../../base/misnomers.ts";
import { isA, quote, show } from "../../base/show.ts";
import { importsError } from "../../imports/import_problem.ts";
import { differModules } from "../core_types.ts";
import { findInterface, findOtherVersion, parseName } from "../names.ts";
import type {
  Component,
  ComponentType,
  Extern,
  ExternType,
  FunctionType,
  InstanceType,
  ResourceType,
} from "../types.ts";
import { article, unnamed } from "../value_types.ts";
import { JCO_SHAPES, propertyOf, type Shapes } from "../values/js_shapes.ts";
import { formatFunction, type LocalNames, typeNames } from "../wit_types.ts";
import { type HostClass, hostFunction, hostModule, HostResource } from "./host_items.ts";
import type { Item, LinkedFunction, Resource, ValueCall } from "./items.ts";

/** The host's imports by the names of interfaces; the world's own imports by the empty name. */
export type GivenInterfaces = Readonly<Record<string, unknown>>;

/** The interfaces that WASI provides. */
export interface ProvidedImports {
  readonly interfaces: GivenInterfaces;
  /** Returns whether a function, by its name in the component, may return a promise. */
  mayWait(name: string): boolean;
}

/** An interface of the host: an object with functions and classes, or nothing. */
type Given = Readonly<Record<string, unknown>> | undefined;

/**
 * Makes the items that a component imports from those that the host supplies.
 *
 * @param given The caller's imports, by the names of interfaces.
 * @param provided The WASI interfaces, for those that the caller does not supply.
 * @param traps Whether a missing function throws when it is called; otherwise nothing may be missing.
 * @param shapes The shapes of values for the caller's imports.
 * @throws {LoadError} with a line for each import that is missing or does not fit.
 */
export function linkImports(
  { type }: Component,
  given: GivenInterfaces,
  provided: ProvidedImports,
  traps: boolean,
  shapes: Shapes,
): ReadonlyMap<string, Item> {
  const linker = new ImportLinker(type, given, provided, traps, shapes);
  const items = new Map(type.imports.map((item) => [item.name, linker.linkRoot(item)]));
  if (linker.problems.length > 0) throw importsError(linker.problems);
  return items;
}

/** The maximum length of a type that an error shows in full. */
const MOST_TYPE = 160;

/** An import within an interface, for errors. */
interface Place {
  /** The interface; empty for the world. */
  readonly owner: string;
  readonly given: Given;
  /** The shapes of its values. */
  readonly shapes: Shapes;
  /** Whether WASI has it. */
  readonly isProvided: boolean;
}

class ImportLinker {
  readonly problems: string[] = [];
  readonly #type: ComponentType;
  readonly #given: GivenInterfaces;
  readonly #provided: ProvidedImports;
  readonly #traps: boolean;
  readonly #shapes: Shapes;
  readonly #resources = new Map<ResourceType, HostResource>();
  /** The names that the component gives to types, for errors. */
  #names: LocalNames | undefined;

  constructor(
    type: ComponentType,
    given: GivenInterfaces,
    provided: ProvidedImports,
    traps: boolean,
    shapes: Shapes,
  ) {
    this.#type = type;
    this.#given = given;
    this.#provided = provided;
    this.#traps = traps;
    this.#shapes = shapes;
  }

  linkRoot({ name, type }: Extern): Item {
    if (type.sort !== "instance") {
      const given = this.#given[""] as Given;
      const place = { owner: "", given, shapes: this.#shapes, isProvided: false };
      return this.#link(name, type, place);
    }
    const own = lookUp(this.#given, name);
    const { interfaces } = this.#provided;
    const given = own ?? lookUp(interfaces, name);
    if (own === undefined) this.#refuseVersion(name, given === undefined ? interfaces : {});
    const isProvided = own !== given;
    const shapes = isProvided ? JCO_SHAPES : this.#shapes;
    return this.#instance(type.type, { owner: name, given, shapes, isProvided });
  }

  /**
   * Reports a supplied interface whose version does not fit, so that it is not silently ignored.
   */
  #refuseVersion(name: string, provided: GivenInterfaces): void {
    const found = findOtherVersion(name, [...Object.keys(this.#given), ...Object.keys(provided)]);
    if (found === undefined || this.#traps) return;
    const expected = "a compatible version that is not older";
    this.problems.push(`import ${quote(name)}: the host has ${quote(found)}, expected ${expected}`);
  }

  #instance({ exports }: InstanceType, place: Place): Item {
    const items = exports.map(({ name, type }) => [name, this.#link(name, type, place)] as const);
    return { kind: "instance", exports: new Map(items) };
  }

  #link(name: string, { sort, type }: ExternType, place: Place): Item {
    switch (sort) {
      case "function":
        return this.#function(name, type, place);
      case "type": {
        const bare = unnamed(type);
        const resource = bare.kind === "resource" ? this.#resource(name, bare, place) : undefined;
        return { kind: "type", resource };
      }
      case "instance": {
        const inner = {
          ...place,
          owner: `${place.owner}.${name}`,
          given: propertyOf(place.given, place.shapes.name(name)),
        };
        return this.#instance(type, inner as Place);
      }
      case "module": {
        const key = place.shapes.name(name);
        const given = propertyOf(place.given, key);
        const module = isA(given, WebAssembly.Module) ? hostModule(given) : undefined;
        const problem = module === undefined
          ? "missing, expected a WebAssembly.Module"
          : differModules(type, module.type);
        if (module !== undefined && problem === undefined) return module;
        this.#miss(place, `module ${quote(key)}: ${problem}`);
        break;
      }
      case "component":
        this.#miss(place, `component ${quote(name)}: no host can give ${article(sort)}`);
    }
    return { kind: "type", resource: undefined }; // nothing is linked after a problem
  }

  #resource(name: string, type: ResourceType, place: Place): Resource {
    const className = place.shapes.className(name);
    const given = propertyOf(place.given, className);
    if (given !== undefined && typeof given !== "function") {
      this.#miss(place, `class ${quote(className)}: it is ${show(given)}, expected a class`);
    }
    let resource = this.#resources.get(type);
    if (resource === undefined) {
      resource = new HostResource(className, given as HostClass | undefined);
      this.#resources.set(type, resource);
    } else if (given !== undefined && !resource.isOf(given as HostClass)) {
      const problem = `another class than ${resource.name}, expected the same one`;
      this.#miss(place, `class ${quote(className)}: ${problem}, because they are one type`);
    }
    return resource;
  }

  #function(name: string, type: FunctionType, place: Place): LinkedFunction {
    const full = place.owner === "" ? name : `${place.owner}#${name}`;
    const call = this.#find(name, type, place) ?? (() => {
      throw new GuestError("missing-import", `Cannot call import ${quote(full)}: it is missing`, {
        export: full,
      });
    });
    const mayWait = place.isProvided && this.#provided.mayWait(name);
    return hostFunction(full, type, call, place.shapes, mayWait);
  }

  /** Finds the host's function; a method is called on its first argument. */
  #find(name: string, type: FunctionType, place: Place): ValueCall | undefined {
    const { given } = place;
    const parsed = parseName(name)!;
    if (parsed.kind === "method") {
      const method = place.shapes.name(parsed.label);
      return (self, ...args) => callMethod(self as object, method, args);
    }
    const isStatic = parsed.kind === "static";
    const key = parsed.kind === "constructor" || isStatic
      ? place.shapes.className(parsed.resource)
      : place.shapes.name(parsed.kind === "plain" ? parsed.label : name);
    const found = propertyOf(given, key);
    const member = isStatic ? place.shapes.name(parsed.label) : undefined;
    const value = member === undefined ? found : (found as Given)?.[member];
    if (typeof value === "function") {
      if (parsed.kind === "constructor") return (...args) => Reflect.construct(value, args);
      return Reflect.apply(Function.prototype.bind, value, [isStatic ? found : given]);
    }
    if (this.#traps) return undefined;
    const path = member === undefined ? key : `${key}.${member}`;
    const near = found === undefined && given !== undefined
      ? nearest(key, Object.keys(given).filter((name) => name !== key))
      : undefined;
    const problem = value !== undefined
      ? `it is ${show(value)}, expected a function`
      : near === undefined
      ? "missing"
      : `missing, did you mean ${quote(near)}?`;
    this.#miss(place, `function ${quote(path)}: ${this.#format(type)}: ${problem}`);
    return undefined;
  }

  /** Formats a type in full, or with names for its parts if it is long. */
  #format(type: FunctionType): string {
    const full = formatFunction(type, new Map());
    if (full.length <= MOST_TYPE) return full;
    return formatFunction(type, this.#names ??= typeNames(this.#type));
  }

  #miss({ owner }: Place, problem: string): void {
    const world = owner === "" ? " (of no interface)" : "";
    this.problems.push(`import ${quote(owner)}${world} ${problem}`);
  }
}

function lookUp(interfaces: GivenInterfaces, name: string): Given {
  const key = findInterface(name, Object.keys(interfaces));
  return key === undefined ? undefined : interfaces[key] as Given;
}

function callMethod(self: object, name: string, args: readonly unknown[]): unknown {
  const method: unknown = (self as Readonly<Record<string, unknown>>)[name];
  if (typeof method === "function") return Reflect.apply(method, self, args);
  throw new TypeError(
    `Cannot call method ${quote(name)} of a resource: its object has no such method`,
  );
}
