import type { NumericType } from "../base/numeric_types.ts";
import type { FreedBy, Pass, Place } from "./block_source.ts";
import type { NumberName } from "./number.ts";
import type { ConventionEncoding, Value } from "./value.ts";

/** A parameter of any number of texts: an array in memory says where they are. */
export interface StringsParameter {
  /** Always `"strings"`. */
  readonly type: "strings";
  /** Their encoding, if it is not the convention's. */
  readonly encoding?: ConventionEncoding;
  /** Where they go, if not where the convention says. */
  readonly place?: Place;
  /**
   * What the array holds: the address of each text, and 0 behind the last (unless said); or
   * address and length of each by turns. Lengths are in code units, which are bytes in UTF-8.
   */
  readonly layout?: "pointers" | "pairs";
  /**
   * What the export gets: the array (`"pointer"`), an array of lengths (`"lengths"`) and how many
   * there are (`"count"`). All three unless said, without the lengths where they are in the array
   * or a NUL ends each text.
   */
  readonly pass?: readonly Pass[];
  /** Whether a NUL follows each text. */
  readonly terminated?: boolean;
  /** Who frees array and texts, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
  /** Its class in AssemblyScript, where the guest has several that fit: `"StaticArray<string>"`. */
  readonly class?: string;
}

/** A parameter by its type alone. */
export type ParameterName = NumberName | "string" | "bytes" | "externref";

/** A parameter of text or bytes with parts of its own. */
export interface TextParameter<Type extends "string" | "bytes" = "string" | "bytes"> {
  /** Text, or bytes as they are. */
  readonly type: Type;
  /** Its encoding, if it is not the convention's. */
  readonly encoding?: ConventionEncoding;
  /**
   * Where it goes, if not where the convention says. Then a convention that was recognised says
   * nothing of it: text is UTF-8, and the host frees its block, unless set.
   */
  readonly place?: Place;
  /** What the export gets for it. */
  readonly pass?: readonly Pass[];
  /**
   * Whether a NUL follows it. Unless set, one follows text that the guest is not told the length of;
   * bytes with a place of their own never have one.
   */
  readonly terminated?: boolean;
  /** How many bytes it must have, where the guest is not told: width times height times 4. */
  readonly byteLength?: Value;
  /** The class of bytes in AssemblyScript, where the guest has several: `"Uint8Array"`. */
  readonly class?: string;
  /** Who frees it, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
  /** Whether `null` can be passed, as a null pointer of length 0. */
  readonly nullable?: boolean;
}

/** A parameter of numbers of one type: a typed array, copied. */
export interface ArrayParameter<Element extends NumericType = NumericType> {
  /** Always `"array"`. */
  readonly type: "array";
  /** The type of its numbers. */
  readonly element: Element;
  /** Where it goes, if not where the convention says. */
  readonly place?: Place;
  /** What the export gets for it; `"codeUnits"` is the number of elements. */
  readonly pass?: readonly Pass[];
  /** Its class in AssemblyScript, where the guest has several that fit: `"Array<f64>"`. */
  readonly class?: string;
  /** Who frees it, if it is not who the convention says. */
  readonly freedBy?: FreedBy;
  /** Whether `null` can be passed, as a null pointer of length 0. */
  readonly nullable?: boolean;
}

/** A parameter of a symbol. */
export type Parameter = ParameterName | TextParameter | ArrayParameter | StringsParameter;
