import type { Value } from "./value.ts";

/** A number that describes a block of memory, for an allocator or for a function that frees. */
export type BlockValue =
  | "pointer"
  /** The size of the block in bytes, including a NUL after the text. */
  | "byteLength"
  /** The same size in code units of the encoding, or in elements of an array. */
  | "codeUnits"
  /** The alignment in bytes. */
  | "align"
  /** The first result of the export, unchanged. */
  | "result"
  /**
   * A number from elsewhere, such as the capacity of a vector. It has to be known when the block is
   * allocated or freed; the block of a parameter is also freed if the export is never called.
   */
  | Value;

/**
 * A call of an export for a block of memory. A bare name passes what fits the signature: `(size)`,
 * `(size, align)`, `(0, 0, align, size)` to allocate, and `(pointer)`, `(pointer, size)`,
 * `(pointer, size, align)` to free. A `*` in a name is the symbol's export.
 */
export type BlockCall =
  | string
  | {
    readonly export: string;
    readonly pass: readonly BlockValue[];
    /** Set if a guest may lack the export. Then nothing is called. */
    readonly optional?: boolean;
  };

/**
 * The capacity of a buffer in bytes: a number, an export that states it, or a number from
 * elsewhere. An export is called again only if the buffer or the end of memory has moved; a number
 * from elsewhere is determined for each call.
 */
export type Capacity =
  | {
    readonly export: string;
    /** Whether an exported global contains the capacity (the default) or its address. */
    readonly holds?: "value" | "address";
  }
  | Exclude<Value, string>;

/**
 * The memory that an allocator needs above an address, if the guest does not grow memory itself.
 */
export interface Room {
  /** The getter or the exported global with the address. */
  readonly above: string;
  /** The number of bytes for each byte of the block. */
  readonly perByte: number;
  /** The number of further bytes, 0 unless set. */
  readonly plus?: number;
}

/**
 * The place of an address. Names of a layout are resolved to addresses before a call is planned.
 */
export type AddressPlace = Exclude<Value, string>;

/** The source of blocks for arguments. */
export type BlockSource =
  /**
   * A buffer of the guest (a getter, an exported global, an address, a number from elsewhere), or
   * pages that Passage adds.
   */
  | {
    readonly kind: "buffer";
    /**
     * The name of a getter or a global, an address or its place, the number of bytes to add to
     * memory, or a name of the option `layout`: `{ word: 0, at: { parameter: 0 } }` is the first
     * word of a struct whose address the caller passes.
     */
    readonly pointer:
      | string
      | { readonly reserve: number }
      | Exclude<Value, string>;
    /** The offset into the buffer in bytes. */
    readonly offset?: number;
    readonly capacity?: Capacity;
  }
  /** A block from the guest's allocator, exactly as large as it has to be. */
  | {
    readonly kind: "allocator";
    readonly allocate: BlockCall;
    /**
     * The address of the block, if it is not the result of `allocate` itself. In it, `"result"` is
     * the result of `allocate`: `{ low: "result" }`.
     */
    readonly pointer?: Value;
    readonly free?: BlockCall;
    /** Whether an empty text gets its own block (the default), or a dangling pointer. */
    readonly empty?: "block" | "none";
    /** The room that the guest needs above an address; Passage grows memory to provide it. */
    readonly room?: Room;
    /** The exports that keep a block from the guest's garbage collector during the call. */
    readonly pin?: string;
    readonly unpin?: string;
  }
  /** An object of AssemblyScript that holds bytes, numbers or strings. */
  | {
    readonly kind: "managedArray";
    /** The class, such as `Uint8Array` or `Array<f64>`, if the guest has several that fit. */
    readonly class?: string;
    /** Class ids by name, if neither the guest's types nor its exports show them. */
    readonly classIds?: Readonly<Record<string, number>>;
    /** Set to `"arc"` if the guest counts references. */
    readonly runtime?: "managed" | "arc";
  }
  /** The guest's stack. The block is freed when the call ends. */
  | { readonly kind: "stack" }
  /** No block: the JavaScript value itself is passed as an `externref`. */
  | { readonly kind: "reference" };

/** The core arguments for one parameter of text or bytes, in order. */
export type Pass =
  | "pointer"
  | "byteLength"
  | "codeUnits"
  /** The number of texts, if there are several. */
  | "count"
  /** The address of an array with the lengths of several texts. */
  | "lengths"
  /**
   * One i64: the pointer in the high half and the length in the low half, or the other way round.
   * The length of an array is in its unit, and any other is in bytes.
   */
  | "packedPointerHigh"
  | "packedPointerLow";

/** The unit of a length: bytes, or code units of text and elements of an array. */
export type LengthUnit = "bytes" | "codeUnits";

/**
 * Who frees a block: the host with the `free` of the block source or with a given call, or the
 * guest.
 */
export type FreedBy = "host" | "guest" | { readonly call: BlockCall };

/**
 * Who frees a result: as for a block, or several calls if the result has several blocks, such as a
 * text and the struct that points to it. A call that passes `"result"` frees the block that the
 * export returned, and any other call frees the data. The returned block is freed last, whatever
 * the order.
 */
export type ResultFreedBy = FreedBy | { readonly calls: readonly BlockCall[] };

/** A core argument for a parameter of text, bytes or an array. */
export interface DataArgument {
  /** The parameter. */
  readonly text: number;
  /** The core argument that is passed for it. */
  readonly as: Pass;
  /** The unit of a length in a packed i64: bytes unless set. */
  readonly unit?: LengthUnit;
}

/** One core argument of an export. Parameters are counted from 0. */
export type CoreArgument =
  /** A number or a reference, unchanged. */
  | { readonly parameter: number }
  | DataArgument
  /** The address of word `area` of the return area. */
  | { readonly area: number }
  /** The address of the output buffer, and its size in the unit of its declared capacity. */
  | "output"
  | "capacity"
  /** A fixed number. */
  | number;
