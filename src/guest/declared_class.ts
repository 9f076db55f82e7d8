import type { Parameter, Result, SymbolDeclaration } from "../abi/declaration.ts";
import type { ClassDeclaration, MethodDeclaration } from "../abi/property_declaration.ts";
import { ObjectReference } from "../call/managed/references.ts";

// AssemblyScript classes as JavaScript classes, whose objects are references with methods.

/** The functions of the declared symbols by their names. */
type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The functions that make up a class, and the class once they are bound. */
interface DeclaredClass {
  readonly symbols: [string, SymbolDeclaration][];
  makeClass(functions: Functions): unknown;
}

/** Declares the functions of a class, which take the object as their first argument. */
export function declareClass(symbol: string, declared: ClassDeclaration): DeclaredClass {
  const { name = symbol, parameters, create, methods = {}, properties = {}, statics = {} } =
    declared;
  const self = { type: "reference", class: name } as const;
  const symbols: [string, SymbolDeclaration][] = [];
  const add = (
    key: string,
    exported: string,
    parameters: readonly Parameter[],
    result: Result,
  ): string => {
    symbols.push([key, { parameters, result, name: exported }]);
    return key;
  };
  const made = create === undefined
    // A constructor that has to make the object itself gets null.
    ? add(
      `new ${symbol}`,
      `${name}#constructor`,
      [{ ...self, nullable: true }, ...parameters],
      self,
    )
    : add(`new ${symbol}`, create, parameters, self);
  const called = entriesOf(methods).map(([key, { name: exported, parameters, result }]) =>
    [
      key,
      add(`${symbol}#${key}`, exported ?? `${name}#${key}`, [self, ...parameters], result),
    ] as const
  );
  const read = Object.entries(properties).map(([key, { type, mutable = false }]) =>
    [
      key,
      add(`${symbol}#get:${key}`, `${name}#get:${key}`, [self], type),
      mutable ? add(`${symbol}#set:${key}`, `${name}#set:${key}`, [self, type], "void") : undefined,
    ] as const
  );
  const owned = entriesOf(statics).map(([key, { name: exported, parameters, result }]) =>
    [
      key,
      add(`${symbol}.${key}`, exported ?? `${name}.${key}`, parameters, result),
    ] as const
  );

  function makeClass(functions: Functions): unknown {
    const call = (key: string) => functions[key] as (...args: unknown[]) => unknown;
    const construct = call(made), isGiven = create !== undefined;
    /** Adds the methods to a reference to an object of this class. */
    const adopt = (value: unknown): unknown =>
      value instanceof ObjectReference && value.class === name
        ? Object.setPrototypeOf(value, Class.prototype)
        : value;
    class Class {
      constructor(...args: unknown[]) {
        return adopt(isGiven ? construct(...args) : construct(null, ...args)) as Class;
      }
    }
    Object.setPrototypeOf(Class.prototype, ObjectReference.prototype);
    for (const [key, method] of called) {
      const fn = call(method);
      define(Class.prototype, key, {
        value: function (this: unknown, ...args: unknown[]) {
          return adopt(fn(this, ...args));
        },
      });
    }
    for (const [key, get, set] of read) {
      const getter = call(get), setter = set === undefined ? undefined : call(set);
      define(Class.prototype, key, {
        get(this: unknown) {
          return adopt(getter(this));
        },
        ...(setter && {
          set(this: unknown, value: unknown) {
            setter(this, value);
          },
        }),
      });
    }
    for (const [key, method] of owned) {
      const fn = call(method);
      define(Class, key, { value: (...args: unknown[]) => adopt(fn(...args)) });
    }
    define(Class, "name", { value: name });
    return Class;
  }

  return { symbols, makeClass };
}

function entriesOf(methods: object): [string, MethodDeclaration][] {
  return Object.entries(methods as Record<string, MethodDeclaration>);
}

function define(target: object, key: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(target, key, { ...descriptor, configurable: true });
}
