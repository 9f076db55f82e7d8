import type { Parameter, Result } from "./abi/declaration.ts";
import type { ParameterValue, ResultValue } from "./abi/value_types.ts";

/** A pair of streams for `pipeThrough`. */
export interface GuestStream<Input, Output> {
  /** The output of the guest. */
  readonly readable: ReadableStream<Output>;
  /** The input of the guest. */
  readonly writable: WritableStream<Input>;
}

/** How to call an export that is not a chunked symbol. */
export interface ExportStreamOptions {
  /** The export that is called before the first chunk; it takes no arguments. */
  readonly init?: string | undefined;
  /** The export that is called after the last chunk; it returns the last part as the others do. */
  readonly final?: string | undefined;
}

/** How to call a declared symbol. */
export interface SymbolStreamOptions<Arguments extends readonly unknown[] = readonly unknown[]> {
  /** The symbol's other arguments, in order. */
  readonly arguments?: Arguments | undefined;
}

/** The parameters of text, bytes or arrays. */
export type StreamData = "string" | "bytes" | { readonly type: string };

/** The chunked parameter of a symbol. */
export type StreamedParameter<D> = D extends {
  readonly parameters: infer P extends readonly Parameter[];
  readonly chunked: { readonly parameter: infer N extends number };
} ? P[N]
  : D extends { readonly parameters: infer P extends readonly Parameter[] } ? FirstData<P>
  : never;

/** The first parameter of text, bytes or an array. */
export type FirstData<P extends readonly Parameter[]> = P extends
  readonly [infer First extends Parameter, ...infer Rest extends readonly Parameter[]]
  ? First extends StreamData ? First : FirstData<Rest>
  : never;

/**
 * The other arguments of a symbol, which are typed if the chunked one is the first text or bytes.
 */
export type StreamArguments<D> = D extends { readonly chunked: { readonly parameter: number } }
  ? readonly unknown[]
  : D extends { readonly parameters: infer P extends readonly Parameter[] } ? WithoutData<P>
  : readonly [];

/** The values of all parameters but the first one of text, bytes or an array. */
export type WithoutData<P extends readonly Parameter[]> = P extends
  readonly [infer First extends Parameter, ...infer Rest extends readonly Parameter[]]
  ? First extends StreamData ? ArgumentValues<Rest>
  : readonly [ParameterValue<First>, ...WithoutData<Rest>]
  : readonly [];

/** The values of parameters. */
export type ArgumentValues<P extends readonly Parameter[]> = {
  readonly [K in keyof P]: ParameterValue<P[K]>;
};

/** The chunks that the stream of a symbol takes. */
export type StreamInput<D> = ParameterValue<StreamedParameter<D>>;

/** The chunks that come out of the stream of a symbol. */
export type StreamOutput<D> = D extends { readonly result: infer R extends Result }
  ? NonNullable<ResultValue<R>>
  : never;
