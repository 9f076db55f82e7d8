import type { HostFunctionDeclaration, SymbolDeclaration } from "../abi/declaration.ts";
import type { PointerValue, SymbolFunction } from "../abi/symbol_types.ts";
import { GuestError, orThrow, Problem } from "../base/errors.ts";
import { isObject, problemsError } from "../base/misnomers.ts";
import { hasProperty, hex, isA, quote, show } from "../base/show.ts";
import { formatFunctionType } from "../binary/defined_types.ts";
import { isOfType } from "../binary/function_module.ts";
import type { FunctionType, ModuleInfo } from "../binary/types.ts";
import type { Call, PlanForms } from "../call/call.ts";
import { loadAllParts } from "../call/make_parts.ts";
import { structValues } from "../call/on_demand.ts";
import { GuestCallback, moveCallback } from "../call/pointers/callback.ts";
import { CallbackForms } from "../call/pointers/callback_forms.ts";
import { provideFunctions } from "../call/pointers/function_parameter.ts";
import { hostArgumentProblems } from "../check/core_argument_problems.ts";
import { hostFunctionShape, symbolShape } from "../check/declaration_shapes.ts";
import type { DeclarationCheck } from "../check/checked_options.ts";
import { declarationCheck } from "../check/declared.ts";
import { Problems, type Shape } from "../check/problems.ts";
import { HostFunction } from "../imports/host_function.ts";
import { findFunctionTable } from "../instance/function_table.ts";
import type { GuestInstance } from "../instance/guest_instance.ts";
import { toOffset } from "../memory/pointer.ts";
import { isCustom } from "../presets/preset_options.ts";
import { hostConvention, hostTypes } from "../plan/flatten_host.ts";
import { structs } from "../plan/flatten.ts";
import { type CallbackContext, planCallback } from "../plan/plan_callback.ts";
import type { ResolveContext } from "../plan/context.ts";
import { needsConvention } from "../plan/resolve.ts";
import type { FunctionDeclaration, GuestFunctions } from "./function_types.ts";
import { type BoundSymbol, symbolFunction } from "./symbols.ts";

/** A function of the table that was made for the caller. */
interface Made {
  readonly fn: unknown;
  readonly key: string;
  readonly symbol: BoundSymbol;
  readonly typed: SymbolFunction<SymbolDeclaration>;
}

/** Loads the code that calls of a guest's table need. */
export async function loadFunctionParts(): Promise<void> {
  await Promise.all([loadAllParts(), structs.load(), structValues.load()]);
  provideFunctions();
}

/** The check of declarations for guests that were loaded without any. */
const CHECK = declarationCheck(new Map());

/** The most functions of one table that are kept for the next request of the same. */
const MOST_KEPT = 1000;

/** The parts of a guest that its functions need. */
interface Parts {
  readonly compiled: { readonly info: ModuleInfo | undefined };
  readonly check: DeclarationCheck | undefined;
}

/** The guest's calls, with their planner. */
interface Calls {
  readonly planner: {
    context(instance: GuestInstance): ResolveContext;
    make(
      name: string,
      declaration: SymbolDeclaration,
      instance: GuestInstance,
      context: ResolveContext,
      check: DeclarationCheck,
    ): PlanForms | Problem;
  };
  settle(): void;
}

/** The functions of the host in a guest's table, and those of the guest that the host calls. */
export class TableFunctions implements GuestFunctions {
  readonly #parts: Parts;
  readonly #choice: Pick<CallbackContext, "convention">;
  readonly #calls: Calls;
  readonly #callbacks = new Set<GuestCallback>();
  readonly #forms: { readonly key: string; readonly forms: CallbackForms }[] = [];
  #made: Made[] = [];
  #instance: GuestInstance;

  constructor(
    parts: Parts,
    choice: Pick<CallbackContext, "convention">,
    calls: Calls,
    instance: GuestInstance,
  ) {
    this.#parts = parts;
    this.#choice = choice;
    this.#calls = calls;
    this.#instance = instance;
  }

  add(given: HostFunction): GuestCallback {
    if (!isA(given, HostFunction)) {
      const what = typeof given === "function" ? "a plain function" : show(given);
      throw new TypeError(
        `Cannot make a callback: it is ${what}, expected hostFunction({ parameters, result }, fn)`,
      );
    }
    const declaration = readDeclaration(
      hostFunctionShape,
      given.declaration,
      "Cannot make a callback",
    ) as HostFunctionDeclaration;
    const callback = new GuestCallback(
      this.#formsOf(declaration),
      given.callback as (...args: unknown[]) => never,
      this.#instance,
      (callback) => this.#callbacks.delete(callback),
    );
    this.#callbacks.add(callback);
    return callback;
  }

  get<const D extends FunctionDeclaration>(given: PointerValue, stated: D): SymbolFunction<D> {
    return this.#get(given, stated) as SymbolFunction<D>;
  }

  #get(given: unknown, stated: FunctionDeclaration): SymbolFunction<SymbolDeclaration> {
    const index = readPointer(given);
    const words = `function pointer ${hex(index)}`;
    const cannot = `Cannot call ${words}`;
    const declaration = readDeclaration(symbolShape, stated, cannot) as SymbolDeclaration;
    const fn = this.#find(index, cannot);
    const key = keyOf(declaration);
    const known = this.#made.find((made) => made.fn === fn && made.key === key);
    if (known !== undefined) return known.typed;
    const type = this.#typeOf(fn, declaration, cannot);
    const name = this.#name(words, fn, type);
    const symbol: BoundSymbol = { call: this.#bind(name, declaration) };
    const typed = symbolFunction(symbol, declaration) as SymbolFunction<SymbolDeclaration>;
    if (this.#made.length >= MOST_KEPT) this.#made.shift();
    this.#made.push({ fn, key, symbol, typed });
    return typed;
  }

  /**
   * Puts all callbacks into the table of a fresh instance. Functions of the former table cannot be
   * called any more.
   *
   * @returns A function that goes back to the former instance.
   */
  moveTo(instance: GuestInstance): () => void {
    const before = this.#instance, made = this.#made;
    const moved: (() => void)[] = [];
    const calls = made.map(({ symbol }) => symbol.call);
    const goBack = () => {
      this.#instance = before;
      this.#made = made;
      made.forEach(({ symbol }, index) => symbol.call = calls[index]!);
      for (const back of moved) back();
    };
    this.#instance = instance;
    this.#made = [];
    try {
      for (const callback of this.#callbacks) moved.push(moveCallback(callback, instance));
      for (const { symbol } of made) symbol.call = { call: throwStale, compiled: undefined };
    } catch (error) {
      goBack();
      throw error;
    }
    return goBack;
  }

  /** Binds the call of a function of the table, which the instance knows by `name`. */
  #bind(name: string, declaration: SymbolDeclaration): Call {
    if (needsConvention(declaration)) this.#calls.settle();
    const { planner } = this.#calls;
    const context = planner.context(this.#instance);
    const check = this.#parts.check ?? CHECK;
    const plan = orThrow(planner.make(name, declaration, this.#instance, context, check));
    return plan.on(this.#instance);
  }

  #context({ address64 }: GuestInstance): CallbackContext {
    return { convention: this.#choice.convention, address64, info: this.#parts.compiled.info };
  }

  /** Callbacks of equal declarations share what is made for them. */
  #formsOf(declaration: HostFunctionDeclaration): CallbackForms {
    const key = keyOf(declaration);
    const known = this.#forms.find((item) => item.key === key);
    if (known !== undefined) return known.forms;
    const context = this.#context(this.#instance);
    const { convention } = context;
    const record = convention instanceof Problem || isCustom(convention) ? undefined : convention;
    const problems = hostArgumentProblems(declaration, record && hostConvention(record));
    if (problems.length > 0) throw problemsError("Cannot make a callback", problems);
    orThrow(findFunctionTable(this.#instance, "make a callback"));
    const plan = orThrow(planCallback(declaration, context));
    const forms = new CallbackForms(plan, declaration.async ?? false);
    this.#forms.push({ key, forms });
    if (this.#forms.length > MOST_FORMS) this.#forms.shift();
    return forms;
  }

  /** Finds the function that a pointer is the index of. */
  #find(index: number, cannot: string): (...args: never[]) => unknown {
    const table = orThrow(findFunctionTable(this.#instance, "call a function pointer"));
    const fn = index === 0 && !table.get(0) ? null : table.get(index);
    const fail = (found: string) =>
      new GuestError("function-pointer", `${cannot}: ${found}, expected the pointer of a function`);
    if (fn === undefined) throw fail(`the guest's table has ${table.length} entries`);
    if (fn === null) throw fail(index === 0 ? "it is null" : "its entry in the table is empty");
    if (table.isRemoved(fn)) throw fail("it is a callback that was removed from the table");
    return fn;
  }

  /** Finds the type of a function: the binary shows it, and the engine confirms it. */
  #typeOf(
    fn: (...args: never[]) => unknown,
    declaration: SymbolDeclaration,
    cannot: string,
  ): FunctionType {
    const info = this.#parts.compiled.info;
    // The engine names an exported function by its index in the module that defines it.
    const named = info?.functions[Number(fn.name)];
    if (named !== undefined && isOfType(named, fn)) return named;
    const { address64 } = this.#instance;
    const item = { name: "", declaration: declaration as HostFunctionDeclaration, address64 };
    const possible = hostTypes({ ...item, type: undefined }, this.#choice.convention);
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
  #name(words: string, fn: (...args: never[]) => unknown, type: FunctionType): string {
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
    pointed.set(name, { fn: fn as never, type });
    return name;
  }
}

/** The most declarations of callbacks that are kept. */
const MOST_FORMS = 64;

function throwStale(): never {
  throw new GuestError(
    "function-pointer",
    "Cannot call a function pointer: the guest was reset, expected a pointer of the new instance",
  );
}

/** Returns a pointer as an index. */
function readPointer(given: unknown): number {
  const pointer = hasProperty(given, "pointer") ? given.pointer : given;
  if (typeof pointer === "number" || typeof pointer === "bigint") {
    try {
      return toOffset(pointer);
    } catch {
      // It is no integer.
    }
  }
  throw new TypeError(
    `Cannot call a function pointer: it is ${show(pointer)}, expected a pointer of the guest`,
  );
}

/** Checks a declaration, and returns a copy. */
function readDeclaration(shape: Shape, given: unknown, cannot: string): unknown {
  const problems = new Problems("the declaration");
  for (const key of ["name", "chunked"]) {
    if (shape !== symbolShape || !isObject(given) || given[key] === undefined) continue;
    problems.add(key, `is ${show(given[key])}, expected none: ${quote(key)} is for exports`);
  }
  const copy = problems.read(shape, given, "");
  if (problems.lines.length > 0) throw problemsError(cannot, problems.lines);
  return copy;
}

/** The numbers of the functions in declarations. */
const numbers = new WeakMap<object, number>();
let count = 0;

/** Returns a text that only declarations of the same meaning have; functions must be identical. */
function keyOf(declaration: object): string {
  return JSON.stringify(declaration, (_key, value) => {
    if (typeof value !== "function") return value;
    if (!numbers.has(value)) numbers.set(value, count++);
    return { function: numbers.get(value) };
  });
}
