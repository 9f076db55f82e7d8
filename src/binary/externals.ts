// WebAssembly 3.0, section 5.3.17 "External types".

import { byteHex } from "./bytes.ts";
import { readMutability } from "./defined_types.ts";
import type { Draft } from "./draft.ts";
import { readMemoryType, readTableType } from "./limits.ts";
import type { Reader } from "./reader.ts";
import type { ExternalKind, FunctionType, GlobalType, TagType, TypeOfKind } from "./types.ts";
import { readValueType } from "./value_types.ts";

/** A kind with the type that goes with it. */
export type ExternalType = {
  readonly [K in ExternalKind]: { readonly kind: K; readonly type: TypeOfKind[K] };
}[ExternalKind];

const KINDS: readonly ExternalKind[] = ["function", "table", "memory", "global", "tag"];
const EXACT_FUNCTION = 0x20;

/** Reads the kind of an export. */
export function readKind(reader: Reader): ExternalKind {
  const start = reader.position;
  const code = reader.u8("export kind");
  const kind = KINDS[code];
  if (kind !== undefined) return kind;
  return reader.fail("export kind", start, `kind is ${byteHex(code)}, expected 0x00 to 0x04`);
}

/** Reads the kind and the type of an import. */
export function readExternalType(reader: Reader, draft: Draft): ExternalType {
  const start = reader.position;
  const code = reader.u8("import kind");
  switch (code) {
    case EXACT_FUNCTION:
      draft.unsupported.add("custom descriptors");
      return { kind: "function", type: readFunctionTypeUse(reader, draft) };
    case 0x00:
      return { kind: "function", type: readFunctionTypeUse(reader, draft) };
    case 0x01:
      return { kind: "table", type: readTableType(reader, draft) };
    case 0x02:
      return { kind: "memory", type: readMemoryType(reader, draft) };
    case 0x03:
      return { kind: "global", type: readGlobalType(reader, draft) };
    case 0x04:
      return { kind: "tag", type: readTagType(reader, draft) };
  }
  return reader.fail("import kind", start, `kind is ${byteHex(code)}, expected 0x00 to 0x04`);
}

/** Reads the index of a function type; the type is that of the type section, not a copy. */
export function readFunctionTypeUse(reader: Reader, draft: Draft): FunctionType {
  const start = reader.position;
  const index = reader.index("function type", draft.types.length);
  const type = draft.types[index]!;
  if (type.kind === "function") return type.function;
  return reader.fail("function type", start, `type ${index} is ${type.kind}, expected function`);
}

/** Reads the type of a global. */
export function readGlobalType(reader: Reader, draft: Draft): GlobalType {
  return { type: readValueType(reader, draft), mutable: readMutability(reader) };
}

/** Reads the type of a tag. */
export function readTagType(reader: Reader, draft: Draft): TagType {
  const start = reader.position;
  const attribute = reader.u32("tag attribute"); // one byte in the specification, not in engines
  if (attribute !== 0) {
    reader.fail("tag attribute", start, `attribute is ${attribute}, expected 0`);
  }
  return { function: readFunctionTypeUse(reader, draft) };
}
