import type { NumericType } from "../base/numeric_types.ts";
import type { NumberName } from "./number.ts";

// Objects of AssemblyScript: values that the guest's runtime makes, and that its collector frees.

/** A field of text. */
export interface ObjectText {
  /** Always `"string"`. */
  readonly type: "string";
  /** Whether it can be `null`. */
  readonly nullable?: boolean;
}

/** A field of bytes: whichever of `ArrayBuffer` and `Uint8Array` the guest has, unless named. */
export interface ObjectBytes {
  /** Always `"bytes"`. */
  readonly type: "bytes";
  /** The class, if the guest has several for bytes. */
  readonly class?: string;
  /** Whether it can be `null`. */
  readonly nullable?: boolean;
}

/** A field of numbers. */
export interface ObjectNumbers<Element extends NumericType = NumericType> {
  /** Always `"array"`. */
  readonly type: "array";
  /** The type of its numbers. */
  readonly element: Element;
  /** The class, if the guest has several for such numbers: `"Array<f64>"`. */
  readonly class?: string;
  /** Whether it can be `null`. */
  readonly nullable?: boolean;
}

/** A field of several texts: `string[]`. */
export interface ObjectStrings {
  /** Always `"strings"`. */
  readonly type: "strings";
  /** The class, if the guest has several arrays of objects: `"StaticArray<string>"`. */
  readonly class?: string;
  /** Whether it can be `null`. */
  readonly nullable?: boolean;
}

/** The fields of an object by name, in the order in which its class declares them. */
export type ObjectFields = { readonly [name: string]: ObjectField };

/**
 * An object of AssemblyScript that is copied with all that its fields refer to: a class with
 * declared fields, where those of its base class come first.
 */
export interface ObjectType<Fields = ObjectFields | undefined> {
  /** Always `"object"`. */
  readonly type: "object";
  /**
   * The name of its class, whose id the guest exports (`Point_ID = idof<Point>()`) or the option
   * `classIds` of the convention sets. Only a result can be without: any object that is large enough
   * is lifted then.
   */
  readonly class?: string;
  /**
   * All its fields in order. Their offsets are those of the compiler. An object in an object of the
   * same class is declared without: its fields are those of the object around it.
   */
  readonly fields?: Fields;
  /** Whether it can be `null`. */
  readonly nullable?: boolean;
}

/**
 * An array that becomes a plain array of JavaScript: `Point[]`, `i32[][]`, `Array<string | null>`,
 * `bool[]`.
 */
export interface ObjectsType<Item = ObjectField | undefined> {
  /** Always `"objects"`. */
  readonly type: "objects";
  /**
   * The type of each item. It can only be absent for numbers: then the class of the array shows it.
   */
  readonly item?: Item;
  /** The class, if the guest has several arrays for such items: `"Array<Point>"`. */
  readonly class?: string;
  /** Whether it can be `null`. */
  readonly nullable?: boolean;
}

/** An object that stays in the guest: the host holds a reference to it. */
export interface ReferenceType<Class extends string = string> {
  /** Always `"reference"`. */
  readonly type: "reference";
  /**
   * The name of its class. An object that was returned as another class is refused, and so is one of
   * another class id if the id is known.
   */
  readonly class?: Class;
  /** Whether it can be `null`. */
  readonly nullable?: boolean;
}

/** A value that is an object in the guest. */
export type ObjectValue =
  | "string"
  | "bytes"
  | ObjectText
  | ObjectBytes
  | ObjectNumbers
  | ObjectStrings
  | ObjectType
  | ObjectsType
  | ReferenceType;

/** A field of an object: a number, or a reference to another object. */
export type ObjectField = NumberName | ObjectValue;

/**
 * An object of the guest that the host refers to. It stays where it is until it is released, by
 * `using` or {@linkcode release}; the host's own collector releases it only as a last resort, at a
 * time that nobody knows.
 */
export interface GuestObject<Class extends string = string> extends Disposable {
  /** The name of its class as it was declared, if it was. */
  readonly class: Class | undefined;
  /**
   * Its address in the guest's memory.
   *
   * @throws {GuestError} if it was released, or its instance was replaced.
   */
  readonly pointer: number;
  /** Gives the object back to the guest's collector. Idempotent. */
  release(): void;
}
