// The component model's explainer, "Import and Export Definitions": what a component exports to the
// host.

import { GuestError } from "../../base/errors.ts";
import { once } from "../../base/lazy.ts";
import { list, quote } from "../../base/show.ts";
import { byCount } from "../../call/by_count.ts";
import { findInterface, parseName, shortNames } from "../names.ts";
import type {
  ComponentType,
  Extern,
  FunctionType,
  Primitive,
  ResourceType,
  ValueType,
} from "../types.ts";
import { unnamed } from "../value_types.ts";
import type { Shapes } from "../values/js_shapes.ts";
import { disposeResource, GuestResource } from "./resources.ts";
import { counted, giveModule } from "./host_items.ts";
import type { BoundCall, Host, Item, LinkedExports, ValueCall } from "./items.ts";

/** The oldest interface of commands, for which a later one can be used. */
const RUN = "wasi:cli/run@0.2.0";

/** The functions, the classes and the core modules of an interface. */
export type InterfaceObject = Record<string, unknown>;

/** A function that the component exports, by the names of its interface and its own. */
export interface ExportedFunction {
  readonly owner: string;
  readonly name: string;
  readonly type: FunctionType;
  /** The call on the current instance. */
  call: BoundCall;
  /** Makes the call that may wait. */
  bindWaiting: () => ValueCall;
}

/** Returns the name of a function with that of its interface. */
export function fullName({ owner, name }: Pick<ExportedFunction, "owner" | "name">): string {
  return owner === "" ? name : `${owner}#${name}`;
}

/** A class of a resource that the component exports. */
interface ExportedClass {
  readonly owner: string;
  readonly name: string;
  readonly Class: new (...args: unknown[]) => object;
}

/** Makes a function that calls a function of the current instance. */
export function callable(exported: ExportedFunction): (...args: unknown[]) => unknown {
  return byCount(exported, exported.type.parameters.length);
}

/** The functions and classes that a component exports. They stay the same when it is reset. */
export class Interfaces {
  /** The interfaces by their names; the world's own exports by the empty name. */
  readonly byName: Readonly<Record<string, InterfaceObject>>;
  readonly functions: ExportedFunction[] = [];
  /** The classes, which can be those of other interfaces. */
  readonly classes: Map<ResourceType, ExportedClass>;
  /** Is told the name of a function before it is called. */
  readonly #prepare: ((name: string) => void) | undefined;
  /** The path of names to an interface, by its full name: nested interfaces have several. */
  readonly #paths = new Map<string, readonly string[]>();
  readonly #modules: { owner: string; name: string; into: InterfaceObject }[] = [];
  /** The exported functions by the functions that call them. */
  readonly #called = new Map<unknown, ExportedFunction>();
  readonly #shapes: Shapes;
  #host: Host | undefined;

  /**
   * @param shapes The shapes of values for the host.
   * @param others The interfaces of the same component whose classes these have, and what is told
   * the name of a function before it is called.
   */
  constructor(
    { exports }: ComponentType,
    shapes: Shapes,
    others?: { readonly interfaces: Interfaces; readonly prepare: (name: string) => void },
  ) {
    this.#shapes = shapes;
    this.classes = others?.interfaces.classes ?? new Map();
    this.#prepare = others?.prepare;
    const found: Record<string, InterfaceObject> = {};
    const ofWorld = exports.filter(({ type }) => type.sort !== "instance");
    if (ofWorld.length > 0) found[""] = this.#build("", [], ofWorld);
    for (const { name, type } of exports) {
      if (type.sort === "instance") found[name] = this.#build(name, [name], type.type.exports);
    }
    this.byName = withoutVersions(found);
  }

  /** Binds the functions and classes to an instance. */
  bind(root: LinkedExports, host: Host): void {
    this.#host = host;
    const find = (owner: string, name: string): Item => {
      const path = this.#paths.get(owner)!;
      const from = path.reduce((from, part) => from.exports.get(part) as LinkedExports, root);
      return from.exports.get(name)!;
    };
    for (const { owner, name, Class } of this.classes.values()) {
      const item = find(owner, name);
      const resource = item.kind === "type" ? item.resource : undefined;
      if (!(resource instanceof GuestResource)) continue;
      resource.prototype = Class.prototype;
      resource.name = Class.name;
    }
    for (const exported of this.functions) {
      const item = find(exported.owner, exported.name);
      if (item.kind !== "function") continue;
      exported.call = item.bind(host, this.#shapes, exported.name);
      exported.bindWaiting = once(() => item.bindWaiting(host, this.#shapes, exported.name));
    }
    for (const { owner, name, into } of this.#modules) {
      const item = find(owner, name);
      if (item.kind === "module") into[this.#shapes.name(name)] = giveModule(item);
    }
  }

  /** Returns the interfaces whose functions may wait. */
  readonly waitingByName: () => Readonly<Record<string, InterfaceObject>> = once(() => {
    const entries = Object.entries(this.byName).map(([owner, made]) => [owner, this.#later(made)]);
    return withoutVersions(Object.fromEntries(entries));
  });

  /** Makes an interface whose functions may wait, and those within it. */
  #later(made: InterfaceObject): InterfaceObject {
    const entries = Object.entries(made).map(([name, value]) => {
      const exported = this.#called.get(value);
      if (exported !== undefined) return [name, named(name, this.waiting(exported))];
      const isInterface = Object.getPrototypeOf(value) === Object.prototype;
      return [name, isInterface ? this.#later(value as InterfaceObject) : value];
    });
    return Object.fromEntries(entries);
  }

  /** Makes a function that calls a function of the current instance, which may wait. */
  waiting(exported: ExportedFunction): ValueCall {
    return async (...args) => await exported.bindWaiting()(...args);
  }

  /** The function that runs a command. */
  get command(): ExportedFunction {
    const exported = this.functions.find(({ owner, name }) =>
      name === "run" && findInterface(RUN, [owner]) !== undefined
    );
    if (exported !== undefined) return exported;
    const names = list(this.functions.map(fullName));
    throw new GuestError(
      "missing-export",
      `Cannot run the guest: it has ${names}, expected a command, which exports wasi:cli/run`,
    );
  }

  /** Finds the function that takes one value of a kind and returns one. */
  passing(content: keyof typeof PASSES, given: string | undefined): ValueCall {
    const fits = PASSES[content];
    const what = content === "string" ? "text" : content;
    const fitting = this.functions.filter(({ type: { parameters, result } }) =>
      parameters.length === 1 && fits(parameters[0]!.type) && result !== undefined && fits(result)
    );
    const found = fitting.filter((exported) =>
      given === undefined || exported.name === given || fullName(exported) === given
    );
    if (found.length === 1) return found[0]!.call.call;
    const names = fitting.length === 0 ? "no such function" : list(fitting.map(fullName));
    throw new GuestError(
      "missing-export",
      given === undefined
        ? `Cannot pass ${what}: the component has ${names} for that, expected one, or a name`
        : `Cannot pass ${what} to ${quote(given)}: expected one of ${names}`,
    );
  }

  #build(owner: string, path: readonly string[], exports: readonly Extern[]): InterfaceObject {
    const made: InterfaceObject = {};
    this.#paths.set(owner, path);
    const functions = exports.flatMap(({ name, type }) =>
      type.sort === "function" ? [this.#export(owner, name, type.type)] : []
    );
    for (const { name, type } of exports) {
      if (type.sort === "module") this.#modules.push({ owner, name, into: made });
      if (type.sort === "instance" && path.length > 0) {
        const inner = this.#build(`${owner}.${name}`, [...path, name], type.type.exports);
        made[this.#shapes.name(name)] = inner;
      }
      const resource = type.sort === "type" ? unnamed(type.type) : undefined;
      if (resource?.kind !== "resource") continue;
      // The functions of a resource are in the interface that has it first; others use its class.
      let exported = this.classes.get(resource);
      if (exported === undefined) {
        exported = { owner, name, Class: this.#makeClass(name, functions) };
        this.classes.set(resource, exported);
      }
      made[this.#shapes.className(name)] = exported.Class;
    }
    for (const exported of functions) {
      const parsed = parseName(exported.name)!;
      if (parsed.kind !== "plain") continue;
      const name = this.#shapes.name(parsed.label);
      this.#called.set(made[name] = named(name, callable(exported)), exported);
    }
    return made;
  }

  #export(owner: string, name: string, type: FunctionType): ExportedFunction {
    const call = { call: () => undefined, compiled: undefined };
    const made = { owner, name, type, call, bindWaiting: () => call.call };
    const exported = this.#prepare === undefined ? made : prepared(made, this.#prepare);
    this.functions.push(exported);
    return exported;
  }

  /** Makes the class of a resource, with those of the functions that belong to it. */
  #makeClass(resource: string, functions: readonly ExportedFunction[]): ExportedClass["Class"] {
    const name = this.#shapes.className(resource);
    let construct: ExportedFunction | undefined;
    const { [name]: Class } = {
      [name]: class {
        constructor(...args: unknown[]) {
          if (construct === undefined) {
            throw new TypeError(`Cannot construct ${name}: the guest exports no constructor`);
          }
          const made = construct.call.call(...args) as object;
          return new.target === Class ? made : Object.setPrototypeOf(made, new.target.prototype);
        }
      },
    };
    for (const exported of functions) {
      const parsed = parseName(exported.name)!;
      if (!("resource" in parsed) || parsed.resource !== resource) continue;
      if (parsed.kind === "constructor") {
        construct = exported;
        continue;
      }
      const key = this.#shapes.name(parsed.label);
      const isStatic = parsed.kind === "static";
      const value = isStatic
        ? named(key, callable(exported))
        : named(key, function (this: unknown, ...args: unknown[]) {
          return exported.call.call(this, ...args);
        });
      define(isStatic ? Class! : Class!.prototype, key, value);
    }
    const dropped = `[resource-drop]${resource}`;
    const run = (drop: () => void) => counted(drop, this.#host!, dropped)();
    define(Class!.prototype, Symbol.dispose, function (this: unknown) {
      disposeResource(this, run);
    });
    return Class!;
  }
}

/** Wraps a function so that `prepare` gets its name before each call. */
function prepared(made: ExportedFunction, prepare: (name: string) => void): ExportedFunction {
  return new Proxy(made, {
    get(target, key: keyof ExportedFunction) {
      if (key === "call" || key === "bindWaiting") prepare(made.name);
      return target[key];
    },
  });
}

/** Adds a nonenumerable property, like the methods of a class. */
function define(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, writable: true });
}

function named<T extends object>(name: string, value: T): T {
  return Object.defineProperty(value, "name", { value: name, configurable: true });
}

/** Adds the names of interfaces without their versions. */
function withoutVersions(found: Record<string, InterfaceObject>): Record<string, InterfaceObject> {
  for (const [name, short] of shortNames(Object.keys(found))) {
    if (short !== name) define(found, short, found[name]);
  }
  return found;
}

/** The contents of passes, and the types that accept them. */
const PASSES = {
  string: (type: ValueType) => isPrimitive(type, "string"),
  bytes: (type: ValueType) => {
    const bare = unnamed(type);
    return bare.kind === "list" && isPrimitive(bare.type, "u8");
  },
} as const;

function isPrimitive(type: ValueType, name: Primitive): boolean {
  const bare = unnamed(type);
  return bare.kind === "primitive" && bare.name === name;
}
