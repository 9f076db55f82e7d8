import type { NumericType } from "../base/numeric_types.ts";
import type { OnInvalid } from "../memory/text/codec.ts";
import type { BlockSource, FreedBy, LengthUnit, Pass } from "./block_source.ts";
import type { NumberName } from "./number.ts";
import type { ConventionEncoding, Value } from "./value.ts";

/** A parameter of several texts, with an array of pointers to them. */
export interface StringsParameter {
  /** Always `"strings"`. */
  readonly type: "strings";
  /** The encoding, if it differs from the convention. */
  readonly encoding?: ConventionEncoding;
  /** How invalid text is handled, if it differs from the convention. */
  readonly onInvalid?: OnInvalid;
  /** The block source, if it differs from the convention. */
  readonly place?: BlockSource;
  /**
   * The contents of the array: the address of each text, with a 0 after the last (the default); or
   * the address and the length of each in turn. Lengths are in code units, which are bytes in
   * UTF-8.
   */
  readonly layout?: "pointers" | "pairs";
  /**
   * The core arguments: the array (`"pointer"`), an array of lengths (`"lengths"`) and the number
   * of texts (`"count"`). The default is all three, without the lengths if they are in the array or
   * if each text is NUL-terminated.
   */
  readonly pass?: readonly Pass[];
  /**
   * Whether a NUL follows each text. Unless set, a NUL follows if the guest does not get the
   * lengths.
   */
  readonly terminated?: boolean;
  /** Who frees the array and the texts, if it differs from the convention. */
  readonly freedBy?: FreedBy;
  /** The class in AssemblyScript, if the guest has several that fit: `"StaticArray<string>"`. */
  readonly class?: string;
}

/** A parameter by its type alone. */
export type ParameterName = NumberName | "string" | "bytes" | "externref";

/** The result of a symbol, by its type alone. */
export type ResultName = ParameterName | "void";

/** A parameter of text or bytes that differs from the convention. */
export interface TextParameter<Type extends "string" | "bytes" = "string" | "bytes"> {
  /** Text or bytes. */
  readonly type: Type;
  /** The encoding, if it differs from the convention. */
  readonly encoding?: ConventionEncoding;
  /** How invalid text is handled, if it differs from the convention. */
  readonly onInvalid?: OnInvalid;
  /**
   * The block source, if it differs from the convention. Then a detected convention does not apply:
   * text is UTF-8 and the host frees its block, unless set otherwise.
   */
  readonly place?: BlockSource;
  /** The core arguments for it. */
  readonly pass?: readonly Pass[];
  /**
   * Whether a NUL follows it. Unless set, a NUL follows text if the guest does not get its length;
   * bytes with their own block source are never followed by one.
   */
  readonly terminated?: boolean;
  /**
   * The number of bytes that it must have, if the guest does not get it, such as width times height
   * times 4.
   */
  readonly byteLength?: Value;
  /** The class of bytes in AssemblyScript, if the guest has several: `"Uint8Array"`. */
  readonly class?: string;
  /** Who frees it, if it differs from the convention. */
  readonly freedBy?: FreedBy;
  /** Whether you can pass `null`, which becomes a null pointer of length 0. */
  readonly nullable?: boolean;
}

/** A parameter of numbers of one type: a typed array, which is copied. */
export interface ArrayParameter<Element extends NumericType = NumericType> {
  /** Always `"array"`. */
  readonly type: "array";
  /** The type of its numbers. */
  readonly element: Element;
  /** The block source, if it differs from the convention. */
  readonly place?: BlockSource;
  /**
   * The core arguments for it: `"codeUnits"` is the number of elements, `"byteLength"` the number
   * of bytes.
   */
  readonly pass?: readonly Pass[];
  /** The unit of its length, unless `pass` shows it: elements (`"codeUnits"`) unless set. */
  readonly unit?: LengthUnit;
  /** The class in AssemblyScript, if the guest has several that fit: `"Array<f64>"`. */
  readonly class?: string;
  /** Who frees it, if it differs from the convention. */
  readonly freedBy?: FreedBy;
  /** Whether you can pass `null`, which becomes a null pointer of length 0. */
  readonly nullable?: boolean;
}
