import type { FunctionDeclaration, HostFunctionDeclaration } from "../abi/declaration.ts";
import type { SymbolDeclaration } from "../abi/declaration.ts";
import type { CoreFunction } from "../abi/core_value.ts";
import type { SymbolFunction } from "../abi/value_types.ts";
import { GuestError, orThrow, type Problem } from "../base/errors.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import { isOfType } from "../binary/function_module.ts";
import type { FunctionType, ModuleInfo } from "../binary/types.ts";
import type { Call, PlanForms } from "../call/call.ts";
import { noteOrigin } from "../call/pointers/pointer_of.ts";
import type { DeclarationCheck } from "../check/checked_options.ts";
import { declarationCheck } from "../check/declared.ts";
import { findFunctionTable, type FunctionTable, pointerWords } from "../instance/function_table.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import type { FunctionReader, PointedFunctions } from "../instance/instance.ts";
import { hostTypes } from "../plan/flatten_host.ts";
import type { CallbackContext } from "../plan/plan_callback.ts";
import type { ResolveContext } from "../plan/context.ts";
import { needsConvention } from "../plan/resolve.ts";
import { type BoundSymbol, symbolFunction } from "./symbols.ts";

/** A function of the table that was made for the caller. */
interface Made {
  readonly fn: CoreFunction;
  readonly key: string;
  readonly symbol: BoundSymbol;
  readonly typed: SymbolFunction<SymbolDeclaration>;
}

/** The check of declarations for guests that were loaded without any. */
const CHECK = declarationCheck(new Map());

/** The maximum number of functions of a table that are cached for equal requests. */
const MOST_KEPT = 1000;

/** The parts of a guest that its functions need. */
export interface FunctionsGuest {
  readonly parts: {
    readonly compiled: { readonly info: ModuleInfo | undefined };
    readonly check: DeclarationCheck | undefined;
  };
  readonly choice: Pick<CallbackContext, "convention">;
  /** The guest's calls, which may be made later than its functions. */
  readonly calls: {
    readonly planner: {
      context(instance: GuestInstance): ResolveContext;
      make(
        name: string,
        declaration: SymbolDeclaration,
        instance: GuestInstance,
        context: ResolveContext,
        given: { readonly check: DeclarationCheck },
      ): PlanForms | Problem;
    };
    settle(): void;
  };
}

/** The functions that the host has made of function pointers of one instance. */
export class InstanceFunctions implements PointedFunctions {
  readonly #guest: FunctionsGuest;
  readonly #instance: GuestInstance;
  readonly #made: Made[] = [];
  readonly #readers = new Map<FunctionDeclaration, FunctionReader>();
  #isStale = false;

  constructor(guest: FunctionsGuest, instance: GuestInstance) {
    this.#guest = guest;
    this.#instance = instance;
    instance.functions = this;
  }

  reader(declaration: FunctionDeclaration): FunctionReader {
    let reader = this.#readers.get(declaration);
    if (reader === undefined) {
      this.#readers.set(declaration, reader = this.#makeReader(declaration));
    }
    return reader;
  }

  #makeReader(declaration: FunctionDeclaration): FunctionReader {
    const key = keyOf(declaration);
    const known = new Map<number, Made>();
    let table: FunctionTable;
    return {
      known: (pointer) => {
        const made = known.get(pointer);
        // The guest may have replaced the function.
        return made === undefined || made.fn !== table.current(pointer)
          ? undefined
          : made.typed as CoreFunction;
      },
      read: (pointer, cannot) => {
        const made = this.#make(pointer, declaration as SymbolDeclaration, key, cannot);
        if (known.size >= MOST_KEPT) known.clear();
        table = this.#table("call a function pointer");
        known.set(pointer, made);
        return made.typed as CoreFunction;
      },
    };
  }

  /**
   * Makes the function of a pointer.
   *
   * @param declaration The declaration, which was checked.
   * @returns The function; equal requests return the same one.
   */
  get(pointer: number, declaration: SymbolDeclaration): SymbolFunction<SymbolDeclaration> {
    return this.#make(pointer, declaration, keyOf(declaration), "Cannot call").typed;
  }

  /**
   * Invalidates the functions, because the instance is replaced; returns a function that undoes
   * this.
   */
  leave(): () => void {
    this.#isStale = true;
    const calls = this.#made.map(({ symbol }) => symbol.call);
    for (const { symbol } of this.#made) symbol.call = STALE;
    return () => {
      this.#isStale = false;
      for (const [index, { symbol }] of this.#made.entries()) symbol.call = calls[index]!;
    };
  }

  #make(index: number, declaration: SymbolDeclaration, key: string, what: string): Made {
    if (this.#isStale) throwStale();
    const words = pointerWords(index);
    const cannot = `${what}${what === "Cannot call" ? "" : ","} ${words}`;
    const fn = this.#find(index, cannot);
    const before = this.#made.find((made) => made.fn === fn && made.key === key);
    if (before !== undefined) return before;
    const type = this.#typeOf(fn, declaration, cannot);
    const name = this.#name(words, fn, type);
    const symbol: BoundSymbol = { call: this.#bind(name, declaration) };
    const typed = symbolFunction(symbol, declaration) as SymbolFunction<SymbolDeclaration>;
    noteOrigin(typed, { instance: this.#instance, pointer: index, type });
    const made = { fn, key, symbol, typed };
    if (this.#made.length >= MOST_KEPT) this.#made.shift();
    this.#made.push(made);
    return made;
  }

  #table(action: string) {
    return orThrow(findFunctionTable(this.#instance, action));
  }

  /** Binds the call of a function of the table, which the instance knows by `name`. */
  #bind(name: string, declaration: SymbolDeclaration): Call {
    const { calls, parts } = this.#guest;
    if (needsConvention(declaration)) calls.settle();
    const { planner } = calls;
    const context = planner.context(this.#instance);
    const check = parts.check ?? CHECK;
    const plan = orThrow(planner.make(name, declaration, this.#instance, context, { check }));
    return plan.on(this.#instance);
  }

  /** Finds the function at an index. */
  #find(index: number, cannot: string): CoreFunction {
    const table = this.#table("call a function pointer");
    const fn = index === 0 && !table.get(0) ? null : table.get(index);
    const fail = (found: string) =>
      new GuestError("function-pointer", `${cannot}: ${found}, expected the pointer of a function`);
    if (fn === undefined) throw fail(`the guest's table has ${table.length} entries`);
    if (fn === null) throw fail(index === 0 ? "it is null" : "its entry in the table is empty");
    if (table.isRemoved(fn)) throw fail("it is a callback that was removed from the table");
    return fn;
  }

  /** Finds the type of a function: it is read from the binary, and the engine confirms it. */
  #typeOf(fn: CoreFunction, declaration: SymbolDeclaration, cannot: string): FunctionType {
    const info = this.#guest.parts.compiled.info;
    // The name of an exported function is its index in the module that defines it.
    const named = info?.functions[Number(fn.name)];
    if (named !== undefined && isOfType(named, fn)) return named;
    const { address64 } = this.#instance;
    const item = { name: "", declaration: declaration as HostFunctionDeclaration, address64 };
    const possible = hostTypes({ ...item, type: undefined }, this.#guest.choice.convention);
    const others = info?.types.flatMap((type) => type.kind === "function" ? [type.function] : []);
    const found = [...possible, ...others ?? []].find((type) => isOfType(type, fn));
    if (found !== undefined) return found;
    throw new GuestError(
      "function-pointer",
      `${cannot}: the function is of another type, expected ${
        possible.map((type) => formatFunctionType(type)).join(" or ")
      }`,
    );
  }

  /** Gives a function a name that no export and no other function of the table has. */
  #name(words: string, fn: CoreFunction, type: FunctionType): string {
    const { exports } = this.#instance;
    const pointed = this.#instance.pointed ??= new Map();
    let name = words;
    for (
      let turn = 2;
      Object.hasOwn(exports, name) || (pointed.get(name) ?? { fn }).fn !== fn;
      turn++
    ) {
      name = `${words} (${turn})`;
    }
    pointed.set(name, { fn, type });
    return name;
  }
}

function throwStale(): never {
  throw new GuestError(
    "function-pointer",
    "Cannot call a function pointer: the guest was reset, expected a pointer of the new instance",
  );
}

const STALE: Call = { call: throwStale, compiled: undefined };

/** The numbers of the functions in declarations. */
const numbers = new WeakMap<object, number>();
let count = 0;

/** Returns a key for declarations with the same meaning; functions must be identical. */
export function keyOf(declaration: object): string {
  return JSON.stringify(declaration, (_key, value) => {
    if (typeof value !== "function") return value;
    if (!numbers.has(value)) numbers.set(value, count++);
    return { function: numbers.get(value) };
  });
}
