// WebAssembly 3.0, section 5.3.8 "Composite types" to 5.3.11 "Recursive types". The custom
// descriptors proposal adds `describes` and `descriptor`, shared-everything threads the prefix
// `shared`, stack switching the form of a continuation.

import { byteHex } from "./bytes.ts";
import { MAX_FIELDS, MAX_PARAMETERS, MAX_RESULTS, MAX_TYPES } from "./caps.ts";
import type { Draft } from "./draft.ts";
import type { Reader } from "./reader.ts";
import type { DefinedType, FieldType, FunctionType, ValueType } from "./types.ts";
import { readValueType } from "./value_types.ts";

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

/** Reads the type section. */
export function readTypeSection(reader: Reader, draft: Draft): void {
  const groups = reader.count("type count", MAX_TYPES, 2);
  for (let group = 0; group < groups; group++) {
    const isGroup = reader.peek("type") === REC;
    if (isGroup) reader.skip(1, "type");
    const count = isGroup ? reader.count("recursion group", MAX_TYPES, 2) : 1;
    draft.typeLimit = draft.types.length + count;
    for (let item = 0; item < count; item++) {
      draft.types.push(readDefinedType(reader, draft, group));
    }
  }
}

function readDefinedType(reader: Reader, draft: Draft, group: number): DefinedType {
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

function readSupertypes(reader: Reader, draft: Draft): number[] {
  const count = reader.count("supertype count", 1, 1);
  return count === 0 ? [] : [reader.index("supertype", draft.types.length)];
}

function readPrefixes(reader: Reader, draft: Draft): Prefixes {
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

function readComposite(reader: Reader, draft: Draft) {
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

function readFunctionType(reader: Reader, draft: Draft): FunctionType {
  const parameters = readValueTypes(reader, draft, "parameter count", MAX_PARAMETERS);
  const results = readValueTypes(reader, draft, "result count", MAX_RESULTS);
  return { parameters, results };
}

function readValueTypes(reader: Reader, draft: Draft, what: string, limit: number): ValueType[] {
  const count = reader.count(what, limit, 1);
  const types: ValueType[] = [];
  for (let item = 0; item < count; item++) types.push(readValueType(reader, draft));
  return types;
}

function readFields(reader: Reader, draft: Draft): FieldType[] {
  const count = reader.count("field count", MAX_FIELDS, 2);
  const fields: FieldType[] = [];
  for (let item = 0; item < count; item++) fields.push(readField(reader, draft));
  return fields;
}

function readField(reader: Reader, draft: Draft): FieldType {
  const code = reader.peek("field type");
  const packed = code === 0x78 ? "i8" : code === 0x77 ? "i16" : undefined;
  if (packed !== undefined) reader.skip(1, "field type");
  const storage = packed ?? readValueType(reader, draft);
  return { storage, mutable: readMutability(reader) };
}

/** Reads whether a field or a global is mutable. */
export function readMutability(reader: Reader): boolean {
  const start = reader.position;
  const flag = reader.u8("mutability");
  if (flag > 1) reader.fail("mutability", start, `flag is ${byteHex(flag)}, expected 0x00 or 0x01`);
  return flag === 1;
}
