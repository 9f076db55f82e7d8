import type { CoreFunction } from "../../abi/core_value.ts";
import { GuestError, orThrow } from "../../base/errors.ts";
import { findFunctionTable, type FunctionTable } from "../../instance/function_table.ts";
import type { Instance } from "../../instance/instance.ts";
import type { CallbackForms } from "../host/host_forms.ts";

/** An entry of one instance's table. */
interface Entry {
  readonly instance: Instance;
  readonly table: FunctionTable;
  readonly pointer: number;
}

/**
 * Puts a callback into the table of a fresh instance.
 *
 * @returns A function that goes back to the former instance.
 */
export let moveCallback: (callback: GuestCallback, instance: Instance) => () => void;

/**
 * A host function in the guest's table, for a guest that keeps its pointer across calls. Pass it as
 * a `"pointer"` or as a function, and remove it with `using` or {@linkcode remove}.
 */
export class GuestCallback implements Disposable {
  readonly #forms: CallbackForms;
  readonly #callback: CoreFunction;
  readonly #forget: (callback: GuestCallback) => void;
  #entry: Entry;
  #isRemoved = false;

  /** Use `add` of `guest.functions()` to make one. */
  constructor(
    forms: CallbackForms,
    callback: CoreFunction,
    instance: Instance,
    forget: (callback: GuestCallback) => void,
  ) {
    this.#forms = forms;
    this.#callback = callback;
    this.#forget = forget;
    this.#entry = this.#put(instance);
  }

  /**
   * The function pointer: an index into the guest's table, until the function is removed. It stays
   * the same when the guest is reset.
   *
   * @throws {GuestError} if it was removed.
   */
  get pointer(): number {
    if (!this.#isRemoved) return this.#entry.pointer;
    throw new GuestError(
      "disposed",
      "Cannot use a callback: it was removed from the guest's table",
    );
  }

  /** Removes the function from the guest's table. Idempotent. */
  remove(): void {
    if (this.#isRemoved) return;
    this.#isRemoved = true;
    this.#forget(this);
    const { table, pointer } = this.#entry;
    table.remove(pointer, this.#forms.type);
  }

  /** The same as {@linkcode remove}, for `using`. */
  [Symbol.dispose](): void {
    this.remove();
  }

  static {
    moveCallback = (callback, instance) => callback.#moveTo(instance);
  }

  #moveTo(instance: Instance): () => void {
    const before = this.#entry;
    this.#entry = this.#put(instance, before.pointer);
    return () => {
      this.#entry = before;
      // Instances can share a table that the caller made.
      this.#put(before.instance, before.pointer);
    };
  }

  #put(instance: Instance, at?: number): Entry {
    const table = orThrow(findFunctionTable(instance, "make a callback"));
    const { type } = this.#forms;
    const fn = this.#forms.on(this.#callback, { instance });
    const pointer = at === undefined ? table.add(fn, type) : table.addAt(at, fn, type);
    return { instance, table, pointer };
  }
}
