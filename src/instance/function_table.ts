import type { CoreFunction } from "../abi/core_value.ts";
import { GuestError, Problem } from "../base/errors.ts";
import { hex, list } from "../base/show.ts";
import { asTyped, typeKey } from "../binary/function_module.ts";
import type { FunctionType } from "../binary/types.ts";
import { identityOf } from "./views.ts";
import type { Instance } from "./instance.ts";

/** The name of the function table in LLVM's linker. */
const USUAL = "__indirect_function_table";

/** Makes the problem that the guest has no function table. */
export function missingTable(action: string): Problem {
  return new Problem({
    code: "missing-export",
    part: "table",
    cannot: `Cannot ${action}`,
    found: "the guest exports no table of functions",
    expected: "one that was linked with --export-table and --growable-table",
  });
}

/** The known tables by instance. */
const tables = new WeakMap<Instance, FunctionTable>();

/**
 * Returns the table into which the guest's function pointers are indices.
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

/** Returns whether a table contains functions, which shows only when it refuses another value. */
function holdsFunctions(table: WebAssembly.Table): boolean {
  try {
    // The table grows by 0 entries, but a function table still refuses the value.
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

/** A guest's function table, and the entries that the host has added. */
export class FunctionTable {
  readonly #table: WebAssembly.Table;
  readonly #instance: Instance;
  /** The free entries, the oldest first. */
  readonly #free: number[] = [];
  /** The functions that fill free entries, by type. */
  readonly #removed = new Map<string, CoreFunction>();

  constructor(table: WebAssembly.Table, instance: Instance) {
    this.#table = table;
    this.#instance = instance;
  }

  /** The number of entries. */
  get length(): number {
    return Number(this.#table.length);
  }

  /**
   * Returns the function at an index; `undefined` outside the table, and `null` in an empty entry.
   */
  get(index: number): CoreFunction | null | undefined {
    if (index >= this.length) return undefined;
    return this.current(index);
  }

  /** Returns the function at an index within the table, because tables do not shrink. */
  current(index: number): CoreFunction | null {
    return this.#table.get(asIndex(this.#table, index)) as CoreFunction | null;
  }

  /**
   * Puts a function into a free entry, or into a new one.
   *
   * @returns The index: a function pointer of the guest.
   * @throws {GuestError} if the table cannot grow.
   */
  add(fn: CoreFunction, type: FunctionType): number {
    const index = this.#free.shift() ?? this.#grow(1);
    this.#set(index, asTyped(type, fn));
    return index;
  }

  /** Puts a function at a given index, or into another entry if that is taken. */
  addAt(index: number, fn: CoreFunction, type: FunctionType): number {
    if (index >= this.length) this.#grow(index + 1 - this.length);
    else if (this.get(index) !== null) return this.add(fn, type);
    this.#set(index, asTyped(type, fn));
    return index;
  }

  /** Removes a function. Until the entry is reused, calling it is an error that says so. */
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

  /** Returns whether a function is the placeholder for a removed one. */
  isRemoved(fn: CoreFunction): boolean {
    return [...this.#removed.values()].includes(fn);
  }

  #throwRemoved(): never {
    const error = removedError();
    // It unwinds through the guest like an error of a host function.
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
