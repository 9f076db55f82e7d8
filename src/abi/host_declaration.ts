import type { CoreArgument } from "./block_source.ts";
import type { ArrayParameter, ParameterName, ResultName, TextParameter } from "./parameter.ts";
import type { ArrayResultDeclaration, TextResultDeclaration } from "./result.ts";
import type { Length } from "./value.ts";

/** A parameter of a host function with text or bytes. */
export interface HostTextParameter extends TextParameter {
  /**
   * Where the length is, if the guest does not pass it: up to a NUL unless the convention differs.
   */
  readonly length?: Length;
}

/** The type of a host function's parameter, as for symbols. */
export type HostParameter = ParameterName | HostTextParameter | ArrayParameter;

/** The type of a host function's result. */
export type HostResult = ResultName | TextResultDeclaration | ArrayResultDeclaration;

/**
 * A parameter that takes a function of the host, which the guest gets as a function pointer. It is in
 * the guest's table for the time of the call; a callback that lasts longer is made by
 * `guest.callback`, and can be passed here as well.
 */
export interface FunctionParameter extends HostFunctionDeclaration {
  /** Always `"function"`. */
  readonly type: "function";
  /** Whether you can pass `null`, which becomes a null pointer. */
  readonly nullable?: boolean;
}

/** The parameters and the result of an import, declared like those of a symbol. */
export interface HostFunctionDeclaration {
  /** The arguments of the callback. */
  readonly parameters: readonly HostParameter[];
  /** The result of the callback. */
  readonly result: HostResult;
  /** All core arguments in order, if the import's type does not show them. */
  readonly arguments?: readonly CoreArgument[];
  /**
   * Whether the callback returns a promise. Then symbols that reach it have to be asynchronous too.
   */
  readonly async?: boolean;
}
