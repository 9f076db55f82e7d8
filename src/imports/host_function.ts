import type { Convention } from "../abi/convention.ts";
import type { HostCallback, HostFunctionDeclaration } from "../abi/host_declaration.ts";
import { checkHostDeclaration } from "../base/early_checks.ts";
import { show } from "../base/show.ts";

/**
 * Checks a host function's declaration and copies it.
 *
 * @throws {GuestError} with everything that is wrong with it.
 */
export type HostFunctionCheck = (
  given: HostFunction,
  name: string,
  convention: Convention | undefined,
) => HostFunction;

/** A function of the host's with declared parameters and result; {@linkcode hostFunction} makes one. */
export class HostFunction {
  /** What the import takes and returns. */
  readonly declaration: HostFunctionDeclaration;
  /** What is called with the lifted arguments. */
  readonly callback: (...args: never[]) => unknown;

  /** Nothing is checked before a guest is loaded with it. */
  constructor(declaration: HostFunctionDeclaration, callback: (...args: never[]) => unknown) {
    this.declaration = declaration;
    this.callback = callback;
  }
}

/**
 * Makes a function that a guest can import, with parameters and a result as symbols have them:
 * text arrives as a string, and a string is put where the guest's convention wants it.
 *
 * What the callback throws reaches whoever called the guest, unchanged.
 *
 * @param declaration What the import takes and returns; it is checked against the binary's type
 * when the guest is loaded.
 * @param callback What is called.
 * @returns A value for the option `imports` of `load`.
 * @throws {TypeError} if `callback` is not a function, or the declaration has unknown keys or types.
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
