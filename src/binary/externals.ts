// WebAssembly 3.0, sections 5.3.12 "Limits" to 5.3.17 "External types". The threads proposal adds
// the flag 0x02 to limits, custom page sizes the flag 0x08.

import { PAGE_SIZE } from "../memory/pointer.ts";
import { readMutability, readReferenceType, readValueType } from "./defined_types.ts";
import type { TypeDraft } from "./draft.ts";
import { byteHex, type Reader } from "./reader.ts";
import type {
  ExternalKind,
  FunctionType,
  GlobalType,
  Limits,
  MemoryType,
  TableType,
  TagType,
  TypeOfKind,
} from "./types.ts";

/** A kind with its type. */
export type ExternalType = {
  readonly [K in ExternalKind]: { readonly kind: K; readonly type: TypeOfKind[K] };
}[ExternalKind];

const KINDS: readonly ExternalKind[] = ["function", "table", "memory", "global", "tag"];

const FUNCTION = 0x00;

const MEMORY = 0x02;

const EXACT_FUNCTION = 0x20;

export function readKind(reader: Reader): ExternalKind {
  const start = reader.position;
  const code = reader.u8("export kind");
  const kind = KINDS[code];
  if (kind !== undefined) return kind;
  return reader.fail("export kind", start, `kind is ${byteHex(code)}, expected 0x00 to 0x04`);
}

export function readExternalType(reader: Reader, draft: TypeDraft): ExternalType {
  const start = reader.position;
  const code = reader.u8("import kind");
  switch (code) {
    case EXACT_FUNCTION:
      draft.unsupported.add("custom descriptors");
      return { kind: "function", type: readFunctionTypeUse(reader, draft) };
    case FUNCTION:
      return { kind: "function", type: readFunctionTypeUse(reader, draft) };
    case 0x01:
      return { kind: "table", type: readTableType(reader, draft) };
    case MEMORY:
      return { kind: "memory", type: readMemoryType(reader, draft) };
    case 0x03:
      return { kind: "global", type: readGlobalType(reader, draft) };
    case 0x04:
      return { kind: "tag", type: readTagType(reader, draft) };
  }
  return reader.fail("import kind", start, `kind is ${byteHex(code)}, expected 0x00 to 0x04`);
}

/** Reads the index of a function type, and returns the type itself, not a copy. */
export function readFunctionTypeUse(reader: Reader, draft: TypeDraft): FunctionType {
  const start = reader.position;
  const index = reader.index("function type", draft.types.length);
  const type = draft.types[index]!;
  if (type.kind === "function") return type.function;
  return reader.fail("function type", start, `type ${index} is ${type.kind}, expected function`);
}

export function readGlobalType(reader: Reader, draft: TypeDraft): GlobalType {
  return { type: readValueType(reader, draft), mutable: readMutability(reader) };
}

export function readTagType(reader: Reader, draft: TypeDraft): TagType {
  const start = reader.position;
  const attribute = reader.u32("tag attribute"); // one byte in the specification, not in engines
  if (attribute !== 0) {
    reader.fail("tag attribute", start, `attribute is ${attribute}, expected 0`);
  }
  return { function: readFunctionTypeUse(reader, draft) };
}

const HAS_MAXIMUM = 0x01;

const SHARED = 0x02;

const ADDRESS64 = 0x04;

const CUSTOM_PAGE_SIZE = 0x08;

export function readTableType(reader: Reader, draft: TypeDraft): TableType {
  const element = readReferenceType(reader, draft);
  const flags = readFlags(reader, "table limits", 0x07);
  if ((flags & SHARED) !== 0) draft.unsupported.add("shared types");
  return { element, ...readLimits(reader, "table limits", flags) };
}

export function readMemoryType(reader: Reader, draft: TypeDraft): MemoryType {
  const start = reader.position;
  const flags = readFlags(reader, "memory limits", 0x0f);
  if ((flags & (SHARED | HAS_MAXIMUM)) === SHARED) {
    const problem = `flag is ${byteHex(flags)}, expected a maximum for a shared memory`;
    reader.fail("memory limits", start, problem);
  }
  const limits = readLimits(reader, "memory limits", flags);
  let pageSize = PAGE_SIZE;
  if ((flags & CUSTOM_PAGE_SIZE) !== 0) {
    draft.unsupported.add("custom page size");
    pageSize = readPageSize(reader);
  }
  const most = 2n ** (limits.address === "i64" ? 64n : 32n) / BigInt(pageSize);
  const pages = limits.maximum ?? limits.minimum;
  if (pages > most) {
    reader.fail("memory limits", start, `memory has ${pages} pages, expected at most ${most}`);
  }
  return { ...limits, pageSize };
}

function readFlags(reader: Reader, what: string, most: number): number {
  const start = reader.position;
  const flags = reader.u8(what);
  if (flags > most) {
    const problem = `flag is ${byteHex(flags)}, expected 0x00 to ${byteHex(most)}`;
    reader.fail(what, start, problem);
  }
  return flags;
}

function readLimits(reader: Reader, what: string, flags: number): Limits {
  const start = reader.position;
  const shared = (flags & SHARED) !== 0;
  const address = (flags & ADDRESS64) !== 0 ? "i64" : "i32";
  const minimum = readBound(reader, what, address);
  if ((flags & HAS_MAXIMUM) === 0) return { minimum, shared, address };
  const maximum = readBound(reader, what, address);
  if (maximum < minimum) {
    reader.fail(what, start, `maximum is ${maximum}, expected at least the minimum ${minimum}`);
  }
  return { minimum, maximum, shared, address };
}

function readBound(reader: Reader, what: string, address: "i32" | "i64"): number | bigint {
  return address === "i64" ? reader.u64(what) : reader.u32(what);
}

function readPageSize(reader: Reader): number {
  const start = reader.position;
  const exponent = reader.u32("page size");
  if (exponent !== 0 && exponent !== 16) {
    reader.fail("page size", start, `exponent is ${exponent}, expected 0 or 16`);
  }
  return 2 ** exponent;
}
