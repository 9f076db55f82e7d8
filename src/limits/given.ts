// WebAssembly 3.0, section 5.5.5 "Import section".

import { isA } from "../base/show.ts";
import type { ImportInfo, MemoryType, TableType } from "../binary/types.ts";
import { ByteWriter } from "../binary/byte_writer.ts";
import type { WantedImport } from "../source/wanted_import.ts";
import type { Lowered, LoweredMaxima } from "./caps.ts";

/** Adds to the imports of a module the check that refuses a given memory or table above a cap. */
export function refuseGiven(
  imports: readonly ImportInfo[],
  maxima: LoweredMaxima,
): readonly WantedImport[] {
  return imports.map((item) => {
    if (item.kind !== "memory" && item.kind !== "table") return item;
    const lowered = maxima.get(item.type);
    if (lowered === undefined) return item;
    return { ...item, aboveCap: (value: object) => problem(item.type, lowered, value) };
  });
}

/** Describes why a given memory or table is refused; one of another kind is not judged. */
function problem(
  type: MemoryType | TableType,
  { maximum, allowed }: Lowered,
  value: object,
): string | undefined {
  const isMemory = "pageSize" in type;
  const isRight = isMemory ? isA(value, WebAssembly.Memory) : isA(value, WebAssembly.Table);
  if (!isRight) return undefined;
  // If it has another fault, the engine would also refuse it without a cap.
  if (isTaken(type, maximum, value) || !isTaken(type, undefined, value)) return undefined;
  const size = isMemory
    ? (value as unknown as WebAssembly.Memory).buffer.byteLength
    : Number((value as unknown as WebAssembly.Table).length);
  const [unit, limit, option] = isMemory
    ? ["bytes", `${maximum} pages`, "memory"] as const
    : ["elements", `${maximum} elements`, "tableElements"] as const;
  const found = size > allowed
    ? `it has ${size} ${unit}, more than limits.${option} of ${allowed}`
    : `it can grow to more than the ${allowed} ${unit} of limits.${option}`;
  // Of these, `load` makes only memories itself.
  const otherwise = isMemory ? ", or none, which load() makes" : "";
  return `${found}, expected one with a maximum of ${limit} or less${otherwise}`;
}

const FUNCREF = 0x70, EXTERNREF = 0x6f;

/** The maximum number of pages of a shared memory, which has to have a maximum. */
const MOST_SHARED = 65536;

/** Returns whether a memory or a table has a maximum within another, which only the engine sees. */
function isTaken(
  type: MemoryType | TableType,
  maximum: number | undefined,
  value: object,
): boolean {
  const isMemory = "pageSize" in type;
  // The engine judges tables of other types when the guest is instantiated.
  if (!isMemory && type.element !== "funcref" && type.element !== "externref") return true;
  const writer = new ByteWriter();
  writer.all([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]); // the magic and the version
  writer.u8(2); // imports
  writer.counted(() => {
    writer.all([1, 0, 0]); // one, of an empty name in a module of an empty name
    if (isMemory) writer.u8(2);
    else writer.all([1, type.element === "funcref" ? FUNCREF : EXTERNREF]);
    const most = maximum ?? (type.shared ? MOST_SHARED : undefined);
    const flags = (type.shared ? 2 : 0) | (type.address === "i64" ? 4 : 0);
    writer.all([flags | (most === undefined ? 0 : 1), 0]); // no minimum
    if (most !== undefined) writer.unsigned(most);
  });
  try {
    const module = new WebAssembly.Module(new Uint8Array(writer.bytes));
    new WebAssembly.Instance(module, { "": { "": value as WebAssembly.Memory } });
    return true;
  } catch {
    return false;
  }
}
