// WebAssembly 3.0, sections 5.3.12 "Limits", 5.3.13 "Memory types" and 5.3.14 "Table types". The
// threads proposal adds the flag 0x02, custom page sizes the flag 0x08.

import { byteHex } from "./bytes.ts";
import type { Draft } from "./draft.ts";
import type { Reader } from "./reader.ts";
import type { Limits, MemoryType, TableType } from "./types.ts";
import { readReferenceType } from "./value_types.ts";

const HAS_MAXIMUM = 0x01;
const SHARED = 0x02;
const ADDRESS64 = 0x04;
const CUSTOM_PAGE_SIZE = 0x08;

/** Reads the type of a table. */
export function readTableType(reader: Reader, draft: Draft): TableType {
  const element = readReferenceType(reader, draft);
  const flags = readFlags(reader, "table limits", 0x07);
  if ((flags & SHARED) !== 0) draft.unsupported.add("shared types");
  return { element, ...readLimits(reader, "table limits", flags) };
}

/** Reads the type of a memory. */
export function readMemoryType(reader: Reader, draft: Draft): MemoryType {
  const start = reader.position;
  const flags = readFlags(reader, "memory limits", 0x0f);
  if ((flags & (SHARED | HAS_MAXIMUM)) === SHARED) {
    const problem = `flag is ${byteHex(flags)}, expected a maximum for a shared memory`;
    reader.fail("memory limits", start, problem);
  }
  const limits = readLimits(reader, "memory limits", flags);
  let pageSize = 65536;
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
