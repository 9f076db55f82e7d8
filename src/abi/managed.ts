import type { NumericType } from "../base/numeric_types.ts";
import type { NumberName } from "./number.ts";

// AssemblyScript objects, which the guest's runtime allocates and its garbage collector frees.

/** A field of text. */
export interface ObjectText {
  /** Always `"string"`. */
  readonly type: "string";
  /** Whether it can be `null`. */
  readonly nullable?: boolean;
}

/**
 * A field of bytes. Unless named, the class is `ArrayBuffer` or `Uint8Array`, whichever the guest
 * has.
 */
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
 * An AssemblyScript object that is copied with everything that its fields refer to: a class with
 * declared fields, those of its base class first.
 */
export interface ObjectType<Fields = ObjectFields | undefined> {
  /** Always `"object"`. */
  readonly type: "object";
  /**
   * The name of its class, whose id the guest exports (`Point_ID = idof<Point>()`) or the option
   * `classIds` of the convention sets. Only a result can omit it: then any object that is large
   * enough is accepted.
   */
  readonly class?: string;
  /**
   * All its fields in order, with the offsets that the compiler uses. Omit them for an object
   * within an object of the same class: its fields are those of the enclosing object.
   */
  readonly fields?: Fields;
  /** Whether it can be `null`. */
  readonly nullable?: boolean;
}

/**
 * An array that becomes a plain JavaScript array: `Point[]`, `i32[][]`, `Array<string | null>`,
 * `bool[]`.
 */
export interface ObjectsType<Item = ObjectField | undefined> {
  /** Always `"objects"`. */
  readonly type: "objects";
  /**
   * The type of each item. It can be omitted only for numbers, whose type follows from the class of
   * the array.
   */
  readonly item?: Item;
  /** The class, if the guest has several arrays for such items: `"Array<Point>"`. */
  readonly class?: string;
  /** Whether it can be `null`. */
  readonly nullable?: boolean;
}

/** An object that stays in the guest, and to which the host holds a reference. */
export interface ReferenceType<Class extends string = string> {
  /** Always `"reference"`. */
  readonly type: "reference";
  /**
   * The name of its class. An object that was returned as another class is refused, and so is one
   * with another class id if the id is known.
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
 * A reference to an object in the guest. The object is kept until it is released by `using` or
 * {@linkcode release}. JavaScript's garbage collector releases it only as a last resort, at an
 * unpredictable time.
 */
export interface GuestObject<Class extends string = string> extends Disposable {
  /** The declared name of its class, if any. */
  readonly class: Class | undefined;
  /**
   * Its address in the guest's memory.
   *
   * @throws {GuestError} if it was released, or its instance was replaced.
   */
  readonly pointer: number;
  /** Releases the object to the guest's garbage collector. Idempotent. */
  release(): void;
}
