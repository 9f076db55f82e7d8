import type { Slot } from "./block_source.ts";
import type { ResultName } from "./declaration.ts";
import type { ArrayParameter, ParameterName, TextParameter } from "./parameter.ts";
import type { ArrayResultDeclaration, TextResultDeclaration } from "./result.ts";
import type { Nullable, ParameterValue, ResultValue } from "./symbol_types.ts";
import type { Length } from "./value.ts";

/** Text or bytes that a host function is given. */
export interface HostTextParameter extends TextParameter {
  /** Where its length is, if the guest does not pass it: up to a NUL unless the convention says. */
  readonly length?: Length;
}

/** What a host function is given: the types of symbols. */
export type HostParameter = ParameterName | HostTextParameter | ArrayParameter;

/** What a host function answers. */
export type HostResult = ResultName | TextResultDeclaration | ArrayResultDeclaration;

/** The parameters and the result of an import, as those of a symbol are declared. */
export interface HostFunctionDeclaration {
  /** What the callback gets. */
  readonly parameters: readonly HostParameter[];
  /** What it answers. */
  readonly result: HostResult;
  /** All core arguments in their order, where the import's type alone can not tell. */
  readonly arguments?: readonly Slot[];
  /** Whether the callback gives a promise: symbols that reach it have to be asynchronous too. */
  readonly async?: boolean;
}

/** The JavaScript type that a host function gets for a parameter. */
export type HostArgument<P extends HostParameter> = P extends "pointer" ? number
  : P extends "bytes" | { readonly type: "bytes" } ? Nullable<P, Uint8Array<ArrayBuffer>>
  : ParameterValue<P>;

/** The JavaScript types of all that a host function gets. */
export type HostArguments<P extends readonly HostParameter[]> = {
  -readonly [K in keyof P]: HostArgument<P[K]>;
};

/** The JavaScript type that a host function answers with. */
export type HostAnswer<R extends HostResult> = R extends "pointer" ? number | bigint
  : R extends "bytes" | { readonly type: "bytes" } ? Nullable<R, Uint8Array>
  : ResultValue<R>;

/** The function that stands behind an import. */
export type HostCallback<D extends HostFunctionDeclaration> = (
  ...args: HostArguments<D["parameters"]>
) => D extends { readonly async: true } ? Promise<HostAnswer<D["result"]>>
  : HostAnswer<D["result"]>;
