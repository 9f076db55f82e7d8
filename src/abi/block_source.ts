/** A number that is passed for a block of memory: to an allocator, or to a function that frees. */
export type BlockValue =
  | "pointer"
  /** All bytes of the block, a NUL after the text included. */
  | "byteLength"
  /** The same in code units of the encoding; elements for an array. */
  | "codeUnits"
  /** The alignment in bytes. */
  | "align"
  /** The first result of the export, as it is. */
  | "result"
  | number;

/**
 * A call of an export for a block of memory. A bare name passes what the signature asks for:
 * `(size)`, `(size, align)`, `(0, 0, align, size)` to allocate, and `(pointer)`,
 * `(pointer, size)`, `(pointer, size, align)` to free. A `*` in a name is the symbol's export.
 */
export type BlockCall =
  | string
  | {
    readonly export: string;
    readonly pass: readonly BlockValue[];
    /** Whether a guest may lack the export: then nothing is called. */
    readonly optional?: boolean;
  };

/** Capacity of a buffer in bytes: a number, or an export that states it. */
export type Capacity = number | {
  readonly export: string;
  /** Whether an exported global holds the capacity (the default) or the address of it. */
  readonly holds?: "value" | "address";
};

/** How much memory a guest that does not grow its own needs before it is asked for a block. */
export interface Room {
  /** The getter or the exported global that gives the address. */
  readonly above: string;
  /** How many bytes for each byte of the block. */
  readonly perByte: number;
  /** How many bytes besides, 0 unless said. */
  readonly plus?: number;
}

/** Where text goes. */
export type Place =
  /** A buffer of the guest's (a getter, an exported global, an address), or pages that Passage adds. */
  | {
    readonly kind: "buffer";
    /** A getter or a global by its name, an address, or how many bytes to add to memory for it. */
    readonly pointer: string | number | { readonly reserve: number };
    /** How many bytes into the buffer. */
    readonly offset?: number;
    readonly capacity?: Capacity;
  }
  /** A block that the guest hands out, exactly as large as it has to be. */
  | {
    readonly kind: "allocator";
    readonly allocate: BlockCall;
    /** Where the pointer is, where it is not what `allocate` returns. */
    readonly pointer?: { readonly export: string };
    readonly free?: BlockCall;
    /** Whether an empty text gets a block of its own (unless said), or none and a pointer to nothing. */
    readonly empty?: "block" | "none";
    /** Room that the guest expects to find: memory is grown to have it above an address. */
    readonly room?: Room;
    /** Exports that keep a block from the guest's garbage collector during the call. */
    readonly pin?: string;
    readonly unpin?: string;
  }
  /** An object of AssemblyScript that holds bytes, numbers or strings. */
  | {
    readonly kind: "managedArray";
    /** Its class, such as `Uint8Array` or `Array<f64>`, where the guest has several that fit. */
    readonly class?: string;
    /** Class ids by their names, where neither the guest's types nor its exports tell them. */
    readonly classIds?: Readonly<Record<string, number>>;
    /** `"arc"` where references are counted. */
    readonly runtime?: "managed" | "arc";
  }
  /** The guest's stack: gone when the call ends. */
  | { readonly kind: "stack" }
  /** Nowhere: the JavaScript value itself crosses as an `externref`. */
  | { readonly kind: "reference" };

/** What an export gets for one parameter of text or bytes, in its order. */
export type Pass =
  | "pointer"
  | "byteLength"
  | "codeUnits"
  /** How many there are, of several texts. */
  | "count"
  /** The address of the lengths of several texts. */
  | "lengths"
  /** One i64: pointer in the high half, byte length in the low half; or the other way round. */
  | "packedPointerHigh"
  | "packedPointerLow";

/** Who frees a block: the host through the place's `free` or a call of its own, or the guest itself. */
export type FreedBy = "host" | "guest" | { readonly call: BlockCall };

/**
 * Who frees a result: the same, or several calls where one result has several blocks, such as a
 * text and the struct that points to it. A call that passes `"result"` frees what the export
 * returned, any other frees the data; whatever their order, what was returned is freed last.
 */
export type ResultFreedBy = FreedBy | { readonly calls: readonly BlockCall[] };

/** One core argument of an export. Parameters are counted from 0. */
export type Slot =
  /** A number, or a reference, as it is. */
  | { readonly parameter: number }
  /** What stands for a parameter of text or bytes. */
  | { readonly text: number; readonly as: Pass }
  /** The address of word `area` of the return area. */
  | { readonly area: number }
  /** The address of the output buffer, and how many bytes it holds. */
  | "output"
  | "capacity"
  /** A fixed number. */
  | number;
