// AssemblyScript's runtime type information, in its standard library "shared/typeinfo.ts": the
// number of classes, then the flags of each by its id. Until version 0.22 each has a second word.

import { NUMERIC_TYPES, type NumericType } from "../../base/numeric_types.ts";
import { TYPED_ARRAYS } from "../../base/typed_arrays.ts";
import type { Instance } from "../../instance/instance.ts";
import { toOffset } from "../../memory/pointer.ts";
import { RUNTIMES } from "../../presets/assembly_script.ts";
import type { ManagedPlace } from "./types.ts";

/** The kinds of class that matter for passing data. */
export type ClassKind = "ArrayBuffer" | "String" | "view" | "Array" | "StaticArray" | "other";

/** One class of a guest. */
export interface ManagedClass {
  readonly id: number;
  readonly kind: ClassKind;
  /** The elements of an array: numbers of a type, or objects. */
  readonly element?: NumericType | "object" | undefined;
  readonly name: string;
}

/**
 * The sizes of the object around the contents of an array: its buffer, the address of the elements
 * and their length in bytes; an Array also has the number of elements.
 */
export const OBJECT_SIZES = { view: 12, Array: 16 } as const;

/** Names a class in errors by its id. */
export function showClass(all: readonly ManagedClass[] | undefined, id: number): string {
  return `${all?.[id]?.name ?? "unknown"} (id ${id})`;
}

/**
 * Returns whether objects of a class can have declared fields, unlike texts, buffers and arrays.
 */
export function hasFields(all: readonly ManagedClass[] | undefined, id: number): boolean {
  const kind = all?.[id]?.kind;
  return kind === undefined || kind === "other";
}

const ARRAY_BUFFER_VIEW = 1, ARRAY = 2, STATIC_ARRAY = 4, SET = 8, MAP = 16;

/** The lowest of the flags that state the alignment of elements: to 1, 2, 4, 8 or 16 bytes. */
const VALUE_ALIGN = 64;

const VALUE_SIGNED = 2048, VALUE_FLOAT = 4096, VALUE_MANAGED = 16384;

/** No program has nearly as many classes. */
const MAX_CLASSES = 65536;

/** Returns the name of a typed array, which for 64 bits is not that of JavaScript. */
function viewName(element: NumericType): string {
  return TYPED_ARRAYS[element].name.replace("BigInt", "Int").replace("BigUint", "Uint");
}

/** Returns the class name of an array of numbers, or of strings. */
export function arrayName(kind: ClassKind, element: NumericType | "string"): string {
  if (kind === "ArrayBuffer") return kind;
  return kind === "view" && element !== "string" ? viewName(element) : `${kind}<${element}>`;
}

/** Describes a class by its name, if it is one of the standard library. */
export function parseClassName(name: string): Pick<ManagedClass, "kind" | "element"> | undefined {
  if (name === "ArrayBuffer") return { kind: name };
  if (name === "Uint8ClampedArray") return { kind: "view", element: "u8" };
  for (const element of Object.keys(NUMERIC_TYPES) as NumericType[]) {
    if (name === viewName(element) || name === TYPED_ARRAYS[element].name) {
      return { kind: "view", element };
    }
  }
  const [, kind, of] = /^(Array|StaticArray)<(.+)>$/.exec(name) ?? [];
  return kind === undefined ? undefined : { kind: kind as ClassKind, element: ELEMENTS[of!] };
}

/**
 * The elements that have other names in AssemblyScript; an object's class can have any other name.
 */
const ELEMENTS: Readonly<Record<string, ManagedClass["element"]>> = {
  ...Object.fromEntries(Object.keys(NUMERIC_TYPES).map((type) => [type, type as NumericType])),
  bool: "u8",
  isize: "i32",
  usize: "u32",
  string: "object",
};

/** The classes of one instance, as far as it exports them. */
export interface ManagedClasses {
  /** The classes by their ids; absent if the guest does not export its type information. */
  readonly all: readonly ManagedClass[] | undefined;
  /** Returns the id of a class if the convention or an export of the guest has it. */
  idOf(name: string, place: ManagedPlace): number | undefined;
}

const known = new WeakMap<Instance, ManagedClasses>();

/** Reads the classes of a guest, once for an instance. */
export function classesOf(
  instance: Instance,
  runtime: keyof typeof RUNTIMES = "managed",
): ManagedClasses {
  const found = known.get(instance);
  if (found !== undefined) return found;
  const classes: ManagedClasses = {
    all: readClasses(instance, runtime),
    idOf: (name, { classIds = {} }) =>
      Object.hasOwn(classIds, name) ? classIds[name] : exportedId(name, instance),
  };
  known.set(instance, classes);
  return classes;
}

/** Returns the id that an export such as `Uint8Array_ID` or `Array_i32_ID` has. */
function exportedId(name: string, { exports }: Instance): number | undefined {
  // Until version 0.19, an exported class is a global with its id, and a constructor.
  const own = Object.hasOwn(exports, `${name}#constructor`) ? exports[name] : undefined;
  if (own instanceof WebAssembly.Global) return Number(own.value);
  const wanted = `${bare(name)}id`;
  const key = Object.keys(exports).find((key) => bare(key) === wanted);
  const value = key === undefined ? undefined : exports[key];
  return value instanceof WebAssembly.Global ? Number(value.value) : undefined;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z\d]/g, "");
}

function readClasses(
  { exports, memory }: Instance,
  runtime: keyof typeof RUNTIMES,
): ManagedClass[] | undefined {
  const { __rtti_base: base } = exports;
  if (!(base instanceof WebAssembly.Global)) return undefined;
  const at = toOffset(base.value as number);
  const count = Number(memory.read("u32", at));
  if (count > MAX_CLASSES) return undefined;
  // The flags of the second class are never 0, but the base of the first one, its second word, is.
  const size = count > 1 && memory.read("u32", at + 8) === 0 ? 8 : 4;
  const { ArrayBuffer: buffer, String: string } = RUNTIMES[runtime];
  return Array.from({ length: count }, (_, id) => {
    if (id === buffer) return { id, kind: "ArrayBuffer", name: "ArrayBuffer" };
    if (id === string) return { id, kind: "String", name: "String" };
    return describe(id, memory.read("u32", at + 4 + id * size));
  });
}

function describe(id: number, flags: number): ManagedClass {
  const kind: ClassKind = flags & ARRAY_BUFFER_VIEW
    ? "view"
    : flags & ARRAY
    ? "Array"
    : flags & STATIC_ARRAY
    ? "StaticArray"
    : "other";
  const element = kind === "other" ? undefined : elementOf(flags);
  return { id, kind, element, name: nameOf(id, kind, element, flags) };
}

function elementOf(flags: number): ManagedClass["element"] {
  if (flags & VALUE_MANAGED) return "object";
  const size = [1, 2, 4, 8].find((size) => flags & (VALUE_ALIGN * size));
  if (size === undefined) return undefined;
  const kind = flags & VALUE_FLOAT ? "f" : flags & VALUE_SIGNED ? "i" : "u";
  return `${kind}${size * 8}` as NumericType;
}

function nameOf(
  id: number,
  kind: ClassKind,
  element: ManagedClass["element"],
  flags: number,
): string {
  if (kind === "other") return flags & SET ? "a Set" : flags & MAP ? "a Map" : `class ${id}`;
  if (element === "object") return `${kind} of objects`;
  return element === undefined ? `class ${id}` : arrayName(kind, element);
}
