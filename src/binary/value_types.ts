// WebAssembly 3.0, section 5.3 "Types": number, vector, heap, reference and value types. The
// custom descriptors proposal adds exact references, shared-everything threads shared ones.

import { byteHex } from "./bytes.ts";
import type { Draft } from "./draft.ts";
import type { Reader } from "./reader.ts";
import type { ValueType } from "./types.ts";

const NUMBERS_AND_VECTORS: Readonly<Record<number, ValueType>> = {
  0x7f: "i32",
  0x7e: "i64",
  0x7d: "f32",
  0x7c: "f64",
  0x7b: "v128",
};

/** The abstract heap types. */
const HEAP_TYPES: Readonly<Record<number, string>> = {
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

/** Nullable references to the abstract heap types, which the text format abbreviates. */
const ABBREVIATIONS: Readonly<Record<string, ValueType>> = {
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
const SHARED = 0x65;

/** Reads a value type. */
export function readValueType(reader: Reader, draft: Draft): ValueType {
  const number = NUMBERS_AND_VECTORS[reader.peek("value type")];
  if (number === undefined) return readReferenceType(reader, draft, "value type");
  reader.skip(1, "value type");
  return number;
}

/** Reads a reference type; `what` is the word for it in errors. */
export function readReferenceType(
  reader: Reader,
  draft: Draft,
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
export function readHeapType(reader: Reader, draft: Draft): string {
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
  // The engine takes an abstract heap type in a longer form, too, as for any signed integer.
  const abstract = value < 0 ? HEAP_TYPES[value + 0x80] : undefined;
  if (abstract !== undefined) return abstract;
  if (value < 0 || value >= draft.typeLimit) {
    reader.fail(what, start, `index is ${value}, expected below ${draft.typeLimit}`);
  }
  return `${value}`;
}

function readAbstractHeapType(reader: Reader, draft: Draft, what: string): string {
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
