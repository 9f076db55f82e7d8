import type { BlockSource, CoreArgument } from "./block_source.ts";
import type {
  HostInOut,
  HostListParameter,
  HostListResult,
  HostStruct,
  HostVariant,
} from "./host_struct.ts";
import type { ObjectsType, ObjectType, ReferenceType } from "./managed.ts";
import type {
  ArrayParameter,
  ParameterName,
  ResultName,
  StringsParameter,
  TextParameter,
} from "./parameter.ts";
import type { BytesClass } from "./number.ts";
import type { HostOut, InOutParameter, OutParameter } from "./out_parameter.ts";
import type {
  ArrayResultDeclaration,
  FieldDeclaration,
  Status,
  TextResultDeclaration,
} from "./result.ts";
import type {
  ItemsDeclaration,
  ListParameter,
  StructParameter,
  StructResultDeclaration,
  VariantParameter,
  VariantResultDeclaration,
} from "./struct.ts";
import type { Length, Value } from "./value.ts";

/** A parameter of a symbol. */
export type Parameter =
  | ParameterName
  | TextParameter
  | ArrayParameter
  | StringsParameter
  | FunctionParameter
  | ObjectType
  | ObjectsType
  | ReferenceType
  | CParameter;

/** A parameter with a C layout. */
export type CParameter =
  | StructParameter
  | VariantParameter
  | ListParameter
  | OutParameter
  | InOutParameter;

/** The result of a symbol. */
export type Result =
  | ResultName
  | FieldDeclaration
  | FunctionResult
  | StructResultDeclaration
  | VariantResultDeclaration
  | ItemsDeclaration
  | ObjectType
  | ObjectsType
  | ReferenceType;

/** The buffer that a symbol's export writes its result into. */
export interface Output {
  /**
   * The size in bytes, or in elements if the result is an array with its length in elements: a
   * number, a place to find it, a function of the arguments, or `"query"`, which calls the export
   * with a null pointer and a capacity of 0 to learn it.
   */
  readonly capacity: Value | "query";
  /** When the query for the size has failed. It is checked before the buffer is allocated. */
  readonly status?: Status;
  /** The block source, if it differs from the convention. */
  readonly place?: BlockSource;
}

/** An export to call, with all its core arguments if its type does not show them. */
export type ChunkDeclaration = string | {
  readonly export: string;
  /** The core arguments in order; `"handle"` is what `init` returned. */
  readonly arguments: readonly (CoreArgument | "handle")[];
};

/**
 * The exports of a guest that takes a text or bytes in chunks. Each is a separate call: data other
 * than numbers is passed for that call only.
 */
export interface Chunked {
  /** The chunked parameter, counted among all parameters; the first text or bytes unless set. */
  readonly parameter?: number;
  /** Called first; gets all numbers or none. */
  readonly init?: ChunkDeclaration;
  /**
   * Called for each chunk that fits in the buffer. Unless its arguments are set, it gets the
   * handle, if there is one, the length or pointer and length, and the output buffer with its
   * capacity, if there is one.
   */
  readonly update: ChunkDeclaration;
  /**
   * Returns output that the guest still has. It is called after each `update` and after `final`,
   * until it returns nothing. Gets the handle and the output buffer.
   */
  readonly drain?: ChunkDeclaration;
  /**
   * Called last; returns the result, or its last part. Gets all numbers or none, the handle and the
   * output buffer. Optional only if `update` returns parts.
   */
  readonly final?: ChunkDeclaration;
  /**
   * Frees the handle. It is called at the end of each call and each stream that has called `init`,
   * even if that failed, unless the guest can no longer be called.
   */
  readonly destroy?: ChunkDeclaration;
  /**
   * The type of the handle that `init` returns for the other exports. A `"pointer"` of 0 means that
   * `init` has failed. For places of numbers, it is the parameter after the last one.
   */
  readonly handle?: "pointer" | "i32" | "u32" | "i64" | "u64";
  /**
   * Whether each `update` returns a part of the result, text, bytes or an array, as `final` does.
   * Otherwise only `final` returns it.
   */
  readonly parts?: boolean;
  /**
   * The exports that keep output for which the buffer has no room. They are called again, `update`
   * without input, until they return an empty part.
   */
  readonly repeat?: readonly ("update" | "final")[];
  /**
   * The number of bytes of its chunk that `update` has consumed, if it may leave some for the next
   * call.
   */
  readonly taken?: Value;
}

/** An exported function with declared parameter and result types, as in `Deno.dlopen`. */
export interface SymbolDeclaration {
  /** The types of the parameters. */
  readonly parameters: readonly Parameter[];
  /** The type of the result. */
  readonly result: Result;
  /** The export's name, if it differs from the symbol's. */
  readonly name?: string;
  /** All core arguments in order, if the signature does not show them. */
  readonly arguments?: readonly CoreArgument[];
  /**
   * The initial words of the return area, for an export that gets a struct and may change it. `{
   * area: 0 }` among the arguments is its address. All words are 0 unless set.
   */
  readonly area?: readonly CoreArgument[];
  /** The buffer that the export writes its result into, if it takes one. */
  readonly output?: Output;
  /** When a call has failed, if it differs from the convention. */
  readonly status?: Status;
  /** The exports to call, if the guest takes its text in chunks. */
  readonly chunked?: Chunked;
  /** Whether the symbol returns a promise, because host functions that it calls do. */
  readonly async?: boolean;
}

/** A parameter of a host function with text or bytes. */
export interface HostTextParameter extends TextParameter {
  /**
   * Where the length is, if the guest does not pass it. The text ends at a NUL unless the
   * convention differs.
   */
  readonly length?: Length;
  /** The JavaScript class for bytes: `Uint8Array` unless set. */
  readonly as?: BytesClass;
}

/** The type of a host function's parameter, as for symbols. */
export type HostParameter =
  | ParameterName
  | HostTextParameter
  | ArrayParameter
  | HostStruct
  | HostVariant
  | HostListParameter
  | HostOut
  | HostInOut
  | HostFunctionParameter
  | ObjectType
  | ObjectsType
  | ReferenceType;

/** The type of a host function's result. */
export type HostResult =
  | ResultName
  | TextResultDeclaration
  | ArrayResultDeclaration
  | HostStruct
  | HostVariant
  | HostListResult
  | HostFunctionResult
  | ObjectType
  | ObjectsType
  | ReferenceType;

/**
 * A parameter that takes a host function, which the guest gets as a function pointer. It is in the
 * guest's table for the duration of the call. You can also pass a callback that was made by
 * `guest.functions()`, which stays longer, or a function of the guest.
 */
export interface FunctionParameter extends HostFunctionDeclaration {
  /** Always `"function"`. */
  readonly type: "function";
  /** Whether you can pass `null`, which becomes a null pointer. */
  readonly nullable?: boolean;
}

/**
 * A function that a host function returns, which the guest gets as a function pointer. It stays in
 * the guest's table until the guest is reset, because nothing shows when the guest no longer needs
 * it, and it has the same pointer each time it is returned. Return a callback of
 * `guest.functions()` to remove it yourself, or a function of the guest, which already has a
 * pointer.
 */
export interface HostFunctionResult extends HostFunctionDeclaration {
  /** Always `"function"`. */
  readonly type: "function";
  /** Whether you can return `null`, which becomes a null pointer. */
  readonly nullable?: boolean;
}

/**
 * The declaration of a function in the guest's table: as for a symbol, but without export names.
 */
export interface FunctionDeclaration extends Omit<SymbolDeclaration, "name" | "chunked"> {
  /** Not allowed, because the pointer selects the function. */
  readonly name?: never;
  /** Not allowed, because chunks go to several exports. */
  readonly chunked?: never;
}

/**
 * A function pointer that the guest passes to a host function, which gets it as a function. The
 * function can be called until the guest is reset.
 */
export interface HostFunctionParameter extends FunctionDeclaration {
  /** Always `"function"`. */
  readonly type: "function";
  /** Whether a null pointer is `null`; otherwise it is an error. */
  readonly nullable?: boolean;
}

/** A function pointer that a symbol returns as a function, which can be called until a reset. */
export interface FunctionResult extends HostFunctionParameter {
  /** Where the pointer is; the result unless set. */
  readonly value?: Value;
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
