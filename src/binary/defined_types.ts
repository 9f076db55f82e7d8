// WebAssembly 3.0, section 5.3 "Types" up to 5.3.11 "Recursive types". The custom descriptors
// proposal adds `describes`, `descriptor` and exact references, shared-everything threads the
// prefix `shared` and shared heap types, stack switching the form of a continuation.

import type { TypeDraft } from "./draft.ts";
import { byteHex, type Reader } from "./reader.ts";
import type { DefinedType, FieldType, FunctionType, ValueType } from "./types.ts";

// The limits that engines have agreed on, as in `definitions.ts`.

/** The limit for recursion groups, and for the types in each. */
const MAX_TYPES = 1_000_000;

/** The limit for the parameters of a function, and for its results. */
const MAX_VALUES = 1000;

const MAX_FIELDS = 10_000;

const REC = 0x4e;

const SUB = 0x50;

const SUB_FINAL = 0x4f;

const DESCRIBES = 0x4c;

const DESCRIPTOR = 0x4d;

const SHARED = 0x65;

const FUNCTION = 0x60;

const STRUCT = 0x5f;

const ARRAY = 0x5e;

const CONTINUATION = 0x5d;

interface Prefixes {
  shared?: true;
  describes?: number;
  descriptor?: number;
}

export function readTypeSection(reader: Reader, draft: TypeDraft): void {
  const groups = reader.count("type count", MAX_TYPES, 2);
  for (let group = 0; group < groups; group++) readRecursionGroup(reader, draft, group);
}

/** Reads types that may refer to each other, or one type. */
export function readRecursionGroup(reader: Reader, draft: TypeDraft, group: number): void {
  const count = skipIf(reader, REC) ? reader.count("recursion group", MAX_TYPES, 2) : 1;
  draft.typeLimit = draft.types.length + count;
  for (let item = 0; item < count; item++) {
    draft.types.push(readDefinedType(reader, draft, group));
  }
}

function readDefinedType(reader: Reader, draft: TypeDraft, group: number): DefinedType {
  const lead = reader.peek("type");
  if (lead === FUNCTION) { // nearly all of them
    return { final: true, supertypes: [], group, ...readComposite(reader, draft) };
  }
  const isSub = lead === SUB || lead === SUB_FINAL;
  if (isSub) reader.skip(1, "type");
  const supertypes = isSub ? readSupertypes(reader, draft) : [];
  const prefixes = readPrefixes(reader, draft);
  return { final: lead !== SUB, supertypes, group, ...prefixes, ...readComposite(reader, draft) };
}

function readSupertypes(reader: Reader, draft: TypeDraft): number[] {
  const count = reader.count("supertype count", 1, 1);
  return count === 0 ? [] : [reader.index("supertype", draft.types.length)];
}

function readPrefixes(reader: Reader, draft: TypeDraft): Prefixes {
  const prefixes: Prefixes = {};
  if (skipIf(reader, SHARED)) {
    draft.unsupported.add("shared types");
    prefixes.shared = true;
  }
  if (skipIf(reader, DESCRIBES)) {
    draft.unsupported.add("custom descriptors");
    prefixes.describes = reader.index("described type", draft.types.length);
  }
  if (skipIf(reader, DESCRIPTOR)) {
    draft.unsupported.add("custom descriptors");
    prefixes.descriptor = reader.index("descriptor type", draft.typeLimit);
  }
  return prefixes;
}

function skipIf(reader: Reader, code: number): boolean {
  const is = reader.peek("type") === code;
  if (is) reader.skip(1, "type");
  return is;
}

function readComposite(reader: Reader, draft: TypeDraft) {
  const start = reader.position;
  const form = reader.u8("type");
  switch (form) {
    case FUNCTION:
      return { kind: "function", function: readFunctionType(reader, draft) } as const;
    case STRUCT:
      return { kind: "struct", fields: readFields(reader, draft) } as const;
    case ARRAY:
      return { kind: "array", element: readField(reader, draft) } as const;
    case CONTINUATION:
      draft.unsupported.add("stack switching");
      return { kind: "continuation", continuation: reader.index("type", draft.typeLimit) } as const;
  }
  const expected = "0x60 (function), 0x5f (struct) or 0x5e (array)";
  return reader.fail("type", start, `form is ${byteHex(form)}, expected ${expected}`);
}

function readFunctionType(reader: Reader, draft: TypeDraft): FunctionType {
  const parameters = readValueTypes(reader, draft, "parameter count");
  const results = readValueTypes(reader, draft, "result count");
  return { parameters, results };
}

function readValueTypes(reader: Reader, draft: TypeDraft, what: string): ValueType[] {
  const count = reader.count(what, MAX_VALUES, 1);
  const types: ValueType[] = [];
  for (let item = 0; item < count; item++) types.push(readValueType(reader, draft));
  return types;
}

function readFields(reader: Reader, draft: TypeDraft): FieldType[] {
  const count = reader.count("field count", MAX_FIELDS, 2);
  const fields: FieldType[] = [];
  for (let item = 0; item < count; item++) fields.push(readField(reader, draft));
  return fields;
}

function readField(reader: Reader, draft: TypeDraft): FieldType {
  const code = reader.peek("field type");
  const packed = code === 0x78 ? "i8" : code === 0x77 ? "i16" : undefined;
  if (packed !== undefined) reader.skip(1, "field type");
  const storage = packed ?? readValueType(reader, draft);
  return { storage, mutable: readMutability(reader) };
}

export function readMutability(reader: Reader): boolean {
  const start = reader.position;
  const flag = reader.u8("mutability");
  if (flag > 1) reader.fail("mutability", start, `flag is ${byteHex(flag)}, expected 0x00 or 0x01`);
  return flag === 1;
}

export const NUMBERS_AND_VECTORS: Readonly<Record<number, ValueType>> = {
  0x7f: "i32",
  0x7e: "i64",
  0x7d: "f32",
  0x7c: "f64",
  0x7b: "v128",
};

export const HEAP_TYPES: Readonly<Record<number, string>> = {
  0x75: "nocont",
  0x74: "noexn",
  0x73: "nofunc",
  0x72: "noextern",
  0x71: "none",
  0x70: "func",
  0x6f: "extern",
  0x6e: "any",
  0x6d: "eq",
  0x6c: "i31",
  0x6b: "struct",
  0x6a: "array",
  0x69: "exn",
  0x68: "cont",
};

/** Nullable references to abstract heap types, for which the text format has abbreviations. */
export const ABBREVIATIONS: Readonly<Record<string, ValueType>> = {
  nocont: "nullcontref",
  noexn: "nullexnref",
  nofunc: "nullfuncref",
  noextern: "nullexternref",
  none: "nullref",
  func: "funcref",
  extern: "externref",
  any: "anyref",
  eq: "eqref",
  i31: "i31ref",
  struct: "structref",
  array: "arrayref",
  exn: "exnref",
  cont: "contref",
};

const REF = 0x64;

const REF_NULL = 0x63;

const EXACT = 0x62;

export function readValueType(reader: Reader, draft: TypeDraft): ValueType {
  const number = NUMBERS_AND_VECTORS[reader.peek("value type")];
  if (number === undefined) return readReferenceType(reader, draft, "value type");
  reader.skip(1, "value type");
  return number;
}

/** Reads a reference type; errors use the word `what` for it. */
export function readReferenceType(
  reader: Reader,
  draft: TypeDraft,
  what = "reference type",
): ValueType {
  const code = reader.peek(what);
  if (code === REF) {
    reader.skip(1, what);
    return `(ref ${readHeapType(reader, draft)})`;
  }
  if (code === REF_NULL) reader.skip(1, what);
  const heapType = code === REF_NULL
    ? readHeapType(reader, draft)
    : readAbstractHeapType(reader, draft, what);
  return ABBREVIATIONS[heapType] ?? `(ref null ${heapType})`;
}

/** Reads a heap type as the text format writes it: `func`, `3`, `(exact 3)`, `(shared func)`. */
export function readHeapType(reader: Reader, draft: TypeDraft): string {
  const what = "heap type";
  const start = reader.position;
  const lead = reader.peek(what);
  if (lead === EXACT) {
    reader.skip(1, what);
    draft.unsupported.add("custom descriptors");
    return `(exact ${reader.index(what, draft.typeLimit)})`;
  }
  if (lead >= 0x40 && lead < 0x80) return readAbstractHeapType(reader, draft, what);
  const value = reader.s33(what);
  // The engine also accepts padded encodings of an abstract heap type, as of any LEB128.
  const abstract = value < 0 ? HEAP_TYPES[value + 0x80] : undefined;
  if (abstract !== undefined) return abstract;
  if (value < 0 || value >= draft.typeLimit) {
    reader.fail(what, start, `index is ${value}, expected below ${draft.typeLimit}`);
  }
  return `${value}`;
}

function readAbstractHeapType(reader: Reader, draft: TypeDraft, what: string): string {
  let start = reader.position;
  let code = reader.u8(what);
  const shared = code === SHARED;
  if (shared) {
    draft.unsupported.add("shared types");
    start = reader.position;
    code = reader.u8(what);
  }
  const name = HEAP_TYPES[code];
  if (name === undefined) {
    return reader.fail(what, start, `code is ${byteHex(code)}, expected the code of a ${what}`);
  }
  if (name === "cont" || name === "nocont") draft.unsupported.add("stack switching");
  return shared ? `(shared ${name})` : name;
}

/**
 * Formats a function's type for errors: `(i32, i32) -> ()`, `() -> i32`, `(i32) -> (i32, i64)`.
 *
 * @param type the type to show
 * @param most the maximum number of parameters shown, and of results
 * @returns the text, on one line
 */
export function formatFunctionType(type: FunctionType, most = MOST_TYPES): string {
  const { parameters, results } = type;
  return `${tuple(parameters, most)} -> ${
    results.length === 1 ? results[0] : tuple(results, most)
  }`;
}

function tuple(types: readonly ValueType[], most: number): string {
  const left = types.length - most;
  const shown = left > 0 ? [...types.slice(0, most), `and ${left} more`] : types;
  return `(${shown.join(", ")})`;
}

/** More than any handwritten function has; one in an untrusted binary can have a thousand. */
const MOST_TYPES = 32;
