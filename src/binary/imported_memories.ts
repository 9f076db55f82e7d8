// WebAssembly 3.0, sections 5.2.2 "Integers", 5.3.13 "Memory types" and 5.5.5 "Import section", in
// bytes that an engine has checked.

import type { MemoryType } from "./types.ts";

const HEADER_BYTES = 8;
const IMPORT_SECTION = 2;
const MEMORY = 0x02;
const HAS_MAXIMUM = 0x01;
const SHARED = 0x02;
const ADDRESS64 = 0x04;
const CUSTOM_PAGE_SIZE = 0x08;

/**
 * Reads the types of the memories that a module imports, where it imports nothing else.
 *
 * Their limits are what most often has to be read before a guest can be instantiated. The reader of
 * whole modules is 25 functions that V8 has to compile first, in 0.45 ms: more than the engine takes
 * for all of a small module.
 *
 * @param bytes the binary of a module that the engine has taken
 * @param count how many imports it has
 * @returns their types, in the order of the binary; nothing where not all are plainly memories
 */
export function readImportedMemories(bytes: Uint8Array, count: number): MemoryType[] | undefined {
  let position = HEADER_BYTES;
  const integer = () => {
    let value = 0n;
    for (let shift = 0n; position < bytes.length; shift += 7n) {
      const byte = bytes[position++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  const skip = () => {
    const byteLength = Number(integer());
    position += byteLength;
  };

  while (position < bytes.length && bytes[position++] !== IMPORT_SECTION) skip();
  integer(); // the size of the section
  // Compact imports come in groups, each of which counts as one.
  if (Number(integer()) !== count) return undefined;
  const memories: MemoryType[] = [];
  while (memories.length < count) {
    skip(); // the module
    skip(); // the name
    if (bytes[position++] !== MEMORY) return undefined;
    const flags = bytes[position++]!;
    const address = flags & ADDRESS64 ? "i64" : "i32";
    const bound = () => address === "i64" ? integer() : Number(integer());
    memories.push({
      minimum: bound(),
      ...(flags & HAS_MAXIMUM && { maximum: bound() }),
      shared: (flags & SHARED) !== 0,
      address,
      pageSize: flags & CUSTOM_PAGE_SIZE ? 2 ** Number(integer()) : 65536,
    });
  }
  return memories;
}
