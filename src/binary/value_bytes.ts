// WebAssembly 3.0, section 5.3 "Types".

import { ByteWriter } from "./byte_writer.ts";
import { ABBREVIATIONS, HEAP_TYPES, NUMBERS_AND_VECTORS } from "./defined_types.ts";
import type { ValueType } from "./types.ts";

const REF = 0x64, REF_NULL = 0x63;

const NUMBERS = invert(NUMBERS_AND_VECTORS), HEAPS = invert(HEAP_TYPES);

const HEAP_OF = new Map(Object.entries(ABBREVIATIONS).map(([heap, type]) => [type, heap]));

function invert(names: Readonly<Record<number, string>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(names).map(([byte, name]) => [name, Number(byte)]));
}

/** Encodes a value type; `undefined` for a type of a proposal. */
export function valueBytes(type: ValueType): readonly number[] | undefined {
  const number = NUMBERS.get(type);
  if (number !== undefined) return [number];
  const abbreviated = HEAP_OF.get(type);
  if (abbreviated !== undefined) return [HEAPS.get(abbreviated)!];
  const [, isNull, heap = ""] = /^\(ref (null )?(\w+)\)$/.exec(type) ?? [];
  const code = isNull === undefined ? REF : REF_NULL;
  if (/^\d/.test(heap)) return referenceBytes(Number(heap), code);
  const abstract = HEAPS.get(heap);
  return abstract === undefined ? undefined : [code, abstract];
}

/** Encodes a reference to a defined type, nullable unless `code` is `REF`. */
export function referenceBytes(index: number, code = REF_NULL): readonly number[] {
  const writer = new ByteWriter(8);
  writer.u8(code);
  writer.signed(index);
  return [...writer.bytes];
}
