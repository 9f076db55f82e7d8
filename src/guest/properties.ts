import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { ObjectField } from "../abi/managed.ts";
import type {
  ClassDeclaration,
  EnumDeclaration,
  GlobalDeclaration,
} from "../abi/property_declaration.ts";
import type { SymbolDeclarations } from "../abi/symbol_types.ts";
import { Problem } from "../base/errors.ts";
import { quote } from "../base/show.ts";
import type { ValueType } from "../binary/types.ts";
import { missingExport } from "../instance/exports.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import type { declareClass } from "./declared_class.ts";

// Exported globals and enumerations as properties of the symbols. Reading and setting a global are
// modelled as calls of functions that do not exist in the guest, so a global can have every type
// that a symbol can have.

/** The functions of the declared symbols by their names. */
type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** A function that models reading or setting a global. */
interface Access {
  readonly global: string;
  readonly sets: boolean;
  readonly type: ObjectField;
}

/** The symbols that are properties, and the functions behind them. */
export class Properties {
  readonly #declareClass: typeof declareClass | undefined;
  readonly #accesses = new Map<string, Access>();
  /** The functions of classes, and their declared names. */
  readonly #hidden = new Map<string, string>();
  readonly #properties = new Map<string, (functions: Functions) => PropertyDescriptor>();

  /** Makes properties; `declareClass` is needed for symbols that are classes. */
  constructor(declare: typeof declareClass | undefined) {
    this.#declareClass = declare;
  }

  /** Returns the declarations of functions instead of those of properties. */
  expand(
    declared: SymbolDeclarations,
    isWrong: (name: string) => boolean,
  ): Record<string, SymbolDeclaration> {
    const symbols: [string, SymbolDeclaration][] = [];
    for (const [name, declaration] of Object.entries(declared)) {
      // An invalid declaration is only reported.
      if (isWrong(name) || !isProperty(declaration)) {
        symbols.push([name, declaration as SymbolDeclaration]);
      } else if (declaration.type === "enum") {
        symbols.push(...this.#addEnum(name, declaration as EnumDeclaration));
      } else if (declaration.type === "class") {
        symbols.push(...this.#addClass(name, declaration as ClassDeclaration));
      } else symbols.push(...this.#addGlobal(name, declaration as GlobalDeclaration));
    }
    return Object.fromEntries(symbols);
  }

  #addGlobal(
    name: string,
    { type, name: global = name, mutable = false }: GlobalDeclaration,
  ): [string, SymbolDeclaration][] {
    const read = this.#access(`get ${name}`, { global, sets: false, type });
    const set = mutable ? this.#access(`set ${name}`, { global, sets: true, type }) : undefined;
    this.#properties.set(name, (functions) => ({
      enumerable: true,
      get: functions[read[0]] as () => unknown,
      ...(set && { set: functions[set[0]] as (value: unknown) => void }),
    }));
    return set === undefined ? [read] : [read, set];
  }

  #addEnum(
    name: string,
    { members, name: named = name }: EnumDeclaration,
  ): [string, SymbolDeclaration][] {
    const reads = members.map((member) =>
      this.#access(`get ${name}.${member}`, {
        global: `${named}.${member}`,
        sets: false,
        type: "i32",
      })
    );
    this.#properties.set(name, (functions) => {
      let values: object | undefined;
      // Only the guest's start can set these.
      const read = () =>
        Object.freeze(Object.fromEntries(members.flatMap((member, index) => {
          const value = functions[reads[index]![0]]!() as number;
          return [[String(value), member], [member, value]];
        })));
      return { enumerable: true, get: () => values ??= read() };
    });
    return reads;
  }

  /** Declares the constructor, the methods and the static functions of a class. */
  #addClass(name: string, declared: ClassDeclaration): [string, SymbolDeclaration][] {
    const { symbols, makeClass } = this.#declareClass!(name, declared);
    for (const [symbol] of symbols) this.#hidden.set(symbol, name);
    this.#properties.set(name, (functions) => ({
      enumerable: true,
      value: makeClass(functions),
    }));
    return symbols;
  }

  #access(name: string, access: Access): [string, SymbolDeclaration] {
    this.#accesses.set(name, access);
    const { type, sets } = access;
    return [
      name,
      sets ? { parameters: [type], result: "void" } : { parameters: [], result: type },
    ];
  }

  /** Returns the name that the symbol behind a function was declared with. */
  declaredName(name: string): string {
    return this.#hidden.get(name) ??
      (this.#accesses.has(name) ? name.slice("get ".length) : name);
  }

  /** Returns the function behind a property, for the report of its plan. */
  functionOf(name: string): string {
    return this.#properties.has(name) ? `get ${name}` : name;
  }

  /** Adds the function behind a symbol to an instance, or returns why there is none. */
  prepare(name: string, instance: GuestInstance): Problem | undefined {
    const access = this.#accesses.get(name);
    if (access === undefined) return undefined;
    const { exports } = instance;
    const { global: globalName, sets, type } = access;
    const global = Object.hasOwn(exports, globalName) ? exports[globalName] : undefined;
    if (!(global instanceof WebAssembly.Global)) {
      return missingExport(globalName, exports, "global");
    }
    const item = instance.info?.exports.find((item) =>
      item.kind === "global" && item.name === globalName
    );
    if (sets && item?.kind === "global" && !item.type.mutable) {
      return new Problem({
        code: "signature",
        part: "mutable",
        cannot: `Cannot set global ${quote(globalName)}`,
        found: "it is immutable",
        expected: "no mutable: true",
        export: globalName,
      });
    }
    const core = instance.globalType(globalName) ?? coreOf(type);
    (instance.pointed ??= new Map()).set(name, {
      fn: compileAccess(global, access, instance),
      type: { parameters: sets ? [core] : [], results: sets ? [] : [core] },
    });
    return undefined;
  }

  /** Makes the symbols that the caller gets. */
  define(functions: Functions): object {
    const symbols = Object.fromEntries(
      Object.entries(functions).filter(([name]) =>
        !this.#accesses.has(name) && !this.#hidden.has(name)
      ),
    );
    for (const [name, describe] of this.#properties) {
      Object.defineProperty(symbols, name, describe(functions));
    }
    return symbols;
  }
}

/** Returns whether a declaration is that of a property: only these have a `type`. */
export function isProperty(
  declaration: SymbolDeclarations[string],
): declaration is GlobalDeclaration | EnumDeclaration | ClassDeclaration {
  return "type" in declaration;
}

/**
 * Returns the function that reads or sets a global. If the guest counts references, both a global
 * and a value that is returned to the host own one.
 */
function compileAccess(
  global: WebAssembly.Global,
  { sets, type }: Access,
  { exports: { __retain: retain, __release: release } }: GuestInstance,
): (value?: unknown) => unknown {
  const isObject = typeof type === "object" || type === "string" || type === "bytes";
  if (isObject && typeof retain === "function" && typeof release === "function") {
    return sets
      ? (value) => {
        const before = global.value;
        global.value = retain(value);
        release(before);
      }
      : () => retain(global.value);
  }
  return sets ? (value) => void (global.value = value) : () => global.value;
}

/** Returns the core type of a global whose binary is unknown. */
function coreOf(type: ObjectField): ValueType {
  if (type === "i64" || type === "u64") return "i64";
  return type === "f32" || type === "f64" ? type : "i32";
}
