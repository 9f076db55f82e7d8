import type { FunctionDeclaration } from "../abi/declaration.ts";
import type { PointerValue, SymbolFunction } from "../abi/value_types.ts";
import type { GuestCallback } from "../call/pointers/callback.ts";
import type { HostFunction } from "../imports/host_function.ts";

/**
 * A guest's function table, for host callbacks and for function pointers from the guest.
 *
 * @example
 * ```ts
 * import { hostFunction, load } from "@passage/wasm";
 * import { assertEquals } from "@std/assert";
 *
 * const OP = { parameters: ["i32", "i32"], result: "i32" } as const;
 * using guest = await load("testdata/c/function_pointers.wasm");
 * const functions = await guest.functions();
 * using callback = functions.add(hostFunction(OP, (left, right) => left * right));
 * assertEquals(functions.get(callback, OP)(6, 7), 42);
 * ```
 */
export interface GuestFunctions {
  /**
   * Adds a function to the guest's table, for a guest that keeps its pointer. It stays there when
   * the guest is reset.
   *
   * @param fn The function, with the types that it has in C.
   * @returns The callback: pass it as a `"pointer"`, and remove it with `using` or `remove()`.
   * @throws {GuestError} if the guest has no table, cannot call the function, or its table cannot
   * grow.
   */
  add(fn: HostFunction): GuestCallback;
  /**
   * Makes a typed function of a function pointer. It can be called until the guest is reset.
   *
   * @param pointer The pointer, as the guest returned it.
   * @param declaration The parameters and the result, as for a symbol.
   * @returns The function. An equal request returns the same function.
   * @throws {GuestError} if the pointer is null, outside the table or that of another type.
   */
  get<const D extends FunctionDeclaration>(
    pointer: PointerValue,
    declaration: D,
  ): SymbolFunction<D>;
}
