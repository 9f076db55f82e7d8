import type { CoreArgument } from "./block_source.ts";
import type { ResultName } from "./declaration.ts";
import type { ArrayParameter, ParameterName, TextParameter } from "./parameter.ts";
import type { ArrayResultDeclaration, TextResultDeclaration } from "./result.ts";
import type { Nullable, ParameterValue, ResultValue } from "./symbol_types.ts";
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

/** The JavaScript type of a host function's argument. */
export type HostArgument<P extends HostParameter> = P extends "pointer" ? number
  : P extends "bytes" | { readonly type: "bytes" } ? Nullable<P, Uint8Array<ArrayBuffer>>
  : ParameterValue<P>;

/** The JavaScript types of all arguments of a host function. */
export type HostArguments<P extends readonly HostParameter[]> = {
  -readonly [K in keyof P]: HostArgument<P[K]>;
};

/** The JavaScript type of a host function's result. */
export type HostAnswer<R extends HostResult> = R extends "pointer" ? number | bigint
  : R extends "bytes" | { readonly type: "bytes" } ? Nullable<R, Uint8Array>
  : ResultValue<R>;

/** The callback of a host function. */
export type HostCallback<D extends HostFunctionDeclaration> = (
  ...args: HostArguments<D["parameters"]>
) => D extends { readonly async: true } ? Promise<HostAnswer<D["result"]>>
  : HostAnswer<D["result"]>;
