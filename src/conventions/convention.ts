import type { NumericType } from "../numbers.ts";
import type { Encoding } from "../text/codec.ts";
import type { FieldDeclaration } from "./declaration.ts";

/** The encodings that a convention can have. */
export type ConventionEncoding = Encoding | "latin1+utf16";

/**
 * Where a number is found after an export returned. Forms nest: word 1 of the struct that the low
 * half of the result points at is `{ word: 1, at: { low: "result" } }`.
 */
export type Value =
  /** What the export returned. */
  | "result"
  /** The nth of several results, from 0. */
  | { readonly result: number }
  /** The low or the high half of a 64-bit number. */
  | { readonly low: Value }
  | { readonly high: Value }
  /** The address that a parameter of text or bytes lies at, counted among all parameters. */
  | { readonly argument: number }
  /** How many bytes that parameter has. */
  | { readonly byteLengthOf: number }
  /** A number that the caller passes, counted among all parameters. */
  | { readonly parameter: number }
  /** A word, as wide as a pointer, at an index from `at`: the return area unless said. */
  | { readonly word: number; readonly at?: Value }
  /** A number of any type, `offset` bytes from `at`: the return area unless said. */
  | { readonly load: NumericType; readonly at?: Value; readonly offset?: number }
  /** A getter or an exported global, asked afterwards. */
  | { readonly export: string }
  /** What an export answers to other numbers: a predicate of a status, a size asked beforehand. */
  | { readonly call: string; readonly with: readonly Value[] }
  /** The product of several: width times height times 4. */
  | { readonly product: readonly Value[] }
  /** The sum of several: an address a few bytes on. */
  | { readonly sum: readonly Value[] }
  /** The first less the second. */
  | { readonly difference: readonly [Value, Value] }
  /**
   * How far into a parameter of text or bytes an address points, in its code units or bytes; -1
   * where it points elsewhere.
   */
  | { readonly indexIn: number; readonly of: Value }
  /** The address of the output buffer. */
  | "output"
  /** A fixed number. */
  | number;

/** Where the length of text or bytes is found. */
export type Length =
  | Value
  /** Up to a NUL, which is no part of it. */
  | "nul"
  /** A number `offset` bytes from the pointer; at an offset of 0 the text follows it. */
  | { readonly prefix: "u8" | "u16" | "u32" | "u64"; readonly offset?: number }
  /** The address after the last byte. */
  | { readonly end: Value }
  /**
   * The object of AssemblyScript at the pointer tells it by its class, and where its contents are;
   * of which of its runtimes it is says which classes have fixed ids.
   */
  | { readonly object: "managed" | "arc" };

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

/** What a guest's error code means; nothing where that is not known. */
export type DescribeFailure = (code: number | bigint) => string | undefined;

/**
 * A JavaScript value that the guest throws: it is in a table, at the index that the failure's code
 * is. A guest that exports no such table has only the code.
 */
export interface ThrownValue {
  /** The table's export, or the only exported table with a value at that index. */
  readonly table: string;
  /** The export that frees the entry. */
  readonly drop: string;
}

/** When a call has failed, and where the guest says why. */
export interface Status {
  /** The number that tells. */
  readonly value: Value;
  /** Which values are failures; or which are not. */
  readonly fails: "negative" | "zero" | "nonzero" | { readonly except: readonly number[] };
  /** The number that says which failure it is, if it is not the one that tells. */
  readonly code?: Value;
  /** The guest's own error text, texts by code, what a function makes of the code, or a value. */
  readonly message?:
    | TextResult
    | Readonly<Record<number, string>>
    | DescribeFailure
    | ThrownValue;
  /** What else the guest says of a failure, such as where it is: `details` of the `GuestError`. */
  readonly details?: Readonly<Record<string, FieldDeclaration>>;
}

/** Where text or bytes of a result are. */
export interface TextResult {
  /** An export that is called first, without arguments: `"result"` is then what it returned. */
  readonly call?: string;
  /** Its address. */
  readonly pointer: Value;
  /** Its length, or what ends it. */
  readonly length: Length;
  /** What the length counts: bytes unless said. */
  readonly unit?: "bytes" | "codeUnits";
  /** Who frees it, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
  /**
   * What a null pointer with a length of 0 is. An error unless said: most guests answer that where
   * memory ran out.
   */
  readonly nullIs?: "empty" | "error";
  /** What tells that the pointer is one to text at all: a class id, a type code. */
  readonly check?: { readonly value: Value; readonly is: number; readonly what: string };
}

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

/** The name of one of the shapes that toolchains produce: `RESULT_FORMS` has them. */
export type ResultFormName =
  | "packedPointerHigh"
  | "packedPointerLow"
  | "multiValue"
  | "multiValueResult"
  | "areaBefore"
  | "areaBeforeResult"
  | "areaAfter"
  | "pointedTo"
  | "terminated"
  | "prefixed"
  | "inPlace"
  | "reference";

/** A shape that a result can have: what the signature shows of it, and where the text then is. */
export interface ResultForm {
  /** What options and errors call it. */
  readonly name: string;
  /** The core results (`"p"`: a pointer's type, `"n"`: any integer), or any where it is absent. */
  readonly results?: readonly ("p" | "n" | "i64" | "externref")[];
  /** Whether the address of a return area is the first or the last argument. */
  readonly area?: "before" | "after";
  /** Where the text is. */
  readonly text: TextResult;
  /** How a call with this shape of result tells that it has failed. */
  readonly status?: Status;
}

/** A shape that a number can have, or nothing, where a failure comes beside it. */
export interface NumberForm {
  /** The core type of the number, `"p"` for a pointer, or nothing. */
  readonly of: "i32" | "i64" | "f32" | "f64" | "p" | "void";
  /** The core results (`"n"`: any integer). */
  readonly results: readonly ("n" | "i32" | "i64" | "f32" | "f64")[];
  /** Whether the address of a return area is the first argument. */
  readonly area?: "before";
  /** Where the number is. */
  readonly value: Value;
  /** How a call tells that it has failed. */
  readonly status: Status;
}

/** How one guest wants data lowered and lifted. Every part can be said by hand. */
export interface Convention {
  /** What errors and `guest.convention` call it. */
  readonly name: string;
  /** The expression that makes it, as `load` would be told of it. */
  readonly expression: string;
  /** The encoding of text. */
  readonly encoding: ConventionEncoding;
  /** Where text goes. */
  readonly place: Place;
  /** Where bytes go, if it is not where text goes. */
  readonly bytesPlace?: Place;
  /** The shapes that bytes that come back can have, if they are not those of text. */
  readonly bytesResults?: readonly ResultForm[];
  /** Where arrays of numbers go. */
  readonly arrayPlace?: Place;
  /** The shapes that an array that comes back can have. */
  readonly arrayResults?: readonly ResultForm[];
  /** What an export can get for a text: the signature decides between them. */
  readonly pass: readonly (readonly Pass[])[];
  /** Whether a NUL follows the text: always, only where the export gets no length, or never. */
  readonly terminated: "always" | "without length" | "never";
  /** The shapes that a result can have: the signature decides between them. */
  readonly results: readonly ResultForm[];
  /** The shapes that a number or nothing can have besides the plain one. */
  readonly numberResults?: readonly NumberForm[];
  /** The same for what host functions return, where that is different. */
  readonly hostResults?: readonly ResultForm[];
  /** Who frees what was passed. */
  readonly argumentsFreedBy: FreedBy;
  /** Who frees what came back. */
  readonly resultsFreedBy: FreedBy;
  /** What a result is whose pointer is null and whose length is 0: an error unless said. */
  readonly nullIs?: "empty" | "error";
  /** Whether trailing NULs belong to text that comes back. */
  readonly trailingNul: "keep" | "trim";
  /** When a call has failed, where its shape of result does not tell. */
  readonly status?: Status;
  /** Where return areas and output buffers are put: on the guest's stack unless said. */
  readonly areaPlace?: Place;
}
