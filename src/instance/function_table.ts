import type { CoreFunction } from "../abi/core_value.ts";
import { GuestError, Problem } from "../base/errors.ts";
import { hex, list } from "../base/show.ts";
import { asTyped, typeKey } from "../binary/function_module.ts";
import type { FunctionType } from "../binary/types.ts";
import { identityOf } from "./views.ts";
import type { Instance } from "./instance.ts";

/** The name that LLVM's linker gives to the table of function pointers. */
const USUAL = "__indirect_function_table";

/** Makes the problem that the guest has no table of functions. */
export function missingTable(action: string): Problem {
  return new Problem({
    code: "missing-export",
    part: "table",
    cannot: `Cannot ${action}`,
    found: "the guest exports no table of functions",
    expected: "one that was linked with --export-table and --growable-table",
  });
}

/** The tables of the instances that were asked for one. */
const tables = new WeakMap<Instance, FunctionTable>();

/**
 * Returns the table that the guest's function pointers are indices into.
 *
 * @param action The action that needs the table, for the problem: `make a callback`.
 */
export function findFunctionTable(instance: Instance, action: string): FunctionTable | Problem {
  const owner = identityOf(instance);
  const known = tables.get(owner);
  if (known !== undefined) return known;
  const found = new Map<WebAssembly.Table, string>();
  for (const named of [instance.exports, ...Object.values(instance.imports ?? {})]) {
    for (const [name, value] of Object.entries(named)) {
      if (!(value instanceof WebAssembly.Table) || !holdsFunctions(value)) continue;
      if (name === USUAL || !found.has(value)) found.set(value, name);
    }
  }
  const usual = [...found].find(([, name]) => name === USUAL)?.[0];
  const table = usual ?? (found.size === 1 ? [...found.keys()][0] : undefined);
  if (table === undefined) {
    return found.size === 0 ? missingTable(action) : new Problem({
      code: "missing-export",
      part: "table",
      cannot: `Cannot ${action}`,
      found: `the guest has tables of functions ${list(found.values())}`,
      expected: `one, or one of the name "${USUAL}"`,
    });
  }
  const made = new FunctionTable(table, instance);
  tables.set(owner, made);
  return made;
}

/** Returns whether a table holds functions. Only a value that it refuses shows its type. */
function holdsFunctions(table: WebAssembly.Table): boolean {
  try {
    // The table grows by nothing, but a table of functions refuses the value all the same.
    (table as { grow(delta: unknown, value: unknown): unknown }).grow(asIndex(table, 0), {});
    return false;
  } catch (error) {
    return error instanceof TypeError;
  }
}

/** Returns an index as a table expects it: the indices of a 64-bit table are bigints. */
function asIndex(table: WebAssembly.Table, index: number): number {
  const isWide = typeof (table.length as number | bigint) === "bigint";
  return isWide ? BigInt(index) as unknown as number : index;
}

/** A guest's table of functions, and the entries that the host has added. */
export class FunctionTable {
  readonly #table: WebAssembly.Table;
  readonly #instance: Instance;
  /** The entries that were given back, the oldest first. */
  readonly #free: number[] = [];
  /** The functions in entries that were given back, by their type. */
  readonly #removed = new Map<string, CoreFunction>();

  constructor(table: WebAssembly.Table, instance: Instance) {
    this.#table = table;
    this.#instance = instance;
  }

  /** The number of its entries. */
  get length(): number {
    return Number(this.#table.length);
  }

  /** Returns the function at an index; `undefined` outside the table, and `null` in an empty entry. */
  get(index: number): CoreFunction | null | undefined {
    if (index >= this.length) return undefined;
    return this.current(index);
  }

  /** Returns the function at an index that lies within the table: tables do not shrink. */
  current(index: number): CoreFunction | null {
    return this.#table.get(asIndex(this.#table, index)) as CoreFunction | null;
  }

  /**
   * Puts a function into an entry that was given back, or else into a new one.
   *
   * @returns The index: a function pointer of the guest.
   * @throws {GuestError} if the table cannot grow.
   */
  add(fn: CoreFunction, type: FunctionType): number {
    const index = this.#free.shift() ?? this.#grow(1);
    this.#set(index, asTyped(type, fn));
    return index;
  }

  /** Puts a function at a given index, or into another entry if a function is there. */
  addAt(index: number, fn: CoreFunction, type: FunctionType): number {
    if (index >= this.length) this.#grow(index + 1 - this.length);
    else if (this.get(index) !== null) return this.add(fn, type);
    this.#set(index, asTyped(type, fn));
    return index;
  }

  /**
   * Takes a function out. Until the entry is used again, a guest that still calls it gets an error
   * that says so.
   */
  remove(index: number, type: FunctionType): void {
    const key = typeKey(type);
    let removed = this.#removed.get(key);
    if (removed === undefined) {
      removed = asTyped(type, () => this.#throwRemoved()) as unknown as CoreFunction;
      this.#removed.set(key, removed);
    }
    this.#set(index, removed);
    this.#free.push(index);
  }

  /** Returns whether a function stands for one that was removed. */
  isRemoved(fn: CoreFunction): boolean {
    return [...this.#removed.values()].includes(fn);
  }

  #throwRemoved(): never {
    const error = removedError();
    // It unwinds through the guest as the error of a host function does.
    this.#instance.thrown = error;
    throw error;
  }

  #set(index: number, fn: WebAssembly.ExportValue): void {
    this.#table.set(asIndex(this.#table, index), fn as CoreFunction);
  }

  #grow(count: number): number {
    try {
      return Number(this.#table.grow(asIndex(this.#table, count)));
    } catch (cause) {
      throw new GuestError(
        "function-pointer",
        `Cannot put a function into the guest's table: it has ${this.length} entries and cannot ` +
          `grow, expected a guest that was linked with ${GROWABLE}`,
        { cause },
      );
    }
  }
}

const GROWABLE = "--growable-table (Emscripten: -sALLOW_TABLE_GROWTH)";

/** Makes the error of a guest that calls a callback after it was removed. */
export function removedError(): GuestError {
  return new GuestError(
    "function-pointer",
    "Cannot call a callback: it was removed from the guest's table, and the guest has kept its " +
      "pointer, expected the guest to forget it before",
  );
}

/** Names a function pointer in errors. */
export function pointerWords(index: number): string {
  return `function pointer ${hex(index)}`;
}
