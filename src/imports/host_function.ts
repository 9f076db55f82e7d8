import type { Convention } from "../abi/convention.ts";
import type { HostFunctionDeclaration } from "../abi/host_declaration.ts";
import type { HostCallback } from "../abi/symbol_types.ts";
import { checkHostDeclaration } from "../base/early_checks.ts";
import type { Problem } from "../base/errors.ts";
import { show } from "../base/show.ts";

/** The check of a host function's declaration: it returns a copy, or all problems of it. */
export type HostFunctionCheck = (
  given: HostFunction,
  name: string,
  convention: Convention | undefined,
) => HostFunction | Problem;

/**
 * A function of the host with declared parameters and result; {@linkcode hostFunction} makes one.
 */
export class HostFunction {
  /** The types of the import's parameters and result. */
  readonly declaration: HostFunctionDeclaration;
  /** The function to call with the lifted arguments. */
  readonly callback: (...args: never[]) => unknown;

  /** The rest is checked when a guest is loaded with it. */
  constructor(declaration: HostFunctionDeclaration, callback: (...args: never[]) => unknown) {
    this.declaration = declaration;
    this.callback = callback;
  }
}

/**
 * Makes a function that a guest can import, with parameters and a result as symbols have them: text
 * arrives as a string, and a returned string is written according to the guest's convention.
 *
 * An error that the callback throws reaches the guest's caller unchanged.
 *
 * @param declaration The types of the import's parameters and result. They are checked against the
 * binary when the guest is loaded.
 * @param callback The function to call.
 * @returns A value for the option `imports` of `load`.
 * @throws {TypeError} if `callback` is not a function, or the declaration has unknown keys or
 * types.
 *
 * @example
 * ```ts
 * import { hostFunction } from "@passage/wasm";
 *
 * const lines: string[] = [];
 * const log = hostFunction({ parameters: ["string"], result: "void" }, (line) => {
 *   lines.push(line);
 * });
 * const imports = { env: { log } };
 * ```
 */
export function hostFunction<const D extends HostFunctionDeclaration>(
  declaration: D,
  callback: HostCallback<D>,
): HostFunction {
  checkHostDeclaration(declaration);
  if (typeof callback !== "function") {
    throw new TypeError(
      `Cannot make a host function: the callback is ${show(callback)}, expected a function`,
    );
  }
  return new HostFunction(declaration, callback as (...args: never[]) => unknown);
}
